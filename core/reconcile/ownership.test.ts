import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import type { DesiredResource, DesiredState } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import { WORKSPACE_TAG } from '../resources/resourceKinds.ts';
import { applyCallResult } from './applyCallResult.ts';
import { decide } from './decide.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { type OwnershipFacts, ownershipOf } from './ownership.ts';
import type { Ownership, ReconcileInput, ReconcileResult } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  gateway,
  NOW,
  observedAs,
  provider,
  reconcileInput,
  target,
} from './testing/inputs.ts';

const front = gateway('front');
const observed = observedAs(front, 'READY');
const tagged = (workspace: string) => ({ ...observed, tags: { [WORKSPACE_TAG]: workspace } });
const facts = (more: Partial<OwnershipFacts>): OwnershipFacts => ({
  workspace: 'payments',
  observed,
  record: undefined,
  adopt: false,
  ...more,
});

describe('ownershipOf', () => {
  it.each<[string, Partial<OwnershipFacts>, string]>([
    ['a resource that does not exist', { observed: undefined }, 'owned'],
    [
      'a claim of another workspace, whatever the tag says',
      { claim: { owner: 'billing' }, observed: tagged('payments') },
      'ownedElsewhere',
    ],
    [
      'a claim of another workspace on a resource that does not exist',
      { claim: { owner: 'billing' }, observed: undefined },
      'ownedElsewhere',
    ],
    [
      'the claim of a workspace that this one takes over',
      { claim: { owner: 'old' }, movedFrom: 'old', observed: tagged('old') },
      'owned',
    ],
    [
      'the tag of another workspace, even with adopt',
      { observed: tagged('billing'), adopt: true },
      'ownedElsewhere',
    ],
    ['the tag of this workspace', { observed: tagged('payments') }, 'owned'],
    ['the id in the ledger', { record: appliedRecord(front) }, 'owned'],
    ['another id than in the ledger', { record: appliedRecord(front, { id: 'before' }) }, 'unowned'],
    [
      'another id than in the ledger, while the deletion of that one is open',
      {
        record: appliedRecord(front, {
          id: 'before',
          operation: { operation: 'delete', fingerprint: '', startedAt: NOW },
        }),
      },
      'unowned',
    ],
    [
      'a create whose result is unknown',
      { record: { ...appliedRecord(front, { id: 'x' }), creating: true } },
      'owned',
    ],
    [
      'such a create, where the tags can be read and lack the owner',
      {
        record: { ...appliedRecord(front, { id: 'x' }), creating: true },
        observed: { ...observed, tags: {} },
      },
      'unowned',
    ],
    ['the last outcome', { isInOutcome: true }, 'owned'],
    [
      'the id in the ledger, which another workspace has owned since',
      { record: appliedRecord(front), claim: { formerOwner: 'billing' } },
      'unowned',
    ],
    [
      'the last outcome, since which another workspace has owned the resource',
      { isInOutcome: true, claim: { formerOwner: 'billing' } },
      'unowned',
    ],
    [
      'a create whose result is unknown, since which another workspace has owned the resource',
      {
        record: { ...appliedRecord(front, { id: 'x' }), creating: true },
        claim: { formerOwner: 'billing' },
      },
      'unowned',
    ],
    [
      'the tag of this workspace, after another one gave the resource up',
      { claim: { formerOwner: 'billing' }, observed: tagged('payments') },
      'owned',
    ],
    [
      'the id in the ledger, after this workspace gave its claim up itself',
      { record: appliedRecord(front), claim: { formerOwner: 'payments' } },
      'owned',
    ],
    ['a gateway whose tag proves the owner of its targets', { isGatewayRebuilt: true }, 'owned'],
    ['nothing', {}, 'unowned'],
    ['nothing but adopt', { adopt: true }, 'owned'],
  ])('ownershipOf: decides by %s', (_title, given, kind) => {
    expect(ownershipOf(facts(given)).kind).toBe(kind);
  });

  it.each([
    ['before', NOW - 1, 'owned'],
    ['after', NOW + 1, 'unowned'],
  ])(
    'ownershipOf: with a deletion open, knows a provider that was written %s it by its name',
    (_, updatedAt, kind) => {
      const address: Address = 'apiKeyCredentialProvider/search';
      const operation = { operation: 'delete' as const, fingerprint: '', startedAt: NOW };
      const record = {
        address,
        id: 'search',
        state: 'in-progress' as const,
        reasons: [],
        since: NOW,
        operation,
      };
      const provider = { ...observed, address, id: 'search', updatedAt };
      expect(ownershipOf(facts({ record, observed: provider })).kind).toBe(kind);
    },
  );

  it('ownershipOf: tells an adoption from what Gateloop made', () => {
    expect(ownershipOf(facts({ adopt: true }))).toEqual({ kind: 'owned', adopts: true });
    expect(ownershipOf(facts({ adopt: true, record: appliedRecord(front) }))).toEqual({ kind: 'owned' });
    expect(ownershipOf(facts({ adopt: true, observed: undefined }))).toEqual({ kind: 'owned' });
  });
});

