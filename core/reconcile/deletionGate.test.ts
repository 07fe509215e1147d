import { describe, expect, it } from 'vitest';
import { addressOf } from '../address.ts';
import type { ChangeGuardrails, DesiredResource } from '../desired/desired.ts';
import { openGuardrails } from '../guardrails/guardrails.ts';
import { omit } from '../objects.ts';
import { decide } from './decide.ts';
import type { OpenRequest, ResourceRecord } from './ledgerRecord.ts';
import type { ReconcileInput, ReconcileResult } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  consentTarget,
  gateway,
  NOW,
  observedAs,
  provider,
  reconcileInput,
  target,
} from './testing/inputs.ts';

const old = ['a', 'b', 'c'].map((name) => target(`payments/${name}`));
const addresses = old.map(({ address }) => address);

interface Situation {
  readonly left: readonly DesiredResource[];
  readonly desired?: readonly DesiredResource[];
  readonly records?: Readonly<Record<string, Partial<ResourceRecord>>>;
  readonly statuses?: Readonly<Record<string, Parameters<typeof observedAs>[1]>>;
  readonly guardrails?: Partial<ChangeGuardrails>;
  readonly approve?: 'never' | 'breaking' | 'always';
  /** The answer to the open request, by which the record of its holder changes. */
  readonly answer?: Partial<OpenRequest>;
}

function inputOf({
  left,
  desired = [gateway()],
  records = {},
  statuses = {},
  guardrails = {},
  approve = 'never',
}: Situation): ReconcileInput {
  const all = [...desired, ...left];
  const input = reconcileInput({
    resources: desired,
    observed: all.map((each) => observedAs(each, statuses[each.address] ?? 'READY')),
    recorded: all.map((each) => appliedRecord(each, records[each.address])),
    settings: { prune: true, approve },
  });
  const rules: ChangeGuardrails = { ...openGuardrails, deletions: 1, ...guardrails };
  return { ...input, desired: { ...input.desired, guardrails: rules } };
}

/** The input of the next poll: the records are stored, the request is opened, and then perhaps answered. */
function nextInput(
  input: ReconcileInput,
  { upserts, deletes, requests }: ReconcileResult,
  answer: Partial<OpenRequest> = {},
): ReconcileInput {
  const recorded = new Map([
    ...input.recorded,
    ...upserts.map((record) => [record.address, record] as const),
  ]);
  for (const address of deletes) recorded.delete(address);
  for (const { address, kind, fingerprint } of requests) {
    const record = recorded.get(address);
    const request = { id: fingerprint.slice(0, 8), kind, fingerprint, askedAt: NOW, notifiedAt: NOW };
    if (record) recorded.set(address, { ...record, request });
  }
  for (const [address, record] of recorded)
    if (record.request) recorded.set(address, { ...record, request: { ...record.request, ...answer } });
  return { ...input, recorded };
}

/** What the manifest names changes with the next upload. */
function withLeft(input: ReconcileInput, situation: Situation): ReconcileInput {
  return { ...input, desired: inputOf(situation).desired };
}

const deletionsOf = ({ operations }: ReconcileResult) =>
  operations.filter(({ operation }) => operation === 'delete').map(({ address }) => address);
const statesOf = ({ resources }: ReconcileResult) =>
  Object.fromEntries(resources.map(({ address, state }) => [address, state]));
const decideOn = (input: ReconcileInput) => decide(input, catalog);

