import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlPlaneShapes, dataPlaneShapes } from '../../adapters/sdkShapes.ts';
import { checkShape } from '../../core/api/checkShape.ts';
import { defined } from '../../core/objects.ts';
import { BEHAVIOR_VALUES, type Behaviors } from '../../local/agentcore/settings/behaviors.ts';
import type { FaultRule } from '../../local/agentcore/settings/faults.ts';
import { JWT_AUTHORIZER } from '../../local/agentcore/testing/emulator.ts';
import { openSubject, type Subject } from './contract/subject.ts';
import { TransitionRecorder } from './legalTransitions.ts';
import { type RawResponse, sendRaw } from './rawRequest.ts';

const catalogs = [controlPlaneShapes, dataPlaneShapes];
const CONCURRENCY_LIMIT = 5;
const ROLE = 'arn:aws:iam::123456789012:role/gateway';

/** The ids, links and responses that a client has received. */
interface ClientState {
  readonly gateways: string[];
  readonly targets: [gateway: string, target: string][];
  readonly links: { url: string; userId: string }[];
  readonly responses: { operation: string; response: RawResponse }[];
}

type Step = (subject: Subject, state: ClientState) => Promise<unknown>;

const newState = (): ClientState => ({ gateways: [], targets: [], links: [], responses: [] });

async function send(subject: Subject, state: ClientState, name: string, input: Record<string, unknown>) {
  const operation = catalogs.map((catalog) => catalog.operation(name)).find((found) => found !== undefined);
  if (!operation) throw new Error(`no operation ${name}`);
  const response = await sendRaw(String(subject.emulator?.agentCore.url), operation, input);
  state.responses.push({ operation: name, response });
  return response.body;
}

/** A target that does not exist. */
const UNKNOWN_TARGET = ['unknown-abcdefghij', 'ABCDEFGHIJ'] as const;

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(list.length, 1)];

const configurations = [
  { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } } },
  {
    targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } },
    credentialProviderConfigurations: [
      {
        credentialProviderType: 'OAUTH',
        credentialProvider: {
          oauthCredentialProvider: {
            providerArn:
              'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/github',
            scopes: ['repo'],
            grantType: 'AUTHORIZATION_CODE',
          },
        },
      },
    ],
  },
  { targetConfiguration: { mcp: { openApiSchema: { inlinePayload: 'no API' } } } },
  {
    targetConfiguration: {
      mcp: {
        lambda: {
          lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:ledger',
          toolSchema: {
            inlinePayload: [{ name: 'a', description: 'b', inputSchema: { type: 'object' } }],
          },
        },
      },
    },
    credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
  },
];

/** Adds the ids and links of a response to the state. */
function recordIds(state: ClientState, body: Record<string, unknown>, gateway?: string): void {
  const { gatewayId, targetId, authorizationData } = body;
  if (typeof gatewayId === 'string' && typeof targetId !== 'string') state.gateways.push(gatewayId);
  if (typeof targetId === 'string' && gateway !== undefined) state.targets.push([gateway, targetId]);
  const { authorizationUrl: url, userId } = Object(Object(authorizationData).oauth2);
  if (typeof url === 'string') state.links.push({ url, userId });
}

const index = fc.nat(7);

const weightedStep = <T extends unknown[]>(
  weight: number,
  arbitrary: fc.Arbitrary<T>,
  title: string,
  run: (...values: T) => Step,
) => ({
  weight,
  arbitrary: arbitrary.map((values) => ({
    run: run(...values),
    // fast-check prints the steps of a failing sequence with it.
    toString: () => `${title} ${JSON.stringify(values)}`,
  })),
});