/** Decides on a workspace, with changes to its desired state and to the input. */
function decideOn(
  situation: Parameters<typeof reconcileInput>[0],
  desired: Partial<DesiredState> = {},
  more: Partial<ReconcileInput> = {},
): ReconcileResult {
  const input = reconcileInput(situation);
  return decide({ ...input, desired: { ...input.desired, ...desired }, ...more }, catalog);
}
const reportOf = ({ resources }: ReconcileResult, { address }: DesiredResource) =>
  resources.find((each) => each.address === address);
const recordIn = ({ upserts }: ReconcileResult, { address }: DesiredResource) =>
  upserts.find((each) => each.address === address);

describe('a resource that exists and that no workspace owns', () => {
  it('is refused with the remedy, and keeps no id in the ledger', () => {
    const ownership = new Map<Address, Ownership>([[front.address, { kind: 'unowned' }]]);
    const result = decideOn({ resources: [front] }, {}, { ownership });
    expect(reportOf(result, front)).toMatchObject({
      state: 'refused',
      reasons: [expect.stringContaining('"adopt: true"')],
    });
    expect(result.operations).toEqual([]);
    expect(recordIn(result, front)).not.toHaveProperty('id');
  });

  const refusalOf = (resource: DesiredResource, config?: JsonObject) => {
    const unowned: Ownership = { kind: 'unowned', ...(config && { config }) };
    const ownership = new Map<Address, Ownership>([[resource.address, unowned]]);
    return reportOf(decideOn({ resources: [resource] }, {}, { ownership }), resource)?.reasons.join();
  };

  it('refusal: names what differs from the manifest before it is adopted, and no value', () => {
    const desired = gateway('front', { description: 'ours', exceptionLevel: 'DEBUG' });
    const text = refusalOf(desired, { name: 'front', authorizerType: 'AWS_IAM', description: 'theirs' });
    expect(text).toContain('description (changed)');
    expect(text).toContain('exceptionLevel (removed)');
    expect(text).not.toContain('theirs');
  });

  it('refusal: says that nothing differs, or where to see it when the configuration is not known', () => {
    expect(refusalOf(front, observedAs(front, 'READY', { config: front.config }).config)).toContain(
      'It has what the manifest names.',
    );
    expect(refusalOf(front)).toContain('gateloop plan');
  });
});

describe('a resource that is adopted', () => {
  const desired = gateway('front', { description: 'ours' });
  const ownership = new Map<Address, Ownership>([[front.address, { kind: 'owned', adopts: true }]]);
  const live = { name: 'front', authorizerType: 'AWS_IAM', exceptionLevel: 'DEBUG' };
  const seen = (config: Record<string, string>, more = {}) =>
    observedAs(desired, 'READY', { config, tags: {}, ...more });
  const adopting = (clear: boolean, config: Record<string, string>) =>
    decideOn(
      {
        resources: [{ ...desired, adopt: { clear } }],
        observed: [seen(config)],
        settings: { selfHeal: true },
      },
      {},
      { ownership },
    );

  it('is updated to what the manifest names, and its other members are noted and kept', () => {
    const result = adopting(false, { ...live, description: 'theirs' });
    expect(result.operations).toMatchObject([{ operation: 'update' }]);
    expect(recordIn(result, desired)?.adopted).toMatchObject({
      differences: [{ path: 'description', change: 'changed' }],
      kept: ['exceptionLevel'],
    });
  });

  it('tells of the members that it keeps, as long as the manifest does not name them, and heals none of them', () => {
    const result = adopting(false, { ...live, description: 'ours' });
    const record = recordIn(result, desired);
    expect(result.operations).toMatchObject([
      { operation: 'tag', tags: { set: { [WORKSPACE_TAG]: 'payments' } } },
    ]);
    const settled: ResourceRecord = {
      ...(record ?? appliedRecord(desired)),
      tags: { applied: {}, checkedAt: NOW },
      state: 'drifted',
    };
    const next = (config: Record<string, string>, resource: DesiredResource = desired) =>
      decideOn({
        resources: [resource],
        observed: [seen(config, { updatedAt: NOW - 1, tags: undefined })],
        recorded: [settled],
        settings: { selfHeal: true },
      });
    const kept = next({ ...live, description: 'ours', exceptionLevel: 'INFO' });
    expect(kept.operations).toEqual([]);
    expect(reportOf(kept, desired)).toMatchObject({ state: 'drifted' });
    expect(reportOf(kept, desired)?.reasons.join()).toContain('exceptionLevel');
    const removed = next({ name: 'front', authorizerType: 'AWS_IAM', description: 'ours' });
    expect(reportOf(removed, desired)).toMatchObject({ state: 'ready' });
    expect(next({ ...live, description: 'ours', kmsKeyArn: 'arn:key' }).operations).toMatchObject([
      { operation: 'update' },
    ]);
    const cleared = next({ ...live, description: 'ours' }, { ...desired, adopt: { clear: true } });
    expect(cleared.operations).toMatchObject([{ operation: 'update' }]);
    expect(recordIn(cleared, desired)?.adopted?.kept).toEqual([]);
  });

  it('loses its other members at once where the manifest says clear, whatever selfHeal says', () => {
    expect(recordIn(adopting(true, { ...live, description: 'ours' }), desired)?.adopted?.kept).toEqual([]);
    expect(adopting(true, { ...live, description: 'ours' }).operations).toMatchObject([
      { operation: 'update' },
    ]);
  });
});