describe('gateDeletions: when a person is asked', () => {
  it('gateDeletions: one deletion needs no yes where nothing says so', () => {
    const result = decideOn(inputOf({ left: old.slice(0, 1) }));
    expect(result.requests).toEqual([]);
    expect(deletionsOf(result)).toEqual(addresses.slice(0, 1));
  });

  it('gateDeletions: more than one is one question about all, whatever approve says', () => {
    const result = decideOn(inputOf({ left: old }));
    expect(deletionsOf(result)).toEqual([]);
    expect(result.requests).toHaveLength(1);
    expect(result.requests[0]).toMatchObject({ kind: 'deletion' });
    for (const address of addresses) expect(statesOf(result)[address]).toBe('awaiting-approval');
    expect(result.resources.at(-1)?.reasons.join()).toContain('and 2 more of this upload');
  });

  it('gateDeletions: the guardrails say how many are too many', () => {
    expect(decideOn(inputOf({ left: old, guardrails: { deletions: 3 } })).requests).toEqual([]);
    expect(decideOn(inputOf({ left: old.slice(0, 1), guardrails: { deletions: 0 } })).requests).toHaveLength(
      1,
    );
  });

  it.each<[string, Situation]>([
    ['the settings of the manifest', { left: old.slice(0, 1), approve: 'breaking' }],
    ['the least of the guardrails', { left: old.slice(0, 1), guardrails: { approve: { least: 'always' } } }],
    [
      'the rule of the upload that was applied last',
      { left: old.slice(0, 1), records: { [addresses[0] ?? '']: { approve: 'breaking' } } },
    ],
  ])('gateDeletions: one deletion needs a yes by %s', (_, situation) => {
    const result = decideOn(inputOf(situation));
    expect(deletionsOf(result)).toEqual([]);
    expect(result.requests).toMatchObject([{ kind: 'deletion', address: addresses[0] }]);
  });

  it('gateDeletions: a gateway with its target is two things', () => {
    const result = decideOn(inputOf({ left: [gateway(), ...old.slice(0, 1)], desired: [] }));
    expect(deletionsOf(result)).toEqual([]);
    expect(result.requests).toHaveLength(1);
  });

  it('gateDeletions: what never served, and a credential provider, take nothing from agents', () => {
    const [one, two] = addresses;
    const left = [...old.slice(0, 2), consentTarget('payments/new')];
    const input = inputOf({
      left,
      statuses: { [one ?? '']: 'FAILED', 'gatewayTarget/payments/new': 'CREATE_PENDING_AUTH' },
    });
    const failed = omit(appliedRecord(target('payments/a')), 'applied', 'lastGood');
    const recorded = new Map(input.recorded).set(failed.address, {
      ...failed,
      generation: 1,
      state: 'failed',
    });
    const result = decideOn({ ...input, recorded });
    expect(result.requests).toEqual([]);
    expect(deletionsOf(result)).toEqual([one, two, 'gatewayTarget/payments/new']);
    expect(deletionsOf(decideOn(inputOf({ left: [provider(), ...old.slice(0, 1)] })))).toHaveLength(2);
  });

  it('gateDeletions: what an upload gives away, or keeps without prune, is not asked about', () => {
    const input = inputOf({ left: old, approve: 'always' });
    const settings = { ...input.desired.settings, prune: false };
    const kept = decideOn({ ...input, desired: { ...input.desired, settings } });
    expect({ requests: kept.requests, operations: kept.operations }).toEqual({
      requests: [],
      operations: [],
    });
    const given = decideOn({ ...input, desired: { ...input.desired, unmanaged: addresses } });
    expect(given.requests).toEqual([]);
  });
});