const steps = fc.oneof(
  weightedStep(1, fc.tuple(index), 'create gateway', (number) => async (subject, state) => {
    const input = { name: `gateway${number % 3}`, roleArn: ROLE, ...JWT_AUTHORIZER };
    recordIds(state, await send(subject, state, 'CreateGateway', input));
  }),
  weightedStep(
    6,
    fc.tuple(index, index, fc.constantFrom(...configurations)),
    'create target',
    (gateway, number, configuration) => async (subject, state) => {
      const gatewayIdentifier = pick(state.gateways, gateway) ?? '';
      const input = { gatewayIdentifier, name: `target${number}`, ...configuration };
      recordIds(state, await send(subject, state, 'CreateGatewayTarget', input), gatewayIdentifier);
    },
  ),
  weightedStep(
    4,
    fc.tuple(index, fc.constantFrom(...configurations)),
    'update target',
    (target, configuration) => async (subject, state) => {
      const [gatewayIdentifier, targetId] = pick(state.targets, target) ?? UNKNOWN_TARGET;
      const input = { gatewayIdentifier, targetId, ...configuration };
      recordIds(state, await send(subject, state, 'UpdateGatewayTarget', input));
    },
  ),
  weightedStep(4, fc.tuple(index), 'synchronize target', (target) => async (subject, state) => {
    const [gatewayIdentifier, targetId] = pick(state.targets, target) ?? UNKNOWN_TARGET;
    const input = { gatewayIdentifier, targetIdList: [targetId] };
    const { targets } = await send(subject, state, 'SynchronizeGatewayTargets', input);
    recordIds(state, Object(Object(targets)[0]));
  }),
  weightedStep(2, fc.tuple(index), 'delete target', (target) => (subject, state) => {
    const [gatewayIdentifier, targetId] = pick(state.targets, target) ?? UNKNOWN_TARGET;
    return send(subject, state, 'DeleteGatewayTarget', { gatewayIdentifier, targetId });
  }),
  weightedStep(
    1,
    fc.tuple(index),
    'delete gateway',
    (gateway) => (subject, state) =>
      send(subject, state, 'DeleteGateway', { gatewayIdentifier: pick(state.gateways, gateway) ?? '' }),
  ),
  weightedStep(4, fc.tuple(index), 'consent', (link) => async (subject, state) => {
    const { url, userId } = state.links.at(-1 - (link % 2)) ?? {};
    if (url === undefined) return;
    try {
      const sessionUri = subject.emulator?.agentCore.consent(url).searchParams.get('session_id');
      await send(subject, state, 'CompleteResourceTokenAuth', { userIdentifier: { userId }, sessionUri });
    } catch (error) {
      // The emulator rejects an expired or used link with a RangeError.
      if (!(error instanceof RangeError)) throw error;
    }
  }),
  weightedStep(
    2,
    fc.tuple(index),
    'list',
    (gateway) => (subject, state) =>
      send(subject, state, 'ListGatewayTargets', {
        gatewayIdentifier: pick(state.gateways, gateway) ?? '',
      }),
  ),
  weightedStep(
    5,
    fc.tuple(fc.constantFrom(1, 3000, 12_000, 12_000, 700_000)),
    'advance time',
    (ms) => (subject) => Promise.resolve(subject.emulator?.clock.advance(ms)),
  ),
);

const anyBehaviors: fc.Arbitrary<Partial<Behaviors>> = fc.record(
  Object.fromEntries(
    Object.entries(BEHAVIOR_VALUES).map(([name, values]) => [
      name,
      values === 'milliseconds' ? fc.constantFrom(0, 60_000) : fc.constantFrom(...values),
    ]),
  ),
) as fc.Arbitrary<Partial<Behaviors>>;

const anyFaults: fc.Arbitrary<FaultRule[]> = fc.subarray<FaultRule>([
  { fault: 'fail', probability: 0.2 },
  { fault: 'failLater', probability: 0.2, delay: 5000 },
  { fault: 'lostSync', probability: 0.2 },
  { fault: 'throttle', probability: 0.1 },
  { fault: 'error', when: 'after', probability: 0.1 },
  { fault: 'slow', probability: 0.2, factor: 5 },
]);

/** Internal errors of the emulator, and violations of the SDK's shape. */
function defectsOf({ operation, response }: ClientState['responses'][number]): unknown[] {
  if (response.status >= 300)
    return String(response.body.message).includes('emulator failed') ? [response.body] : [];
  const catalog = catalogs.find((candidate) => candidate.operation(operation));
  const output = catalog?.operation(operation)?.output.name;
  if (!catalog || output === undefined) return ['no shape'];
  // Recorded answers lack this member where a target has no credentials, although the model requires it.
  return checkShape(catalog, output, response.body).filter(
    ({ kind, path }) => kind !== 'required' || path.at(-1) !== 'credentialProviderConfigurations',
  );
}

