import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlPlaneShapes, dataPlaneShapes } from '../../adapters/sdkShapes.ts';
import { checkShape } from '../../core/api/checkShape.ts';
import { BEHAVIOR_VALUES, type Behaviors } from '../../local/agentcore/settings/behaviors.ts';
import type { FaultRule } from '../../local/agentcore/settings/faults.ts';
import { openSubject, type Subject } from './contract/subject.ts';
import { TransitionWatch } from './legalTransitions.ts';
import { type RawResponse, sendRaw } from './rawRequest.ts';

const catalogs = [controlPlaneShapes, dataPlaneShapes];
const SLOTS = 5;
const ROLE = 'arn:aws:iam::123456789012:role/gateway';

/** What a client remembers of its calls: the ids that it was given. */
interface ClientState {
  readonly gateways: string[];
  readonly targets: [gateway: string, target: string][];
  readonly links: { url: string; userId: string }[];
  readonly answers: { operation: string; answer: RawResponse }[];
}

type Step = (subject: Subject, memory: ClientState) => Promise<unknown>;

async function send(subject: Subject, memory: ClientState, name: string, input: Record<string, unknown>) {
  const operation = catalogs.map((catalog) => catalog.operation(name)).find((found) => found !== undefined);
  if (!operation) throw new Error(`no operation ${name}`);
  const answer = await sendRaw(String(subject.emulator?.agentCore.url), operation, input);
  memory.answers.push({ operation: name, answer });
  return answer.body;
}

/** A target that no gateway has. */
const UNKNOWN = ['unknown-abcdefghij', 'ABCDEFGHIJ'] as const;

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

/** Remembers the ids and links that an answer holds. */
function recordIds(memory: ClientState, body: Record<string, unknown>, gateway?: string): void {
  const { gatewayId, targetId, authorizationData } = body;
  if (typeof gatewayId === 'string' && typeof targetId !== 'string') memory.gateways.push(gatewayId);
  if (typeof targetId === 'string' && gateway !== undefined) memory.targets.push([gateway, targetId]);
  const { authorizationUrl: url, userId } = Object(Object(authorizationData).oauth2);
  if (typeof url === 'string') memory.links.push({ url, userId });
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
    // What fast-check prints of a walk that breaks the property.
    toString: () => `${title} ${JSON.stringify(values)}`,
  })),
});

const steps = fc.oneof(
  weightedStep(1, fc.tuple(index), 'create gateway', (number) => async (subject, memory) => {
    const input = { name: `gateway${number % 3}`, roleArn: ROLE, authorizerType: 'AWS_IAM' };
    recordIds(memory, await send(subject, memory, 'CreateGateway', input));
  }),
  weightedStep(
    6,
    fc.tuple(index, index, fc.constantFrom(...configurations)),
    'create target',
    (gateway, number, configuration) => async (subject, memory) => {
      const gatewayIdentifier = pick(memory.gateways, gateway) ?? '';
      const input = { gatewayIdentifier, name: `target${number}`, ...configuration };
      recordIds(memory, await send(subject, memory, 'CreateGatewayTarget', input), gatewayIdentifier);
    },
  ),
  weightedStep(
    4,
    fc.tuple(index, fc.constantFrom(...configurations)),
    'update target',
    (target, configuration) => async (subject, memory) => {
      const [gatewayIdentifier, targetId] = pick(memory.targets, target) ?? UNKNOWN;
      const input = { gatewayIdentifier, targetId, ...configuration };
      recordIds(memory, await send(subject, memory, 'UpdateGatewayTarget', input));
    },
  ),
  weightedStep(4, fc.tuple(index), 'synchronise target', (target) => async (subject, memory) => {
    const [gatewayIdentifier, targetId] = pick(memory.targets, target) ?? UNKNOWN;
    const input = { gatewayIdentifier, targetIdList: [targetId] };
    const { targets } = await send(subject, memory, 'SynchronizeGatewayTargets', input);
    recordIds(memory, Object(Object(targets)[0]));
  }),
  weightedStep(2, fc.tuple(index), 'delete target', (target) => (subject, memory) => {
    const [gatewayIdentifier, targetId] = pick(memory.targets, target) ?? UNKNOWN;
    return send(subject, memory, 'DeleteGatewayTarget', { gatewayIdentifier, targetId });
  }),
  weightedStep(
    1,
    fc.tuple(index),
    'delete gateway',
    (gateway) => (subject, memory) =>
      send(subject, memory, 'DeleteGateway', { gatewayIdentifier: pick(memory.gateways, gateway) ?? '' }),
  ),
  weightedStep(4, fc.tuple(index), 'consent', (link) => async (subject, memory) => {
    const { url, userId } = memory.links.at(-1 - (link % 2)) ?? {};
    if (url === undefined) return;
    try {
      const sessionUri = subject.emulator?.agentCore.consent(url).searchParams.get('session_id');
      await send(subject, memory, 'CompleteResourceTokenAuth', { userIdentifier: { userId }, sessionUri });
    } catch (error) {
      // A link that lapsed or was used before is refused to the person too.
      if (!(error instanceof RangeError)) throw error;
    }
  }),
  weightedStep(
    2,
    fc.tuple(index),
    'list',
    (gateway) => (subject, memory) =>
      send(subject, memory, 'ListGatewayTargets', {
        gatewayIdentifier: pick(memory.gateways, gateway) ?? '',
      }),
  ),
  weightedStep(
    5,
    fc.tuple(fc.constantFrom(1, 3000, 12_000, 12_000, 700_000)),
    'time passes',
    (ms) => (subject) => Promise.resolve(subject.emulator?.clock.advance(ms)),
  ),
);