describe('gateDeletions: the answer', () => {
  const input = inputOf({ left: old });
  const asked = decideOn(input);

  it('gateDeletions: a person who has the link is not asked again', () => {
    const waiting = decideOn(nextInput(input, asked));
    expect(waiting).toMatchObject({ next: 'settled', operations: [], requests: [] });
    expect(statesOf(waiting)[addresses[2] ?? '']).toBe('awaiting-approval');
  });

  it('gateDeletions: a yes deletes all of them, and is remembered until they are gone', () => {
    const answered = nextInput(input, asked, { answeredAt: NOW });
    const first = decideOn(answered);
    expect(deletionsOf(first)).toEqual(addresses);
    expect(first.requests).toEqual([]);
    // The holder of the request is deleted first.
    const rest = nextInput(answered, first);
    const holder = asked.requests[0]?.address ?? addresses[0];
    const without = (map: ReadonlyMap<string, unknown>) =>
      new Map([...map].filter(([address]) => address !== holder));
    const later = decideOn({
      ...rest,
      observed: without(rest.observed) as ReconcileInput['observed'],
      recorded: without(rest.recorded) as ReconcileInput['recorded'],
    });
    expect(later.requests).toEqual([]);
    expect(deletionsOf(later)).toEqual(addresses.filter((address) => address !== holder));
  });

  it.each(['refused', 'expired'] as const)('gateDeletions: after "%s" everything stays', (closed) => {
    const result = decideOn(nextInput(input, asked, { closed, closedAt: NOW }));
    expect(result).toMatchObject({ next: 'settled', operations: [], requests: [] });
    for (const address of addresses) expect(statesOf(result)[address]).toBe('refused');
  });

  it('gateDeletions: another deletion is asked about anew, with all that goes', () => {
    const more = target('payments/d');
    const bigger = withLeft(nextInput(input, asked), { left: [...old, more] });
    const grown = {
      ...bigger,
      observed: new Map([...bigger.observed, [more.address, observedAs(more, 'READY')] as const]),
      recorded: new Map([...bigger.recorded, [more.address, appliedRecord(more)] as const]),
    };
    const result = decideOn(grown);
    expect(result.requests).toHaveLength(1);
    expect(result.requests[0]?.fingerprint).not.toBe(asked.requests[0]?.fingerprint);
    const covered = result.upserts.filter(
      ({ deletion }) => deletion?.asked === result.requests[0]?.fingerprint,
    );
    expect(covered).toHaveLength(4);
    // The earlier question is withdrawn.
    const decided = nextInput(grown, { ...result, requests: [] });
    expect([...decided.recorded.values()].filter(({ request }) => request)).toEqual([]);
  });

  it('gateDeletions: a yes to fewer deletions than before is covered, and a no stays one', () => {
    const [, second] = addresses;
    const holder = asked.requests[0]?.address;
    const back = old.filter(({ address }) => address !== holder && address !== second);
    const fewer = { left: old.filter((each) => !back.includes(each)), desired: [gateway(), ...back] };
    const open = decideOn(withLeft(nextInput(input, asked), fewer));
    expect(open).toMatchObject({ requests: [], operations: [] });
    const refused = nextInput(input, asked, { closed: 'refused', closedAt: NOW });
    // One deletion alone needs no yes, but a person has said no to this one.
    const [kept] = back;
    const alone = { left: back, desired: [gateway(), ...old.filter((each) => each !== kept)] };
    const result = decideOn(withLeft(refused, alone));
    expect(deletionsOf(result)).toEqual([]);
  });

  it('gateDeletions: a resource that returns to the manifest is asked about no more', () => {
    const back = decideOn(withLeft(nextInput(input, asked), { left: [], desired: [gateway(), ...old] }));
    expect(back).toMatchObject({ operations: [], requests: [] });
    const records = back.upserts.filter(({ address }) => addresses.includes(address));
    expect(records.filter(({ deletion, request }) => deletion ?? request)).toEqual([]);
  });

  it('gateDeletions: the request stays while the upload has errors, and nothing is pruned', () => {
    const next = nextInput(input, asked);
    const settings = { ...next.desired.settings, prune: false };
    const result = decideOn({ ...next, desired: { ...next.desired, settings, isPruningSuspended: true } });
    expect(result).toMatchObject({ operations: [], requests: [] });
    expect(result.upserts.filter(({ request }) => request)).toEqual([]);
    expect(result.deletes).toEqual([]);
  });

  it('gateDeletions: a provider stays while a target that may use it waits for the answer', () => {
    const result = decideOn(inputOf({ left: [...old, provider()] }));
    expect(deletionsOf(result)).toEqual([]);
    expect(statesOf(result)['oauth2CredentialProvider/github']).toBe('awaiting-approval');
  });
});