describe('a resource that is given away', () => {
  const github = provider();
  const ledger = target('front/ledger');
  const recorded = [front, ledger, github].map((each) => appliedRecord(each));
  const ready = [front, ledger, github].map((each) => observedAs(each, 'READY'));
  const claimed = new Set<Address>([front.address, github.address]);
  const leaving = (desired: Partial<DesiredState>, prune = false) =>
    decideOn({ resources: [], observed: ready, recorded, settings: { prune } }, desired, { claimed });

  it.each<[string, Partial<DesiredState>, boolean]>([
    ['leaves the manifest without prune', {}, false],
    ['is unmanaged, with prune', { unmanaged: [front.address, ledger.address, github.address] }, true],
  ])('loses only the tag of its owner when it %s', (_title, desired, prune) => {
    const result = leaving(desired, prune);
    expect(result.operations).toEqual([
      expect.objectContaining({
        address: front.address,
        operation: 'unmanage',
        tags: { set: {}, remove: [WORKSPACE_TAG] },
      }),
    ]);
    expect(result.deletes).toEqual([ledger.address, github.address]);
    expect(result.releases).toEqual([github.address]);
  });

  it('is forgotten, and its claim released, once the tag is gone', () => {
    const [planned] = leaving({}).operations;
    if (!planned) throw new Error('nothing was planned');
    const record = applyCallResult(appliedRecord(front), planned, { kind: 'accepted' }, NOW);
    const result = decideOn({ resources: [], observed: ready, recorded: [record] }, {}, { claimed });
    expect(result).toMatchObject({ next: 'settled', operations: [], deletes: [front.address] });
    expect(result.releases).toContain(front.address);
  });

  it('stays while a registry cannot be read, since the manifest may be incomplete', () => {
    const result = leaving({ isPruningSuspended: true });
    expect(result).toMatchObject({ operations: [], deletes: [], releases: [] });
  });

  it('keeps the record of a target that left a gateway of the workspace, so that prune can delete it later', () => {
    const result = decideOn({ resources: [front], observed: ready, recorded });
    expect(result.deletes).toEqual([github.address]);
    expect(result.operations).toEqual([]);
  });
});

describe('a target that was moved', () => {
  const back = gateway('back');
  const old = target('back/ledger');
  const moved = { ...target('front/ledger'), movedFrom: old.address };
  const moving = (state: 'before' | 'ready', resources: DesiredResource[]) => {
    const existing = [front, back, old, ...(state === 'ready' ? [moved] : [])];
    return decideOn({
      resources,
      observed: existing.map((each) => observedAs(each, 'READY')),
      recorded: existing.map((each) => appliedRecord(each)),
    });
  };

  it('is created first, and the old one is deleted once it is ready, without prune', () => {
    const resources = [front, back, moved];
    expect(moving('before', resources).operations).toMatchObject([
      { address: moved.address, operation: 'create' },
    ]);
    expect(moving('ready', resources).operations).toMatchObject([
      { address: old.address, operation: 'delete' },
    ]);
  });

  it('keeps its old gateway with the workspace until the old target is deleted', () => {
    expect(moving('ready', [front, moved]).operations).toMatchObject([
      { address: old.address, operation: 'delete' },
    ]);
  });
});

describe('a target that another client made', () => {
  it('is mentioned by its gateway, and changes no state', () => {
    const foreign = target('front/by-hand');
    const input = (listed: boolean, record: ResourceRecord) =>
      decideOn(
        {
          resources: [front],
          observed: [observedAs(front, 'READY'), ...(listed ? [observedAs(foreign, 'READY')] : [])],
          recorded: [record],
          settings: { prune: true },
        },
        {},
        { listedParents: new Set(listed ? [front.address] : []) },
      );
    const first = input(true, appliedRecord(front));
    expect(reportOf(first, front)).toMatchObject({
      state: 'ready',
      reasons: [expect.stringContaining('front/by-hand')],
    });
    expect(first.operations).toEqual([]);
    const record = recordIn(first, front) ?? appliedRecord(front);
    const later = input(false, record);
    expect(later.upserts).toEqual([]);
    expect(reportOf(later, front)?.reasons.join()).toContain('front/by-hand');
  });
});