describe('emulator', () => {
  it('makes legal transitions and valid responses only, for any requests, behaviors and faults', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyBehaviors,
        anyFaults,
        fc.array(steps, { minLength: 10, maxLength: 60 }),
        async (behaviors, faults, sequence) => {
          const transitions = new TransitionRecorder();
          const subject = await openSubject({ behaviors, onChange: transitions.onChange });
          const state = newState();
          try {
            await send(subject, state, 'CreateOauth2CredentialProvider', {
              name: 'github',
              credentialProviderVendor: 'GithubOauth2',
              oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc' } },
            });
            for (const name of ['gateway0', 'gateway1']) {
              const input = { name, roleArn: ROLE, ...JWT_AUTHORIZER };
              recordIds(state, await send(subject, state, 'CreateGateway', input));
            }
            await subject.emulator?.clock.advance(5000);
            subject.emulator?.agentCore.setFaults(faults);
            for (const { run } of sequence) {
              await run(subject, state);
              for (const gateway of state.gateways) {
                const running = subject.emulator?.agentCore.service.targets.runningOperations(gateway);
                expect(running).toBeLessThanOrEqual(CONCURRENCY_LIMIT);
              }
            }
            await subject.emulator?.clock.advance(10 * 3_600_000);
            expect(transitions.illegal).toEqual([]);
            expect(state.responses.flatMap(defectsOf)).toEqual([]);
            // After ten hours, every resource has settled or awaits authorization.
            const unsettled = [...transitions.statuses.values()].filter((status) =>
              /(CREAT|UPDAT|DELET|SYNCHRONIZ)ING$/.test(status),
            );
            expect(unsettled).toEqual([]);
          } finally {
            await subject.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('ListGatewayTargets', () => {
  it('returns each of 1,000 targets once in pages of any size, while other targets come and go', async () => {
    const subject = await openSubject({
      quotas: { ratePerSecond: {}, targetsPerGateway: 5000, concurrentOperationsPerGateway: 5000 },
    });
    const state = newState();
    try {
      const { gatewayId } = await send(subject, state, 'CreateGateway', {
        name: 'payments',
        roleArn: ROLE,
        ...JWT_AUTHORIZER,
      });
      const gatewayIdentifier = String(gatewayId);
      await subject.emulator?.clock.advance(10_000);
      let count = 0;
      const create = async () => {
        count += 1;
        const input = { gatewayIdentifier, name: `target${count}`, ...configurations[0] };
        return String((await send(subject, state, 'CreateGatewayTarget', input)).targetId);
      };
      const permanent = new Set<string>();
      for (let target = 0; target < 1000; target += 1) permanent.add(await create());
      await subject.emulator?.clock.advance(20_000);
      const property = fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), async (maxResults) => {
        const seen: string[] = [];
        const pages = Math.ceil(1000 / maxResults);
        let nextToken: unknown;
        do {
          const query = {
            gatewayIdentifier,
            maxResults: Math.max(maxResults, 20),
            ...defined({ nextToken }),
          };
          const page = await send(subject, state, 'ListGatewayTargets', query);
          expect(page.items).toHaveProperty('length');
          seen.push(...Object(page).items.map((item: { targetId: string }) => item.targetId));
          nextToken = page.nextToken;
          // Another client creates and deletes a target between the pages.
          const temporary = await create();
          await subject.emulator?.clock.advance(13_000);
          if (pages % 2 === 0)
            await send(subject, state, 'DeleteGatewayTarget', { gatewayIdentifier, targetId: temporary });
        } while (nextToken !== undefined);
        expect(new Set(seen).size).toBe(seen.length);
        expect([...permanent].filter((id) => !seen.includes(id))).toEqual([]);
      });
      await fc.assert(property, { numRuns: 10 });
    } finally {
      await subject.close();
    }
  }, 120_000);
});
