import { expect } from 'vitest';
import type { ApiResponse, Subject } from '../contract/subject.ts';
import { expectRefusal, type Fact, type Ids, readyGateway, TERRAFORM, targetsOf } from './fact.ts';
import { oauthCredentials, serverTarget } from './targetInputs.ts';

const MINUTE = 60_000;
const USER_GRANT = { grantType: 'AUTHORIZATION_CODE', defaultReturnUrl: 'https://example.com/return' };

/** The input of a target that acts for a person. */
const userTarget = async (subject: Subject, server: object = {}) => ({
  ...serverTarget(server),
  credentialProviderConfigurations: [await oauthCredentials(subject, USER_GRANT)],
});

interface Pending {
  readonly ids: Ids;
  readonly target: object;
  readonly link: Link;
}

interface Link {
  readonly authorizationUrl: string;
  readonly userId: string;
}

const linkOf = (response: ApiResponse): Link => Object(Object(response.authorizationData).oauth2);

/** Creates a target that waits for a person. */
async function pending(subject: Subject): Promise<Pending> {
  const gateway = await readyGateway(subject);
  const target = await userTarget(subject);
  const { ids, response } = await targetsOf(gateway).create(subject, { ...gateway, ...target });
  expect(response.status).toBe('CREATE_PENDING_AUTH');
  return { ids, target, link: linkOf(response) };
}

/** The call that completes an authorization. The session is the `request_uri` of the link. */
const completion = ({ authorizationUrl, userId }: Link) =>
  [
    'CompleteResourceTokenAuth',
    { userIdentifier: { userId }, sessionUri: new URL(authorizationUrl).searchParams.get('request_uri') },
  ] as const;

/** Grants the consent as the person in the browser does. */
const grant = (subject: Subject, { authorizationUrl }: Link) =>
  subject.emulator?.agentCore.consent(authorizationUrl);

const expectInvalidSession = (subject: Subject, link: Link) =>
  expectRefusal(subject, completion(link), 'AccessDeniedException', 'Invalid or expired session');

/** Creates a target whose link expired. */
async function lapsed(subject: Subject): Promise<Pending & { response: ApiResponse }> {
  const begun = await pending(subject);
  await subject.emulator?.clock.advance(11 * MINUTE);
  return { ...begun, response: await targetsOf(begun.ids).get(subject, begun.ids) };
}

/** Expects another link and another user. */
function expectFreshLink(response: ApiResponse, before: Link): void {
  const fresh = linkOf(response);
  expect(fresh.authorizationUrl).not.toBe(before.authorizationUrl);
  expect(fresh.userId).not.toBe(before.userId);
  expect(fresh.userId).toEqual(expect.any(String));
}

const needsJwt = (authorizerType: string) => async (subject: Subject) => {
  const ids = await readyGateway(subject, { authorizerType, authorizerConfiguration: undefined });
  const call = ['CreateGatewayTarget', { ...ids, ...(await userTarget(subject)) }] as const;
  const text = `3LO Auth is not supported when gateway authorizer type is ${authorizerType}`;
  await expectRefusal(subject, call, 'ValidationException', text);
};

/** Expects that a target becomes READY without a person. */
async function expectNoPerson(subject: Subject, target: object): Promise<void> {
  const gateway = await readyGateway(subject);
  const { ids, response } = await targetsOf(gateway).create(subject, { ...gateway, ...target });
  expect(response).not.toHaveProperty('authorizationData');
  await targetsOf(gateway).until(subject, ids, 'READY');
}

const toolSchema = (schema: unknown) => ({ mcpToolSchema: { inlinePayload: JSON.stringify(schema) } });
const tool = (inputSchema: object) => ({ name: 'find', description: 'Finds issues', inputSchema });
const WRITE_UPS = 'reports of several users';

