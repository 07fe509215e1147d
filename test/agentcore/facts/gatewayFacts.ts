import { expect } from 'vitest';
import type { Subject } from '../contract/subject.ts';
import {
  ACK,
  CLI,
  expectGone,
  expectRefusal,
  type Fact,
  gatewayInput,
  gateways,
  readyGateway,
  TERRAFORM,
  targetsOf,
} from './fact.ts';

const IAM = { authorizerType: 'AWS_IAM', authorizerConfiguration: undefined };
const mcp = (settings: object) => ({ protocolConfiguration: { mcp: settings } });

/** Creates a gateway, and expects that it becomes READY and shows all that was given. */
const becomesReadyWith = (more: object) => async (subject: Subject) => {
  const { response } = await gateways.ready(subject, gatewayInput(more));
  expect(response).toMatchObject(JSON.parse(JSON.stringify(more)));
};

/** Updates a gateway, and expects the new value in place. */
const changesInPlace = (before: object, after: object) => async (subject: Subject) => {
  const ids = await readyGateway(subject, before);
  expect(await gateways.update(subject, ids, gatewayInput(after))).toMatchObject(after);
};

const mcpServer = {
  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } },
};

export const gatewayFacts: readonly Fact[] = [
  {
    fact: 'a gateway with CUSTOM_JWT is CREATING, then READY',
    certainty: 'asserted',
    source: `${TERRAFORM}/gateway_test.go, basic; ${ACK}, test_gateway.py`,
    holds: async (subject) => {
      const { ids, response } = await gateways.create(subject, gatewayInput());
      expect(response.status).toBe('CREATING');
      await gateways.until(subject, ids, 'READY');
    },
  },
  {
    fact: 'the id of a gateway is its name in lower case and ten more characters, and ends its ARN',
    certainty: 'recorded',
    source: `${CLI}/gateway/policy, GetGateway`,
    holds: async (subject) => {
      const { response } = await gateways.create(subject, gatewayInput({ name: 'Facts-One' }));
      expect(response.gatewayId).toMatch(/^facts-one-[a-z0-9]{10}$/);
      expect(response.gatewayArn).toMatch(new RegExp(`:gateway/${response.gatewayId}$`));
    },
  },
  {
    fact: 'the URL of an MCP gateway ends in /mcp',
    certainty: 'recorded',
    source: `${CLI}/gateway, GetGateway`,
    holds: async (subject) => {
      const { response } = await gateways.create(subject, gatewayInput());
      const host = `${response.gatewayId}.gateway.bedrock-agentcore.us-east-1.amazonaws.com`;
      expect(response.gatewayUrl).toBe(`https://${host}/mcp`);
    },
  },
  {
    fact: 'a gateway without a protocol has a URL without a path, and no protocolType in any answer',
    certainty: 'recorded',
    source: `${CLI}/gateway/create, GetGateway, twice`,
    holds: async (subject) => {
      const { ids, response } = await gateways.ready(subject, gatewayInput({ protocolType: undefined }));
      expect(response.gatewayUrl).toMatch(/\.amazonaws\.com$/);
      const { items } = await subject.call('ListGateways', {});
      const updated = await gateways.update(subject, ids, gatewayInput({ protocolType: undefined }));
      for (const answer of [response, updated, Object(items)[0]])
        expect(answer).not.toHaveProperty('protocolType');
    },
  },
  {
    fact: 'the workload identity of a gateway has its id as name',
    certainty: 'recorded',
    source: `${CLI}/gateway, GetGateway`,
    holds: async (subject) => {
      const { response } = await gateways.ready(subject, gatewayInput());
      expect(Object(response.workloadIdentityDetails).workloadIdentityArn).toMatch(
        new RegExp(`/workload-identity/${response.gatewayId}$`),
      );
    },
  },
  {
    fact: 'a gateway shows no optional member that was not given',
    certainty: 'recorded',
    source: `${CLI}/gateway, GetGateway; ${TERRAFORM}/gateway_test.go, exceptionLevel`,
    holds: async (subject) => {
      const { response } = await gateways.ready(subject, gatewayInput());
      for (const member of ['protocolConfiguration', 'exceptionLevel', 'kmsKeyArn', 'statusReasons'])
        expect(response).not.toHaveProperty(member);
    },
  },
  ...(
    [
      ['NONE', 'recorded', `${CLI}/gateway, GetGateway`],
      ['AUTHENTICATE_ONLY', 'asserted', 'hashicorp/terraform-provider-aws, pull request 49723'],
      ['AWS_IAM', 'asserted', `${TERRAFORM}/gateway_test.go, IAMAuthorizer`],
    ] as const
  ).map(
    ([authorizerType, certainty, source]): Fact => ({
      fact: `the authorizer type ${authorizerType} needs no configuration`,
      certainty,
      source,
      holds: becomesReadyWith({ authorizerType, authorizerConfiguration: undefined }),
    }),
  ),
  {
    fact: 'audiences and clients, semantic search and an MCP version are taken together and shown',
    certainty: 'asserted',
    source: `${ACK}, test_gateway.py; ${TERRAFORM}/gateway_test.go, protocolConfiguration`,
    holds: becomesReadyWith({
      authorizerConfiguration: {
        customJWTAuthorizer: {
          discoveryUrl: 'https://login.example.com/.well-known/openid-configuration',
          allowedAudience: ['tools'],
          allowedClients: ['agents'],
        },
      },
      ...mcp({ searchType: 'SEMANTIC', supportedVersions: ['2025-03-26'] }),
    }),
  },
  {
    fact: 'the instructions of a gateway change in place',
    certainty: 'asserted',
    source: `${TERRAFORM}/gateway_test.go, protocolConfiguration`,
    holds: changesInPlace(mcp({ instructions: 'one' }), mcp({ instructions: 'two' })),
  },
  {
    fact: 'an update answers UPDATING with new values and the old createdAt, and updatedAt moves twice',
    certainty: 'recorded',
    source: `${CLI}/gateway/create, UpdateGateway and GetGateway`,
    holds: async (subject) => {
      const { ids, response: before } = await gateways.ready(subject, gatewayInput({ description: 'one' }));
      await subject.emulator?.clock.advance(1000);
      const answer = await subject.call('UpdateGateway', { ...ids, ...gatewayInput({ description: 'two' }) });
      expect(answer).toMatchObject({ status: 'UPDATING', description: 'two', createdAt: before.createdAt });
      expect(Number(answer.updatedAt)).toBeGreaterThan(Number(before.updatedAt));
      const after = await gateways.until(subject, ids, 'READY');
      expect(after.createdAt).toEqual(before.createdAt);
      expect(Number(after.updatedAt)).toBeGreaterThan(Number(answer.updatedAt));
    },
  },
  {
    fact: 'the authorizer type of a gateway cannot be changed',
    certainty: 'message',
    source: 'hashicorp/terraform-provider-aws, pull request 44812; CloudFormation roadmap, issue 2578',
    holds: async (subject) => {
      const input = { ...(await readyGateway(subject)), ...gatewayInput(IAM) };
      const text = 'Authorizer type cannot be updated for an existing gateway';
      await expectRefusal(subject, ['UpdateGateway', input], 'ValidationException', text);
    },
  },
  {
    fact: 'an update can take a version out of supportedVersions',
    certainty: 'one party',
    source: 'aws/aws-cli, issue 10346',
    holds: changesInPlace(
      mcp({ supportedVersions: ['2025-03-26', '2025-06-18'] }),
      mcp({ supportedVersions: ['2025-06-18'] }),
    ),
  },
  {
    fact: 'an update cannot add a version to supportedVersions',
    certainty: 'one party',
    source: 'aws/aws-cli, issue 10346',
    holds: async (subject) => {
      const ids = await readyGateway(subject, mcp({ supportedVersions: ['2025-03-26'] }));
      const after = mcp({ supportedVersions: ['2025-03-26', '2025-06-18'] });
      const call = ['UpdateGateway', { ...ids, ...gatewayInput(after) }] as const;
      await expectRefusal(subject, call, 'ValidationException', 'upported versions');
    },
  },
  {
    fact: 'an update can add exceptionLevel DEBUG',
    certainty: 'asserted',
    source: `${TERRAFORM}/gateway_test.go, exceptionLevel`,
    holds: changesInPlace({}, { exceptionLevel: 'DEBUG' }),
  },
  {
    fact: 'a Lambda interceptor on requests and responses is taken and shown',
    certainty: 'asserted',
    source: `${TERRAFORM}/gateway_test.go, interceptorConfigurations`,
    holds: becomesReadyWith({
      interceptorConfigurations: [
        {
          interceptor: { lambda: { arn: 'arn:aws:lambda:us-east-1:123456789012:function:guard' } },
          interceptionPoints: ['REQUEST', 'RESPONSE'],
          inputConfiguration: { passRequestHeaders: true },
        },
      ],
    }),
  },
  {
    fact: 'tags of a gateway are shown, merged and removed',
    certainty: 'asserted',
    source: `${TERRAFORM}/gateway_test.go, tags; ${ACK}, test_gateway.py`,
    holds: async (subject) => {
      const { response } = await gateways.create(subject, gatewayInput({ tags: { a: '1', b: '2' } }));
      const resource = { resourceArn: response.gatewayArn };
      await subject.call('TagResource', { ...resource, tags: { b: '3', c: '4' } });
      await subject.call('UntagResource', { ...resource, tagKeys: ['a'] });
      expect(await subject.call('ListTagsForResource', resource)).toEqual({ tags: { b: '3', c: '4' } });
    },
  },
  {
    fact: 'Get of an unknown gateway is ResourceNotFoundException',
    certainty: 'recorded',
    source: `${CLI}/gateway, GetGateway`,
    holds: (subject) => expectGone(subject, 'GetGateway', { gatewayIdentifier: 'unknown-abcdefghij' }),
  },
  {
    fact: 'a gateway in CREATING takes no target, with ValidationException',
    certainty: 'message',
    source: 'awslabs/agentcore-samples, issue 1145; three other repositories',
    holds: async (subject) => {
      const { ids } = await gateways.create(subject, gatewayInput());
      const text = 'Cannot perform operation CreateGatewayTarget when gateway is in CREATING status';
      const call = ['CreateGatewayTarget', { ...ids, ...mcpServer }] as const;
      await expectRefusal(subject, call, 'ValidationException', text);
    },
  },
  {
    fact: 'a gateway with targets cannot be deleted, with ValidationException',
    certainty: 'message',
    source: `${ACK}, hook sdk_delete_post_request; awslabs/agentcore-samples, pull request 1954`,
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      await targetsOf(ids).ready(subject, { ...ids, ...mcpServer });
      const text = 'has targets associated with it. Delete all targets before deleting the gateway.';
      await expectRefusal(subject, ['DeleteGateway', ids], 'ValidationException', text);
    },
  },
  {
    fact: 'a gateway can still count targets that no List returns any more',
    certainty: 'released',
    source: `${ACK}, hook sdk_delete_post_request, which requeues`,
    options: { behaviors: { unreachable: 'accepted', deletedTargetsHoldGateway: 10_000 } },
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const target = await targetsOf(ids).ready(subject, { ...ids, ...mcpServer });
      await targetsOf(ids).delete(subject, target.ids);
      expect((await subject.call('ListGatewayTargets', ids)).items).toEqual([]);
      const call = ['DeleteGateway', ids] as const;
      await expectRefusal(subject, call, 'ValidationException', 'has targets associated with it');
      await subject.emulator?.clock.advance(10_000);
      await gateways.delete(subject, ids);
    },
  },
  {
    fact: 'DeleteGateway answers the id and DELETING, and the gateway is gone later',
    certainty: 'recorded',
    source: `${CLI}/gateway/delete, gateway-delete.golden; ${TERRAFORM}/gateway_test.go, disappears`,
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const answer = await gateways.delete(subject, ids);
      expect(answer).toEqual({ gatewayId: ids.gatewayIdentifier, status: 'DELETING' });
    },
  },
  {
    fact: 'the name of a deleted gateway is free at once, for another authorizer type too',
    certainty: 'asserted',
    source: `${TERRAFORM}/gateway_test.go, IAMAuthorizer`,
    holds: async (subject) => {
      await gateways.delete(subject, await readyGateway(subject));
      await readyGateway(subject, IAM);
    },
  },
  {
    fact: 'ListGateways pages, and its items have no ARN, URL or role',
    certainty: 'recorded',
    source: `${CLI}/gateway, ListGateways`,
    holds: async (subject) => {
      for (const name of ['one', 'two']) await readyGateway(subject, { name });
      const { items, nextToken } = await subject.call('ListGateways', { maxResults: 1 });
      expect(items).toHaveLength(1);
      expect(nextToken).toEqual(expect.any(String));
      for (const member of ['gatewayArn', 'gatewayUrl', 'roleArn'])
        expect(Object(items)[0]).not.toHaveProperty(member);
    },
  },
];