const behaviors: fc.Arbitrary<Partial<Behaviors>> = fc.record(
  Object.fromEntries(
    Object.entries(BEHAVIOR_VALUES).map(([name, values]) => [
      name,
      values === 'milliseconds' ? fc.constantFrom(0, 60_000) : fc.constantFrom(...values),
    ]),
  ),
) as fc.Arbitrary<Partial<Behaviors>>;

const faults: fc.Arbitrary<FaultRule[]> = fc.subarray<FaultRule>([
  { fault: 'fail', probability: 0.2 },
  { fault: 'flip', probability: 0.2, delay: 5000 },
  { fault: 'lostSync', probability: 0.2 },
  { fault: 'throttle', probability: 0.1 },
  { fault: 'error', when: 'after', probability: 0.1 },
  { fault: 'slow', probability: 0.2, factor: 5 },
]);

/** What no answer may be: a fault of the emulator's own, or a shape that the SDK does not know. */
function invalidParts({ operation, answer }: ClientState['answers'][number]): unknown[] {
  if (answer.status >= 300)
    return String(answer.body.message).includes('emulator failed') ? [answer.body] : [];
  const catalog = catalogs.find((candidate) => candidate.operation(operation));
  const output = catalog?.operation(operation)?.output.name;
  return catalog && output !== undefined ? checkShape(catalog, output, answer.body) : ['no shape'];
}

describe('any sequence of calls', () => {
  it('leaves only legal states, in every world that the service could be', async () => {
    await fc.assert(
      fc.asyncProperty(
        behaviors,
        faults,
        fc.array(steps, { minLength: 10, maxLength: 60 }),
        async (world, rules, walk) => {
          const watch = new TransitionWatch();
          const subject = await openSubject({ behaviors: world, onChange: watch.onChange });
          const memory: ClientState = { gateways: [], targets: [], links: [], answers: [] };
          try {
            await send(subject, memory, 'CreateOauth2CredentialProvider', {
              name: 'github',
              credentialProviderVendor: 'GithubOauth2',
              oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc' } },
            });
            for (const name of ['gateway0', 'gateway1']) {
              const input = { name, roleArn: ROLE, authorizerType: 'AWS_IAM' };
              recordIds(memory, await send(subject, memory, 'CreateGateway', input));
            }
            await subject.emulator?.clock.advance(5000);
            subject.emulator?.agentCore.setFaults(rules);
            for (const { run } of walk) {
              await run(subject, memory);
              for (const gateway of memory.gateways) {
                const inFlight = subject.emulator?.agentCore.service.targets.runningOperations(gateway);
                expect(inFlight).toBeLessThanOrEqual(SLOTS);
              }
            }
            await subject.emulator?.clock.advance(10 * 3_600_000);
            expect(watch.illegal).toEqual([]);
            expect(memory.answers.flatMap(invalidParts)).toEqual([]);
            // Nothing moves for ever: what is not settled by now waits for a person.
            const moving = [...watch.statuses.values()].filter((status) =>
              /(CREAT|UPDAT|DELET|SYNCHRONIZ)ING$/.test(status),
            );
            expect(moving).toEqual([]);
          } finally {
            await subject.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('a list of 1,000 targets', () => {
  it('loses and repeats nothing, in pages of any size, while others write', async () => {
    const subject = await openSubject({
      quotas: { ratePerSecond: {}, targetsPerGateway: 5000, concurrentOperationsPerGateway: 5000 },
    });
    const memory: ClientState = { gateways: [], targets: [], links: [], answers: [] };
    try {
      const { gatewayId } = await send(subject, memory, 'CreateGateway', {
        name: 'payments',
        roleArn: ROLE,
        authorizerType: 'AWS_IAM',
      });
      const gatewayIdentifier = String(gatewayId);
      await subject.emulator?.clock.advance(10_000);
      let count = 0;
      const create = async () => {
        count += 1;
        const input = { gatewayIdentifier, name: `target${count}`, ...configurations[0] };
        return String((await send(subject, memory, 'CreateGatewayTarget', input)).targetId);
      };
      const staying = new Set<string>();
      for (let target = 0; target < 1000; target += 1) staying.add(await create());
      await subject.emulator?.clock.advance(20_000);
      const property = fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), async (maxResults) => {
        const seen: string[] = [];
        const pages = Math.ceil(1000 / maxResults);
        let nextToken: unknown;
        do {
          const query = {
            gatewayIdentifier,
            maxResults: Math.max(maxResults, 20),
            ...(nextToken ? { nextToken } : {}),
          };
          const page = await send(subject, memory, 'ListGatewayTargets', query);
          expect(page.items).toHaveProperty('length');
          seen.push(...Object(page).items.map((item: { targetId: string }) => item.targetId));
          nextToken = page.nextToken;
          // Someone else creates and deletes between the pages.
          const passing = await create();
          await subject.emulator?.clock.advance(13_000);
          if (pages % 2 === 0)
            await send(subject, memory, 'DeleteGatewayTarget', { gatewayIdentifier, targetId: passing });
        } while (nextToken !== undefined);
        expect(new Set(seen).size).toBe(seen.length);
        expect([...staying].filter((id) => !seen.includes(id))).toEqual([]);
      });
      await fc.assert(property, { numRuns: 10 });
    } finally {
      await subject.close();
    }
  }, 120_000);
});