export const consentFacts: readonly Fact[] = [
  {
    fact: 'AUTHORIZATION_CODE on a gateway with AWS_IAM is refused',
    certainty: 'message',
    source: `${WRITE_UPS}: three write-ups of two parties`,
    holds: needsJwt('AWS_IAM'),
  },
  {
    fact: 'AUTHORIZATION_CODE on a gateway with NONE is refused',
    certainty: 'one party',
    source: 'the check of a command line client, with the words of the service',
    holds: needsJwt('NONE'),
  },
  {
    fact: 'a target that acts for a person waits with a link on a gateway with CUSTOM_JWT',
    certainty: 'message',
    source: 'hashicorp/terraform-provider-aws, issue 48114 and pull request 48485',
    holds: async (subject) => {
      const { link } = await pending(subject);
      expect(link).toEqual({ authorizationUrl: expect.any(String), userId: expect.any(String) });
    },
  },
  {
    fact: 'userId is made of the gateway, the target and a random text',
    certainty: 'one party',
    source: 'field notes of a user',
    holds: async (subject) => {
      const { ids, link } = await pending(subject);
      expect(link.userId).toMatch(new RegExp(`^${ids.gatewayIdentifier}_${ids.targetId}_\\w+$`));
    },
  },
  {
    fact: 'the link names its session as request_uri',
    certainty: 'message',
    source: `${WRITE_UPS}; awslabs/amazon-bedrock-agentcore-samples`,
    holds: async (subject) => {
      const { pathname, searchParams } = new URL((await pending(subject)).link.authorizationUrl);
      expect(pathname).toBe('/identities/oauth2/authorize');
      expect(searchParams.get('request_uri')).toMatch(/^urn:ietf:params:oauth:request_uri:\w+$/);
    },
  },
  {
    fact: 'an authorization cannot be completed before the consent',
    certainty: 'message',
    source: 'aws/bedrock-agentcore-sdk-typescript, issue 37; reports of users',
    holds: async (subject) => expectInvalidSession(subject, (await pending(subject)).link),
  },
  {
    fact: 'an authorization cannot be completed for another user',
    certainty: 'message',
    source: 'aws/bedrock-agentcore-sdk-typescript, issue 37, answer of AWS support',
    holds: async (subject) => {
      const { link } = await pending(subject);
      grant(subject, link);
      await expectInvalidSession(subject, { ...link, userId: 'another' });
    },
  },
  {
    fact: 'an authorization cannot be completed after its link expired',
    certainty: 'message',
    source: WRITE_UPS,
    holds: async (subject) => {
      const { link } = await pending(subject);
      grant(subject, link);
      await subject.emulator?.clock.advance(11 * MINUTE);
      await expectInvalidSession(subject, link);
    },
  },
  {
    fact: 'the completed authorization leads from CREATE_PENDING_AUTH over CREATING to READY',
    certainty: 'one party',
    source: 'field notes of a user',
    holds: async (subject) => {
      const { ids, link } = await pending(subject);
      grant(subject, link);
      await subject.call(...completion(link));
      expect(await targetsOf(ids).get(subject, ids)).toMatchObject({ status: 'CREATING' });
      await targetsOf(ids).until(subject, ids, 'READY');
    },
  },
  {
    fact: 'a target cannot be deleted while it waits for a person',
    certainty: 'message',
    source: `${WRITE_UPS}; ${TERRAFORM}/gateway_target.go, which waits for the end of such a status`,
    holds: async (subject) => {
      const { ids } = await pending(subject);
      const text = "DeleteGatewayTarget can't be performed on target when it is in Create_Pending_Auth state";
      await expectRefusal(subject, ['DeleteGatewayTarget', ids], 'ConflictException', text);
    },
  },
  {
    fact: 'a target cannot be updated while it waits for a person',
    certainty: 'message',
    source: 'the page of UpdateGatewayTarget, which one party contradicts',
    holds: async (subject) => {
      const { ids, target } = await pending(subject);
      await expectRefusal(subject, ['UpdateGatewayTarget', { ...ids, ...target }], 'ConflictException', '');
    },
  },
  {
    fact: 'with updateWhilePending, an update brings a fresh link and a fresh user',
    certainty: 'one party',
    source: 'field notes of a user, twice',
    options: { behaviors: { updateWhilePending: true } },
    holds: async (subject) => {
      const { ids, target, link } = await pending(subject);
      const answer = await subject.call('UpdateGatewayTarget', { ...ids, ...target });
      expectFreshLink(answer, link);
      await expectInvalidSession(subject, link);
      grant(subject, linkOf(answer));
      await subject.call(...completion(linkOf(answer)));
      await targetsOf(ids).until(subject, ids, 'READY');
    },
  },
  {
    fact: 'a target whose link expired has failed after about ten minutes',
    certainty: 'message',
    source: `${WRITE_UPS}: a live target, and the same words in the test of another party`,
    holds: async (subject) => {
      const { response } = await lapsed(subject);
      expect(response).toMatchObject({
        status: 'FAILED',
        statusReasons: [
          'OAuth User_Federation authorization timed out. The gateway owner did not complete authorization within the allowed time.',
        ],
      });
    },
  },
  {
    fact: 'a synchronization of a target that failed so brings a fresh link and a fresh user',
    certainty: 'one party',
    source: 'a connector manager built against AWS: test_status_reissues_a_lapsed_target_consent',
    holds: async (subject) => {
      const { ids, link } = await lapsed(subject);
      const { gatewayIdentifier, targetId } = ids;
      const input = { gatewayIdentifier, targetIdList: [targetId] };
      const { targets } = await subject.call('SynchronizeGatewayTargets', input);
      const answer: ApiResponse = Object(targets)[0];
      expect(answer.status).toBe('SYNCHRONIZE_PENDING_AUTH');
      expectFreshLink(answer, link);
    },
  },
  {
    fact: 'a static tool schema needs no person',
    certainty: 'asserted',
    source: 'hashicorp/terraform-provider-aws, pull requests 48704 and 48705',
    holds: async (subject) =>
      expectNoPerson(subject, await userTarget(subject, toolSchema({ tools: [tool({ type: 'object' })] }))),
  },
  {
    fact: 'a static tool schema that is a list is refused',
    certainty: 'message',
    source: `${WRITE_UPS}: four write-ups of three parties`,
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const target = await userTarget(subject, toolSchema([tool({ type: 'object' })]));
      const text = "mcpToolSchema must be an object with 'tools' array";
      await expectRefusal(
        subject,
        ['CreateGatewayTarget', { ...ids, ...target }],
        'ValidationException',
        text,
      );
    },
  },
  {
    fact: 'with staticSchemaKeywords few, a static tool schema with enum is refused',
    certainty: 'one party',
    source: 'troubleshooting notes of a deployed sample; the model asks for schemas of MCP',
    options: { behaviors: { staticSchemaKeywords: 'few' } },
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const inputSchema = {
        type: 'object',
        properties: { order: { type: 'string', enum: ['asc', 'desc'] } },
      };
      const target = await userTarget(subject, toolSchema({ tools: [tool(inputSchema)] }));
      const call = ['CreateGatewayTarget', { ...ids, ...target }] as const;
      await expectRefusal(subject, call, 'ValidationException', 'mcpToolSchema');
    },
  },
  {
    fact: 'an OpenAPI target with AUTHORIZATION_CODE needs no person',
    certainty: 'one party',
    source: 'field notes of a user',
    holds: async (subject) => {
      const openApi = {
        openapi: '3.0.3',
        info: { title: 'Orders', version: '1' },
        servers: [{ url: 'https://orders.example.com' }],
        paths: { '/orders': { get: { operationId: 'list', responses: { 200: { description: 'All' } } } } },
      };
      await expectNoPerson(subject, {
        ...(await userTarget(subject)),
        targetConfiguration: { mcp: { openApiSchema: { inlinePayload: JSON.stringify(openApi) } } },
      });
    },
  },
  {
    fact: 'the return URL is checked only once the workload identity of the gateway lists one',
    certainty: 'one party',
    source: 'field notes of a user',
    holds: async (subject) => {
      const { ids, target } = await pending(subject);
      const { gatewayIdentifier } = ids;
      const allow = (url: string) =>
        subject.call('UpdateWorkloadIdentity', {
          name: gatewayIdentifier,
          allowedResourceOauth2ReturnUrls: [url],
        });
      const another = { ...target, gatewayIdentifier, name: 'two' };
      await allow('https://example.com/other');
      const call = ['CreateGatewayTarget', another] as const;
      await expectRefusal(subject, call, 'ValidationException', 'allowedResourceOauth2ReturnUrls');
      await allow(USER_GRANT.defaultReturnUrl);
      expect((await subject.call(...call)).status).toBe('CREATE_PENDING_AUTH');
    },
  },
  {
    fact: 'dynamic listing together with AUTHORIZATION_CODE is refused',
    certainty: 'one party',
    source: 'field notes of a user; the developer guide',
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      const target = await userTarget(subject, { listingMode: 'DYNAMIC' });
      await expectRefusal(subject, ['CreateGatewayTarget', { ...ids, ...target }], 'ValidationException', '');
    },
  },
];
