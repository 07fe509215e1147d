import { CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import { CreateOauth2CredentialProviderCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as api from '../../adapters/agentRegistry/index.ts';
import { startAgentCore } from '../../local/agentcore/server.ts';
import type { FaultRule } from '../../local/agentcore/settings/faults.ts';
import { directAgentCoreClients } from '../../local/agentcore/testing/directClients.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import { Store } from '../../local/simulation/store.ts';
import { TransitionRecorder } from './legalTransitions.ts';

type Send = (command: object) => Promise<Readonly<Record<string, unknown>>>;

/** A record as its client knows it. */
interface KnownRecord {
  readonly registryId: string;
  readonly recordId: string;
  /** The descriptors of the last approval; undefined for a record that cannot be discovered. */
  approved: unknown;
}

interface World {
  readonly clock: SimulatedClock;
  readonly send: Send;
  readonly registries: string[];
  readonly records: KnownRecord[];
  readonly links: { url: string; userId: string }[];
  /** The skill from GitHub, with a provider that exists. */
  readonly skill: object;
  consent(link: { url: string; userId: string }, decision: 'grant' | 'deny'): Promise<unknown>;
}

type Step = (world: World) => Promise<unknown>;

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(list.length, 1)];

/** Sends a request about one of the records. */
const onRecord =
  (index: number, run: (world: World, record: KnownRecord) => Promise<unknown>): Step =>
  async (world) => {
    const record = pick(world.records, index);
    if (record) await run(world, record);
  };

const ids = ({ registryId, recordId }: KnownRecord) => ({ registryId, recordId });

function keepLink(world: World, answer: Readonly<Record<string, unknown>>): void {
  const { authorizationUrl: url, userId } = Object(Object(answer.authorizationData).oauth2);
  if (typeof url === 'string') world.links.push({ url, userId });
}

const DESCRIPTORS = [
  { recordType: 'MCP', descriptors: { mcpServer: { data: '{}' } } },
  {
    recordType: 'MCP',
    descriptors: { mcpServer: { source: { fromUrl: { url: 'https://mcp.example.com/mcp' } } } },
  },
  { recordType: 'CUSTOM', descriptors: { custom: { data: 'text' } } },
];

const create =
  (registry: number, name: number, kind: number): Step =>
  async (world) => {
    const registryId = pick(world.registries, registry) ?? '';
    const content = kind < DESCRIPTORS.length ? DESCRIPTORS[kind] : world.skill;
    const input = { registryId, name: `record${name % 4}`, ...Object(content) };
    const answer = await world.send(new api.CreateRegistryRecordCommand(input));
    keepLink(world, answer);
    world.records.push({ registryId, recordId: String(answer.recordArn), approved: undefined });
  };

const decide = (index: number, status: api.RegistryRecordStatus): Step =>
  onRecord(index, async (world, record) => {
    const { descriptors } = await world.send(new api.GetRegistryRecordCommand(ids(record)));
    await world.send(
      new api.UpdateRegistryRecordStatusCommand({ ...ids(record), status, statusReason: 'reviewed' }),
    );
    if (status === 'APPROVED') record.approved = descriptors;
    if (status === 'DEPRECATED') record.approved = undefined;
  });

/** A submission with its decision, in one step: a random order seldom has both. */
const review = (index: number, status: api.RegistryRecordStatus): Step =>
  onRecord(index, async (world, record) => {
    await world.send(new api.SubmitRegistryRecordForApprovalCommand(ids(record)));
    await decide(index, status)(world);
  });

const update = (index: number, change: object): Step =>
  onRecord(index, async (world, record) =>
    keepLink(world, await world.send(new api.UpdateRegistryRecordCommand({ ...ids(record), ...change }))),
  );

const CHANGES = [
  { description: { optionalValue: 'changed' } },
  { descriptors: { optionalValue: { mcpServer: { optionalValue: { data: { optionalValue: '[]' } } } } } },
  { triggerSynchronization: true },
  { triggerSynchronization: true, forceAuthentication: true },
  { name: 'renamed' },
];

const index = fc.nat(3);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(index, index, fc.nat(5)).map((values) => create(...values)) },
  { weight: 6, arbitrary: fc.tuple(index, fc.constantFrom(...CHANGES)).map((values) => update(...values)) },
  {
    weight: 4,
    arbitrary: index.map((number) =>
      onRecord(number, ({ send }, record) =>
        send(new api.SubmitRegistryRecordForApprovalCommand(ids(record))),
      ),
    ),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        index,
        fc.constantFrom<api.RegistryRecordStatus>('APPROVED', 'APPROVED', 'REJECTED', 'DEPRECATED'),
      )
      .map((values) => decide(...values)),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(index, fc.constantFrom<api.RegistryRecordStatus>('APPROVED', 'REJECTED'))
      .map((values) => review(...values)),
  },
  {
    weight: 1,
    arbitrary: index.map((number) =>
      onRecord(number, async (world, record) => {
        await world.send(new api.DeleteRegistryRecordCommand(ids(record)));
        world.records.splice(world.records.indexOf(record), 1);
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(index, fc.constantFrom('grant' as const, 'grant' as const, 'deny' as const)).map(
      ([number, decision]): Step =>
        async (world) => {
          const link = world.links.at(-1 - (number % 3));
          if (link) await world.consent(link, decision);
        },
    ),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(1, 3000, 12_000, 700_000).map(
      (ms): Step =>
        ({ clock }) =>
          clock.advance(ms),
    ),
  },
);

const anyFaults: fc.Arbitrary<FaultRule[]> = fc.subarray<FaultRule>([
  { fault: 'fail', probability: 0.2 },
  { fault: 'failLater', probability: 0.1, delay: 5000 },
  { fault: 'throttle', probability: 0.1 },
  { fault: 'slow', probability: 0.2, factor: 5 },
]);

async function openWorld(faults: readonly FaultRule[]) {
  const clock = new SimulatedClock();
  const store = new Store(':memory:');
  const transitions = new TransitionRecorder();
  const agentCore = await startAgentCore({
    clock,
    store,
    seed: 1,
    behaviors: { unreachable: 'accepted' },
    onChange: transitions.onChange,
  });
  const { control, data, registry } = directAgentCoreClients(agentCore.handle, agentCore.url, 'AKIAOWNER');
  const defects: string[] = [];
  // Refusals are part of the sequence; an internal error is a defect.
  const refused = (error: unknown) => {
    if (String(error).includes('emulator failed')) defects.push(String(error));
    throw new Refused();
  };
  const send: Send = async (command) => ({ ...(await registry.send(command as never).catch(refused)) });
  const { credentialProviderArn: providerArn } = await control.send(
    new CreateOauth2CredentialProviderCommand({
      name: 'github',
      credentialProviderVendor: 'GithubOauth2',
      oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
    }),
  );
  const world: World = {
    clock,
    send,
    registries: [],
    records: [],
    links: [],
    skill: skillFrom(providerArn),
    async consent({ url, userId }, decision) {
      try {
        const sessionUri = agentCore.consent(url, decision).searchParams.get('session_id');
        const input = { userIdentifier: { userId }, sessionUri: sessionUri ?? '' };
        await data.send(new CompleteResourceTokenAuthCommand(input)).catch(refused);
      } catch (error) {
        // The emulator rejects a link that expired or was used with a RangeError.
        if (!(error instanceof RangeError)) throw error;
      }
    },
  };
  for (const autoApprovalRules of [[], ['APPROVE_ALL' as const]]) {
    const name = `registry${autoApprovalRules.length}`;
    const input = { name, approvalConfiguration: { autoApprovalRules } };
    world.registries.push(String((await send(new api.CreateRegistryCommand(input))).registryArn));
  }
  await clock.advance(10_000);
  // Drafts, so that most sequences reach an approval.
  for (const kind of [0, 1, 2]) await create(0, kind, kind)(world);
  await clock.advance(10_000);
  agentCore.setFaults(faults);
  return { world, agentCore, transitions, defects, store };
}

class Refused extends Error {}

function skillFrom(providerArn: string | undefined): object {
  const oauthCredentialProvider = { providerArn, grantType: 'AUTHORIZATION_CODE' };
  const credentials = { credentialProviderType: 'OAUTH', credentialProvider: { oauthCredentialProvider } };
  const url = 'https://github.com/acme/skills/tree/main/refunds';
  const source = { fromUrl: { url, credentialProviderConfigurations: [credentials] } };
  const additionalData = { skillMd: { source }, repositoryProvider: 'GITHUB' };
  return { recordType: 'SKILL', descriptors: { agentSkillsDefinition: { additionalData } } };
}

describe('Agent Registry of the emulator', () => {
  it('makes legal transitions, and keeps what was approved last discoverable, for any requests and faults', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyFaults,
        fc.array(steps, { minLength: 10, maxLength: 60, size: 'max' }),
        async (faults, sequence) => {
          const { world, agentCore, transitions, defects, store } = await openWorld(faults);
          const [manual = ''] = world.registries;
          try {
            for (const step of sequence) {
              await step(world).catch((error: unknown) => {
                if (!(error instanceof Refused)) throw error;
              });
              for (const { registryId, recordId, approved } of world.records) {
                if (registryId !== manual) continue;
                const revision = agentCore.service.agentRegistryRecords.approvedRevision(
                  registryId,
                  recordId,
                );
                expect(revision?.descriptors).toEqual(approved);
              }
            }
            await world.clock.advance(10 * 3_600_000);
            expect(transitions.illegal).toEqual([]);
            expect(defects).toEqual([]);
            const unsettled = [...transitions.statuses.values()].filter((status) =>
              /ING$|PENDING_AUTH$/.test(status),
            );
            expect(unsettled).toEqual([]);
          } finally {
            await agentCore.close();
            store.close();
          }
        },
      ),
      { numRuns: 20 },
    );
  }, 60_000);
});
