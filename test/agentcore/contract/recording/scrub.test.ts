import * as dataPlane from '@aws-sdk/client-bedrock-agentcore';
import * as controlPlane from '@aws-sdk/client-bedrock-agentcore-control';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as agentRegistry from '../../../../adapters/agentRegistry/index.ts';
import { startAgentCore } from '../../../../local/agentcore/server.ts';
import type { FaultRule } from '../../../../local/agentcore/settings/faults.ts';
import { SimulatedClock } from '../../../../local/simulation/clock.ts';
import { Store } from '../../../../local/simulation/store.ts';
import { AGENT_REGISTRY, OPERATIONS } from '../operations.ts';
import { connect } from '../sdkClients.ts';
import { type RecordedCall, Recorder } from './recorder.ts';
import {
  FOREIGN_ITEM,
  findReplacements,
  isSecret,
  PERSONAL_MEMBERS,
  restoreRequest,
  scrubCalls,
} from './scrub.ts';

const ACCOUNT = '998877665544';
const REGION = 'eu-central-1';
const NAME = 'contract01234567';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/private-name`;
const CANARY = 'canary-7f3k9d2m';

/** Records SDK calls to an emulator with an account and a Region of its own. */
async function recorded(
  use: (call: ReturnType<typeof connect>['call']) => Promise<void>,
  faults: readonly FaultRule[] = [],
) {
  const store = new Store(':memory:');
  const emulator = await startAgentCore({
    clock: new SimulatedClock(),
    store,
    seed: 1,
    accountId: ACCOUNT,
    region: REGION,
    behaviors: { unreachable: 'accepted' },
    faults,
  });
  const recorder = new Recorder();
  const clients = connect(
    {
      endpoint: emulator.url,
      region: REGION,
      credentials: { accessKeyId: 'AKIAIOSFODNN7CANARY0', secretAccessKey: CANARY },
      maxAttempts: 2,
    },
    recorder,
  );
  onTestFinished(async () => {
    clients.close();
    await emulator.close();
    store.close();
  });
  await use(clients.call);
  const identity = { name: NAME, roleArn: ROLE, region: REGION, endpoint: emulator.url };
  return { calls: recorder.calls, scrubbed: scrubCalls(recorder.calls, identity), url: emulator.url };
}

const github = (clientSecret: string) => ({
  credentialProviderVendor: 'GithubOauth2',
  oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret } },
});

const answer = (body: RecordedCall['answer']['body'], status = 200) => ({ status, body });
const identity = { name: NAME, roleArn: ROLE, region: REGION };
const request = { method: 'POST', path: '/' };

describe('scrubCalls', () => {
  it('lets no secret, account, Region, address, id or name of a run through', async () => {
    const { calls, scrubbed, url } = await recorded(async (call) => {
      const provider = await call('CreateOauth2CredentialProvider', { name: NAME, ...github(CANARY) });
      const gateway = await call('CreateGateway', { name: NAME, roleArn: ROLE, authorizerType: 'NONE' });
      await call('GetGateway', { gatewayIdentifier: gateway.gatewayId });
      await call('ListTagsForResource', { resourceArn: gateway.gatewayArn });
      await call('GetOauth2CredentialProvider', { name: provider.name });
    });
    const before = JSON.stringify(calls);
    const after = JSON.stringify(scrubbed);
    const gatewayId = String(Object(calls[1]?.answer.body).gatewayId);
    for (const text of [CANARY, ACCOUNT, REGION, NAME, gatewayId]) expect(before).toContain(text);
    for (const text of [CANARY, ACCOUNT, REGION, NAME, gatewayId, url, 'private-name', 'AKIA'])
      expect(after).not.toContain(text);
    expect(scrubbed[2]?.request.path).toBe('/gateways/{gatewayId:1}/');
    expect(scrubbed[3]?.request.path).not.toContain(ACCOUNT);
  });

  it('keeps the answer to the last attempt of a request that the SDK repeated', async () => {
    const { scrubbed } = await recorded(
      async (call) => {
        await call('ListGateways', {});
      },
      [{ fault: 'throttle', operation: 'ListGateways', times: 1 }],
    );
    expect(scrubbed).toEqual([
      {
        operation: 'ListGateways',
        request: { method: 'GET', path: '/gateways/' },
        answer: { status: 200, body: { items: [] } },
      },
    ]);
  });

  it('replaces a secret, link and user id wherever they are repeated', () => {
    const link = `https://example.com/authorize?request_uri=urn:ietf:params:oauth:request_uri:${CANARY}`;
    const calls: RecordedCall[] = [
      {
        operation: 'CreateGatewayTarget',
        request: {
          ...request,
          body: {
            clientSecret: CANARY,
            customParameters: { login_hint: `person-${CANARY}` },
            headers: { authorization: 'Bearer abc.def-ghi' },
          },
        },
        answer: answer({ authorizationUrl: link, userId: 'user-4711', targetId: 'ABCDEFGHIJ' }),
      },
      {
        operation: 'CompleteResourceTokenAuth',
        request: {
          ...request,
          body: {
            userIdentifier: { userId: 'user-4711' },
            sessionUri: `urn:ietf:params:oauth:request_uri:${CANARY}`,
          },
        },
        answer: answer({ message: `user-4711 may not use ${CANARY} at ${link}` }, 403),
      },
    ];
    const [first, second] = scrubCalls(calls, identity);
    expect(first?.answer.body).toEqual({
      authorizationUrl: '{authorizationUrl:1}',
      targetId: '{targetId:1}',
      userId: '{userId:1}',
    });
    expect(second?.request.body).toEqual({
      sessionUri: '{sessionUri:1}',
      userIdentifier: { userId: '{userId:1}' },
    });
    expect(second?.answer.body).toEqual({
      message: '{userId:1} may not use {secret:1} at {authorizationUrl:1}',
    });
    expect(JSON.stringify(first)).not.toMatch(/abc\.def-ghi|person-/);
  });

  it('keeps nothing of the resources of others in lists', () => {
    const items = [
      { name: `${NAME}-2`, status: 'READY' },
      { name: 'payroll', status: 'READY' },
    ];
    const calls = [{ operation: 'ListGateways', request, answer: answer({ items }) }];
    expect(scrubCalls(calls, identity)[0]?.answer.body).toEqual({
      items: [{ name: 'contract-2', status: 'READY' }, FOREIGN_ITEM],
    });
  });

  it('keeps other accounts apart from the own one', () => {
    const arn = (account: string) => `arn:aws:bedrock-agentcore:${REGION}:${account}:gateway/x-abcdefghij`;
    const calls = [
      { operation: 'GetGateway', request, answer: answer({ gatewayArn: arn(ACCOUNT) }) },
      { operation: 'GetGateway', request, answer: answer({ message: arn('111122223333') }, 404) },
    ];
    const [own, other] = scrubCalls(calls, identity);
    expect(own?.answer.body).toEqual({
      gatewayArn: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/{gatewayId:1}',
    });
    expect(JSON.stringify(other?.answer.body)).toContain(':us-east-1:000000000001:gateway/');
  });
});

