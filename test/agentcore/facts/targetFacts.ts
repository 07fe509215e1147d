import { expect } from 'vitest';
import type { Subject } from '../contract/subject.ts';
import {
  ACK,
  CLI,
  expectGone,
  expectRefusal,
  type Fact,
  type Ids,
  readyGateway,
  TERRAFORM,
  targetsOf,
} from './fact.ts';
import {
  apiKey,
  gatewayRole,
  lambdaTarget,
  oauthCredentials,
  openApiTarget,
  passthrough,
  serverTarget,
  smithyTarget,
  webSearch,
} from './targetInputs.ts';

/** Creates a gateway and a target on it that becomes READY. @returns the answer to Get */
async function ready(subject: Subject, target: object, gateway: object = {}) {
  const ids = await readyGateway(subject, gateway);
  return targetsOf(ids).ready(subject, { ...ids, ...target });
}

const becomesReady =
  (target: object, gateway: object = {}) =>
  async (subject: Subject) => {
    const { response } = await ready(subject, target, gateway);
    expect(response).toMatchObject(target);
  };

/** Expects that CreateGatewayTarget refuses the target with this text. */
const isRefused = (target: object, text: string) => async (subject: Subject) => {
  const ids = await readyGateway(subject);
  await expectRefusal(subject, ['CreateGatewayTarget', { ...ids, ...target }], 'ValidationException', text);
};

/** Updates a READY target, and expects the same id and the new configuration. */
const changesInPlace = (before: object, after: object) => async (subject: Subject) => {
  const { ids } = await ready(subject, before);
  const updated = await targetsOf(ids).update(subject, ids, after);
  expect(updated).toMatchObject({ ...after, targetId: ids.targetId });
};

const synchronize = (subject: Subject, { gatewayIdentifier, targetId }: Ids) =>
  subject.call('SynchronizeGatewayTargets', { gatewayIdentifier, targetIdList: [targetId] });

const NUMBERS = { type: 'array', items: { type: 'array', items: { type: 'number' } } };
const WITHOUT_PROTOCOL = { protocolType: undefined };
const TARGET_TEST = `${TERRAFORM}/gateway_target_test.go`;

