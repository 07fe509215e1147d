import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { logger, metrics } from '../../functions/runtime/observability.ts';
import { fuzzKind } from './fuzzKind.ts';
import { findKind, fuzzKinds } from './kinds.ts';
import { oddTexts } from './mutations.ts';
import { promise } from './promises.ts';

beforeAll(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
  vi.spyOn(metrics, 'publishStoredMetrics').mockImplementation(() => {
    metrics.clearMetrics();
    return metrics;
  });
});
afterAll(() => {
  vi.restoreAllMocks();
});

/** Of a kind, by its share of the inputs: all kinds together take about two seconds of processor time. */
const inputsOf = (share: number) => Math.ceil(60 + 800 * share);

describe('fuzz', () => {
  it.each(fuzzKinds.map((kind) => [kind.name, kind] as const))(
    'fuzz: finds nothing in %s, with a fixed seed',
    async (_, kind) => {
      const { find, inputs } = await kind.run(1, inputsOf(kind.share));
      expect(find).toBeUndefined();
      expect(inputs).toBe(inputsOf(kind.share));
    },
  );

  it.each<[kind: string, input: unknown]>([
    ['manifests', { text: 'gateways: { a: { roleArn: { toString: a } } }' }],
    ['manifests', { text: '"\\e[2J\\u202e": 1' }],
    ['manifests', { text: '{}'.repeat(500_000) }],
    ['manifests', { text: ']'.repeat(1_000_000) }],
    ['manifests', { text: `[${','.repeat(1_000_000)}]` }],
    ['manifests', { text: '*'.repeat(100_000) }],
    ['schemas', { kind: 'openApi', name: 'a.yaml', inline: false, text: '{}'.repeat(2_000_000) }],
    ['schemas', { kind: 'smithy', name: 'a.json', inline: false, text: `[${'[],'.repeat(3_000_000)}[]]` }],
    ['sizes', { reader: 'form', before: '', part: 'a&', times: 100_000, after: '' }],
    ['sizes', { reader: 'event', before: '', part: 'x', times: 100_000, after: '' }],
    ['sizes', { reader: 'record', before: '', part: '[[],', times: 100_000, after: '' }],
    ['schemas', { kind: 'lambdaTools', name: 'a.json', inline: false, text: '[{"\\u202e":1}]' }],
    ['events', { reader: 'schedule', event: changeOf({ toString: '' }) }],
    [
      'events',
      {
        reader: 'trigger',
        event: { source: 'gateloop', 'detail-type': { toString: null }, detail: { workspace: 'a' } },
      },
    ],
    ['documents', { reader: 'approvedRecord', text: '{' }],
    ['ledger', { reader: 'claims', item: { format: 1e21, claimedBy: 'payments' } }],
    [
      'ledger',
      { reader: 'resources', item: { item: 'resource#gateway/front', constructor: 'a', format: 1 } },
    ],
  ])('fuzz: an input of %s that once broke a promise keeps it: %.100j', async (name, input) => {
    expect(await findKind(name).replay(JSON.stringify(input))).toBeUndefined();
  });
});

function changeOf(eventName: object): object {
  const detail = { eventSource: 'bedrock-agentcore.amazonaws.com', eventName };
  return { now: '2026-01-01T00:00:00Z', execution: 'e', input: { detail } };
}

/** A reader with a defect, as the fuzzer would meet it. */
function plantedKind(check: (text: string) => void | Promise<void>) {
  const inputs = fc.array(fc.constantFrom(...oddTexts, 'a', 'b'), { maxLength: 5 });
  return fuzzKind<string[]>({
    name: 'planted',
    fuzzed: 'a defect',
    share: 1,
    inputs,
    check: (texts) => check(texts.join('')),
  });
}

describe('the fuzzer', () => {
  it.each<[string, (text: string) => void | Promise<void>, RegExp]>([
    ['an exception', (text) => void decodeURIComponent(text.toWellFormed()), /URIError: URI malformed/],
    [
      'an exception of an asynchronous reader',
      async (text) => promise(!text.includes('__proto__'), 'a name is safe', text),
      /Broken: a name is safe/,
    ],
    [
      'a change of a prototype',
      (text) => {
        if (text.includes('__proto__')) Object.assign(Object.getPrototypeOf({}), { planted: true });
      },
      /Broken: no input adds to a prototype \["planted"\]/,
    ],
  ])('fuzzer: reports %s with the smallest input, which replays', async (_, check, reason) => {
    const kind = plantedKind(check);
    const { find } = await kind.run(1, 500);
    expect(find).toMatchObject({ kind: 'planted', seed: 1, reason: expect.stringMatching(reason) });
    expect(JSON.parse(find?.input ?? '')).toHaveLength(1);
    expect(await kind.replay(find?.input ?? '')).toMatch(reason);
    expect('planted' in {}).toBe(false);
    expect(await kind.replay('["a"]')).toBeUndefined();
  });

  it('fuzzer: makes the same inputs of the same seed', async () => {
    const made = [];
    for (let run = 0; run < 2; run += 1) {
      const texts: string[] = [];
      await plantedKind((text) => void texts.push(text)).run(7, 50);
      made.push(texts);
    }
    expect(made[0]).toEqual(made[1]);
  });

  it('fuzzer: refuses the name of a kind that it does not have, and lists the others', () => {
    expect(() => findKind('mails')).toThrow(/No kind "mails". Give one of manifests, schemas, events/);
  });
});