describe('restoreRequest', () => {
  it('puts the ids of another run in place, and valid texts where that run has none', () => {
    const known = findReplacements([
      { operation: 'CreateGateway', request, answer: answer({ gatewayId: 'contract-zzzzzzzzzz' }) },
    ]);
    const restored = restoreRequest(
      {
        method: 'PUT',
        path: '/gateways/{gatewayId:1}/',
        body: { clientSecret: '{secret:1}', clientToken: '{clientToken:1}' },
      },
      known,
    );
    expect(restored.path).toBe('/gateways/contract-zzzzzzzzzz/');
    expect(restored.body).toMatchObject({ clientSecret: 'secret-1' });
    expect(Object(restored.body).clientToken).toMatch(/^[a-z0-9]{33,256}$/);
  });
});

type SchemaSource = Parameters<typeof NormalizedSchema.of>[0];
type Schema = ReturnType<typeof NormalizedSchema.of>;

/** Sensitive texts that tell nothing of a person or a secret, or that a row must show. */
const HARMLESS: ReadonlySet<string> = new Set([
  // What a strategy of a memory asks of the model.
  'appendToPrompt',
  'definition',
  'llmExtractionInstruction',
  'apiBase',
  'content',
  'customMetadata',
  'data',
  'defaultSchema',
  'description',
  'endpointName',
  'examples',
  'inlinePayload',
  'inputSchema',
  'instructions',
  'name',
  'optionalValue',
  'schema',
  'targetName',
  'text',
  'url',
]);

/** The members with sensitive texts in a structure, each with the member that holds the structure or map. */
function sensitiveTexts(
  schema: Schema,
  member = '',
  parent = '',
  seen = new Set<string>(),
): [member: string, parent: string][] {
  if (schema.isListSchema()) return sensitiveTexts(schema.getValueSchema(), member, parent, seen);
  if (schema.isMapSchema()) return sensitiveTexts(schema.getValueSchema(), 'value', member, seen);
  if (!schema.isStructSchema()) return schema.getMergedTraits().sensitive ? [[member, parent]] : [];
  const name = schema.getName() ?? '';
  if (seen.has(name)) return [];
  seen.add(name);
  return [...schema.structIterator()].flatMap(([key, value]) => sensitiveTexts(value, key, member, seen));
}

describe('isSecret', () => {
  it('knows every sensitive text of the emulated operations that is not known to be harmless', () => {
    const clients: Readonly<Record<string, unknown>> = {
      ...controlPlane,
      ...dataPlane,
      ...Object.fromEntries(
        Object.entries(agentRegistry).map(([name, value]) => [`${AGENT_REGISTRY}${name}`, value]),
      ),
    };
    const found = OPERATIONS.flatMap((operation) => {
      // A static schema, as in adapters/sdkShapes.ts: the input and the output are its fifth and sixth elements.
      const [, , , , ...ends] = clients[`${operation}$`] as readonly SchemaSource[];
      return ends.slice(0, 2).flatMap((schema) => sensitiveTexts(NormalizedSchema.of(schema)));
    });
    expect(found.length).toBeGreaterThan(10);
    expect(
      found.filter(
        ([member, parent]) =>
          !HARMLESS.has(member) && !PERSONAL_MEMBERS.has(member) && !isSecret(member, parent),
      ),
    ).toEqual([]);
  });
});