export const targetFacts: readonly Fact[] = [
  {
    fact: 'a Lambda target with one tool is CREATING, then READY with the schema as given',
    certainty: 'asserted',
    source: `${TARGET_TEST}, basic; ${ACK}, TestGatewayTargetLambda`,
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const target = lambdaTarget({ type: 'object', properties: { account: { type: 'string' } } });
      const created = await targetsOf(ids).create(subject, { ...ids, ...target });
      expect(created.response.status).toBe('CREATING');
      expect(await targetsOf(ids).until(subject, created.ids, 'READY')).toMatchObject(target);
    },
  },
  ...(
    [
      ['a string', { type: 'string', description: 'A name' }],
      ['an array of strings', { type: 'array', items: { type: 'string' } }],
      ['an array of objects', { type: 'array', items: { type: 'object' } }],
      ['an array of arrays of numbers', NUMBERS],
      [
        'an object whose property is an object with an array',
        { type: 'object', properties: { a: { type: 'object', properties: { b: NUMBERS } } } },
      ],
    ] as const
  ).map(
    ([title, inputSchema]): Fact => ({
      fact: `a Lambda tool whose input is ${title} becomes READY`,
      certainty: 'asserted',
      source: `${TARGET_TEST}, targetConfiguration`,
      holds: becomesReady(lambdaTarget(inputSchema)),
    }),
  ),
  {
    fact: 'another tool schema changes the target in place',
    certainty: 'asserted',
    source: `${TARGET_TEST}; ${ACK}, test_update_lambda_gateway_target`,
    holds: changesInPlace(
      lambdaTarget({ type: 'object' }),
      lambdaTarget({ type: 'object', description: 'An account' }),
    ),
  },
  {
    fact: 'a Lambda target without credentials is refused',
    certainty: 'message',
    source: 'aws/agentcore-cli, issue 1005',
    holds: isRefused(
      { ...lambdaTarget({ type: 'object' }), credentialProviderConfigurations: undefined },
      'CredentialProviderConfigurations is required for Lambda targets',
    ),
  },
  {
    fact: 'GATEWAY_IAM_ROLE without a service comes back without a credentialProvider',
    certainty: 'released',
    source: `${TERRAFORM}/gateway_target.go, Flatten; ${CLI}/gateway/create, GetGatewayTarget`,
    holds: async (subject) => {
      const { response } = await ready(subject, lambdaTarget({ type: 'object' }));
      expect(response).toMatchObject(gatewayRole());
      expect(JSON.stringify(response)).not.toContain('"credentialProvider"');
    },
  },
  {
    fact: 'an OpenAPI target with an API key becomes READY',
    certainty: 'asserted',
    source: `${TARGET_TEST}, credentialProvider; ${ACK}, TestGatewayTargetOpenAPI`,
    holds: async (subject) => {
      await subject.call('CreateApiKeyCredentialProvider', { name: 'orders', apiKey: 'hush' });
      await becomesReady(openApiTarget(apiKey))(subject);
    },
  },
  {
    fact: 'the credentials of an OpenAPI target change from an API key to OAuth in place',
    certainty: 'asserted',
    source: `${TARGET_TEST}, credentialProvider`,
    holds: async (subject) => {
      await subject.call('CreateApiKeyCredentialProvider', { name: 'orders', apiKey: 'hush' });
      const oauth = await oauthCredentials(subject, { grantType: 'CLIENT_CREDENTIALS' });
      await changesInPlace(openApiTarget(apiKey), openApiTarget(oauth))(subject);
    },
  },
  {
    fact: 'an OpenAPI target with one operation more becomes READY again',
    certainty: 'asserted',
    source: `${ACK}, test_gateway_target.py`,
    holds: async (subject) => {
      const oauth = await oauthCredentials(subject, { grantType: 'CLIENT_CREDENTIALS' });
      await changesInPlace(openApiTarget(oauth), openApiTarget(oauth, ['read', 'write']))(subject);
    },
  },
  {
    fact: 'a Smithy model with restJson1 and a POST operation becomes READY',
    certainty: 'asserted',
    source: `${TARGET_TEST}, credentialProvider`,
    holds: becomesReady(smithyTarget({ method: 'POST', uri: '/find' }, {})),
  },
  {
    fact: 'a Smithy model with restJson1 and a query parameter becomes READY',
    certainty: 'asserted',
    source: `${ACK}, SMITHY_MODEL_PAYLOAD`,
    holds: becomesReady(smithyTarget({ method: 'GET', uri: '/find' }, { 'smithy.api#httpQuery': 'part' })),
  },
  {
    fact: 'an MCP server without credentials becomes READY, synchronized after its creation',
    certainty: 'recorded',
    source: `${CLI}/gateway, GetGatewayTarget; ${TARGET_TEST}, targetConfigurationMCPServer`,
    holds: async (subject) => {
      const { response } = await ready(subject, serverTarget());
      expect(Number(response.lastSynchronizedAt)).toBeGreaterThan(Number(response.createdAt));
      expect(Number(response.lastSynchronizedAt)).toBeLessThanOrEqual(Number(response.updatedAt));
    },
  },
  {
    fact: 'a target made without credentials shows no credentialProviderConfigurations',
    certainty: 'recorded',
    source: `${CLI}/gateway, GetGatewayTarget`,
    holds: async (subject) => {
      const { response } = await ready(subject, serverTarget());
      expect(response).not.toHaveProperty('credentialProviderConfigurations');
    },
  },
  {
    fact: 'listingMode and resourcePriority that were not given are shown by no answer',
    certainty: 'recorded',
    source: `${CLI}/gateway, GetGatewayTarget and ListGatewayTargets`,
    holds: async (subject) => {
      const { ids, response } = await ready(subject, serverTarget());
      const { gatewayIdentifier } = ids;
      const { items } = await subject.call('ListGatewayTargets', { gatewayIdentifier });
      expect(Object(items)[0]).not.toHaveProperty('listingMode');
      expect(Object(items)[0]).not.toHaveProperty('resourcePriority');
      expect(response).toMatchObject(serverTarget());
    },
  },
  {
    fact: 'no answer about a target has a protocolType',
    certainty: 'recorded',
    source: `${CLI}/gateway: all Create, Get and UpdateGatewayTarget answers`,
    holds: async (subject) => {
      const { ids, response } = await ready(subject, serverTarget());
      const updated = await subject.call('UpdateGatewayTarget', { ...ids, ...serverTarget() });
      for (const answer of [response, updated]) expect(answer).not.toHaveProperty('protocolType');
    },
  },
  {
    fact: 'ListGatewayTargets pages, and its items have targetType and lastSynchronizedAt',
    certainty: 'recorded',
    source: `${CLI}/gateway, ListGatewayTargets`,
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      for (const name of ['one', 'two'])
        await targetsOf(ids).ready(subject, { ...ids, ...serverTarget(), name });
      const { items, nextToken } = await subject.call('ListGatewayTargets', { ...ids, maxResults: 1 });
      expect(items).toMatchObject([{ targetType: 'MCP_SERVER', lastSynchronizedAt: expect.any(Date) }]);
      expect(nextToken).toEqual(expect.any(String));
    },
  },
  {
    fact: 'the id of a target is ten upper-case letters and digits',
    certainty: 'recorded',
    source: `${CLI}/gateway`,
    holds: async (subject) => {
      const { ids } = await ready(subject, serverTarget());
      expect(ids.targetId).toMatch(/^[A-Z0-9]{10}$/);
    },
  },
  {
    fact: 'an HTTP passthrough on a gateway without a protocol becomes READY and is never synchronized',
    certainty: 'recorded',
    source: `${CLI}/gateway/create, GetGatewayTarget and ListGatewayTargets`,
    holds: async (subject) => {
      const { ids, response } = await ready(subject, passthrough, WITHOUT_PROTOCOL);
      expect(response).not.toHaveProperty('lastSynchronizedAt');
      const { gatewayIdentifier } = ids;
      const { items } = await subject.call('ListGatewayTargets', { gatewayIdentifier });
      expect(items).toMatchObject([{ targetType: 'PASSTHROUGH' }]);
    },
  },
  {
    fact: 'the web search connector with the gateway’s role becomes READY as given, and is never synchronized',
    certainty: 'recorded',
    source: `${CLI}/gateway/create, GetGatewayTarget`,
    holds: async (subject) => {
      const { response } = await ready(subject, { ...webSearch, ...gatewayRole() });
      expect(response).toMatchObject(webSearch);
      expect(response).not.toHaveProperty('lastSynchronizedAt');
    },
  },
  ...[undefined, []].map(
    (credentialProviderConfigurations): Fact => ({
      fact: `a connector target with ${credentialProviderConfigurations ? 'an empty list of' : 'no'} credentials is refused`,
      certainty: 'one party',
      source: 'aws/agentcore-cli, pull request 1899',
      holds: isRefused({ ...webSearch, credentialProviderConfigurations }, ''),
    }),
  ),
  {
    fact: 'UpdateGatewayTarget answers UPDATING and the old createdAt',
    certainty: 'recorded',
    source: `${CLI}/gateway/create, UpdateGatewayTarget`,
    holds: async (subject) => {
      const { ids, response } = await ready(subject, serverTarget());
      const answer = await subject.call('UpdateGatewayTarget', { ...ids, ...serverTarget() });
      expect(answer).toMatchObject({ status: 'UPDATING', createdAt: response.createdAt });
    },
  },
  {
    fact: 'an update without a description clears it',
    certainty: 'asserted',
    source: 'hashicorp/terraform-provider-aws, pull request 48706',
    holds: async (subject) => {
      const { ids } = await ready(subject, { ...serverTarget(), description: 'Issues' });
      expect(await targetsOf(ids).update(subject, ids, serverTarget())).not.toHaveProperty('description');
    },
  },
  {
    fact: 'DeleteGatewayTarget answers the gateway, the id and DELETING, and the target is gone later',
    certainty: 'recorded',
    source: `${CLI}/gateway/delete, DeleteGatewayTarget and GetGatewayTarget`,
    holds: async (subject) => {
      const { ids, response } = await ready(subject, serverTarget());
      const { gatewayArn } = response;
      const answer = await targetsOf(ids).delete(subject, ids);
      expect(answer).toEqual({ gatewayArn, targetId: ids.targetId, status: 'DELETING' });
      await expectGone(subject, 'GetGatewayTarget', ids);
    },
  },
  {
    fact: 'an MCP server that cannot be reached makes the target FAILED',
    certainty: 'message',
    source: 'aws/agentcore-cli, pull requests 1090 and 1254; awslabs/nx-plugin-for-aws, issue 1065',
    options: { behaviors: { unreachable: 'fails' } },
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const target = await targetsOf(ids).create(subject, { ...ids, ...serverTarget() });
      const { statusReasons } = await targetsOf(ids).until(subject, target.ids, 'FAILED');
      const text = 'Failed to connect and fetch tools from the provided MCP target server. Error - ';
      expect(statusReasons).toEqual([expect.stringContaining(text)]);
    },
  },
  {
    fact: 'a FAILED target can be synchronized, which tries it again',
    certainty: 'one party',
    source: 'a connector manager built against AWS: test_status_resyncs_a_failed_key_target',
    options: { faults: [{ fault: 'fail', operation: 'CreateGatewayTarget' }] },
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const target = await targetsOf(ids).create(subject, { ...ids, ...serverTarget() });
      await targetsOf(ids).until(subject, target.ids, 'FAILED');
      await synchronize(subject, target.ids);
      await targetsOf(ids).until(subject, target.ids, 'READY');
    },
  },
  {
    fact: 'a FAILED target can be deleted',
    certainty: 'released',
    source: `${TERRAFORM}/gateway_target.go, waitGatewayTargetDeleted`,
    options: { faults: [{ fault: 'fail', operation: 'CreateGatewayTarget' }] },
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const target = await targetsOf(ids).create(subject, { ...ids, ...serverTarget() });
      await targetsOf(ids).until(subject, target.ids, 'FAILED');
      await targetsOf(ids).delete(subject, target.ids);
    },
  },
  {
    fact: 'a target can be deleted while it is synchronized',
    certainty: 'released',
    source: `${TERRAFORM}/gateway_target.go, waitGatewayTargetDeleted`,
    holds: async (subject) => {
      const { ids } = await ready(subject, serverTarget());
      await synchronize(subject, ids);
      await targetsOf(ids).delete(subject, ids);
    },
  },
  {
    fact: 'a name that another target of the gateway has is refused with ConflictException',
    certainty: 'message',
    source: 'reports of several users; Boise-State-Development/agentcore-public-stack, pull request 451',
    holds: async (subject) => {
      const { ids } = await ready(subject, serverTarget());
      const { gatewayIdentifier } = ids;
      const call = ['CreateGatewayTarget', { gatewayIdentifier, ...serverTarget() }] as const;
      await expectRefusal(subject, call, 'ConflictException', 'already exists');
    },
  },
  {
    fact: 'an MCP server with the gateway’s role but no service is refused',
    certainty: 'message',
    source: 'hashicorp/terraform-provider-aws, pull request 47457',
    holds: isRefused(
      { ...serverTarget(), ...gatewayRole() },
      'IamCredentialProvider is required for mcpServer targets',
    ),
  },
  {
    fact: 'an MCP server with the gateway’s role, a service and a Region becomes READY and shows them',
    certainty: 'asserted',
    source: 'hashicorp/terraform-provider-aws, pull request 47780',
    holds: becomesReady({
      ...serverTarget(),
      ...gatewayRole({ iamCredentialProvider: { service: 'bedrock-agentcore', region: 'us-east-1' } }),
    }),
  },
  {
    fact: 'a managed VPC resource is taken as private endpoint',
    certainty: 'asserted',
    source: 'hashicorp/terraform-provider-aws, pull request 47885',
    holds: becomesReady({
      ...serverTarget(),
      privateEndpoint: {
        managedVpcResource: {
          vpcIdentifier: 'vpc-0123456789abcdef0',
          subnetIds: ['subnet-0123456789abcdef0'],
          endpointIpAddressType: 'IPV4',
          routingDomain: 'mcp.example.com',
        },
      },
    }),
  },
  {
    fact: 'the service adds the header of policy sessions to targets of a gateway with a policy engine, and refuses it in requests',
    certainty: 'one party',
    source: "reports of users: Header 'x-amzn-bedrock-agentcore-policy-session-id' is restricted",
    holds: async (subject) => {
      const arn = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:policy-engine/rules-abcdefghij';
      const header = 'x-amzn-bedrock-agentcore-policy-session-id';
      const metadataConfiguration = { allowedRequestHeaders: ['x-team'] };
      const target = { ...serverTarget(), metadataConfiguration };
      const { ids, response } = await ready(subject, target, {
        policyEngineConfiguration: { arn, mode: 'ENFORCE' },
      });
      expect(response.metadataConfiguration).toEqual({ allowedRequestHeaders: ['x-team', header] });
      const returned = { ...ids, ...target, metadataConfiguration: response.metadataConfiguration };
      const text = `Header '${header}' is restricted`;
      await expectRefusal(subject, ['UpdateGatewayTarget', returned], 'ValidationException', text);
    },
  },
];