describe('gateDeletions: protect', () => {
  const [first, second] = old;
  if (!first || !second) throw new RangeError('there are two targets');
  const protects = { protect: true } as const;

  it('gateDeletions: the deletion of a protected resource is refused, and others go', () => {
    const result = decideOn(inputOf({ left: [first, second], records: { [first.address]: protects } }));
    expect(deletionsOf(result)).toEqual([second.address]);
    expect(statesOf(result)[first.address]).toBe('refused');
    expect(result.resources.find(({ address }) => address === first.address)?.reasons.join()).toContain(
      'upload the manifest with it and without "protect"',
    );
  });

  it('gateDeletions: removing the key together with the resource does not help', () => {
    const named = { ...first, protect: true as const };
    const before = inputOf({ left: [], desired: [gateway(), named] });
    const applied = nextInput(before, decideOn(before));
    expect(applied.recorded.get(first.address)?.protect).toBe(true);
    const gone = withLeft(applied, { left: [first] });
    expect(deletionsOf(decideOn(gone))).toEqual([]);
    // An upload that names it without the key comes first.
    const unprotected = withLeft(applied, { left: [], desired: [gateway(), first] });
    const later = withLeft(nextInput(unprotected, decideOn(unprotected)), { left: [first] });
    expect(deletionsOf(decideOn(later))).toEqual([first.address]);
  });

  it('gateDeletions: a protected gateway keeps its targets, and a protected target its gateway', () => {
    const gatewayKept = inputOf({
      left: [gateway(), first],
      desired: [],
      records: { [addressOf('gateway', 'payments')]: protects },
    });
    expect(deletionsOf(decideOn(gatewayKept))).toEqual([]);
    const targetKept = inputOf({
      left: [gateway(), first, second, provider()],
      desired: [],
      records: { [first.address]: protects },
    });
    const result = decideOn(targetKept);
    expect(deletionsOf(result)).toEqual([second.address]);
    expect(statesOf(result)).toMatchObject({
      'gateway/payments': 'refused',
      [first.address]: 'refused',
      'oauth2CredentialProvider/github': 'refused',
    });
  });

  it('gateDeletions: unmanage gives a protected resource away', () => {
    const input = inputOf({ left: [first], records: { [first.address]: protects } });
    const result = decideOn({ ...input, desired: { ...input.desired, unmanaged: [first.address] } });
    expect(result.operations).toEqual([]);
    expect(statesOf(result)[first.address]).toBe('absent');
  });
});

describe('orderPrunes: a target with another name', () => {
  const [first] = old;
  if (!first) throw new RangeError('there is a target');
  const renamed = { ...target('payments/renamed'), config: { ...first.config, name: 'renamed' } };

  it('orderPrunes: is created before the old one is deleted', () => {
    const input = inputOf({ left: [first], desired: [gateway(), renamed] });
    const observed = new Map(input.observed);
    observed.delete(renamed.address);
    const recorded = new Map(input.recorded);
    recorded.delete(renamed.address);
    const result = decideOn({ ...input, observed, recorded });
    expect(result.operations).toMatchObject([{ operation: 'create', address: renamed.address }]);
    expect(result.resources.at(-1)?.reasons).toEqual([`It is deleted once ${renamed.address} is ready.`]);
    expect(deletionsOf(decideOn(input))).toEqual([first.address]);
  });

  it('orderPrunes: the targets of a gateway that leaves wait until everything else is ready', () => {
    const moved = { ...target('orders/x', 3) };
    const input = inputOf({
      left: [gateway(), first],
      desired: [gateway('orders'), moved],
      guardrails: { deletions: 5 },
    });
    const observed = new Map(input.observed);
    observed.delete(moved.address);
    const recorded = new Map(input.recorded);
    recorded.delete(moved.address);
    const result = decideOn({ ...input, observed, recorded });
    expect(result.operations).toMatchObject([{ operation: 'create', address: moved.address }]);
  });
});
