import { expect } from 'vitest';
import type { Subject } from '../contract/subject.ts';
import { CLI, type Fact, gatewayInput, gateways, type Kind, readyGateway, targetsOf } from './fact.ts';
import { serverTarget } from './targetInputs.ts';

/** Starts an operation `repeats` times, and expects that each settles within these bounds, in milliseconds. */
async function expectDuration(
  subject: Subject,
  [min, max]: readonly [min: number, max: number],
  start: (index: number) => Promise<{ kind: Kind; ids: Readonly<Record<string, string>> }>,
): Promise<void> {
  for (let index = 0; index < REPEATS; index += 1) {
    const { kind, ids } = await start(index);
    await subject.emulator?.clock.advance(min - 1);
    expect((await kind.get(subject, ids)).status).not.toBe('READY');
    await subject.emulator?.clock.advance(max - min + 2);
    expect((await kind.get(subject, ids)).status).toBe('READY');
  }
}

const REPEATS = 5;

const createsTargetWithin =
  (target: object, bounds: readonly [number, number], gateway: object) => async (subject: Subject) => {
    const parent = await readyGateway(subject, gateway);
    const kind = targetsOf(parent);
    await expectDuration(subject, bounds, async (index) => {
      const input = { ...parent, ...target, name: `target${index}` };
      return { kind, ids: (await kind.create(subject, input)).ids };
    });
  };

export const durationFacts: readonly Fact[] = [
  {
    fact: 'a gateway without semantic search is READY after 0.56 to 0.81 s',
    certainty: 'recorded',
    source: `${CLI}/gateway, four pairs of times`,
    holds: (subject) =>
      expectDuration(subject, [560, 810], async (index) => {
        const { ids } = await gateways.create(subject, gatewayInput({ name: `gateway${index}` }));
        return { kind: gateways, ids };
      }),
  },
  {
    fact: 'an update of a gateway settles after 0.37 s',
    certainty: 'recorded',
    source: `${CLI}/gateway/create, one pair of times`,
    holds: async (subject) => {
      const ids = await readyGateway(subject);
      await expectDuration(subject, [350, 390], async () => {
        await subject.call('UpdateGateway', { ...ids, ...gatewayInput() });
        return { kind: gateways, ids };
      });
    },
  },
  {
    fact: 'a passthrough target is READY after 0.58 to 0.77 s',
    certainty: 'recorded',
    source: `${CLI}/gateway, four pairs of times of passthrough and web search targets`,
    holds: createsTargetWithin(
      {
        targetConfiguration: {
          http: { passthrough: { endpoint: 'https://example.com', protocolType: 'CUSTOM' } },
        },
      },
      [580, 770],
      { protocolType: undefined },
    ),
  },
  {
    fact: 'an MCP server target is READY after 3.0 to 3.8 s',
    certainty: 'recorded',
    source: `${CLI}/gateway, two pairs of times`,
    holds: createsTargetWithin(serverTarget(), [3000, 3800], {}),
  },
];
