import { describe, expect, it } from 'vitest';
import { maxAttempts, tagCheckInterval } from './limits.ts';
import { tagChange } from './tags.ts';
import { decideResource, type ResourceSituation } from './testing/decideResource.ts';
import { appliedRecord, gateway, NOW, observedAs, provider, resolvedConfig } from './testing/inputs.ts';

const OWNER = { 'gateloop:workspace': 'payments' };
const tagged = gateway('orders', { tags: { team: 'orders', cost: '1' } });
const applied = { team: 'orders', cost: '1' };

const decideTags = (
  tags: ReturnType<typeof appliedRecord>['tags'],
  live?: Readonly<Record<string, string>>,
  situation: ResourceSituation = {},
  resource = tagged,
) =>
  decideResource(resource, {
    observed: observedAs(resource, 'READY', { ...(live && { tags: live }) }),
    record: appliedRecord(resource, tags ? { tags } : {}),
    ...situation,
  });

describe('planTags', () => {
  it('planTags: reads the tags again before their time where an event told of a change after the last read', () => {
    const known = { applied, checkedAt: NOW - 1000 };
    const readsAfter = (tagsChangedAt: number) =>
      decideTags(known, undefined, { tagsChangedAt }).result.tagReads;
    expect(readsAfter(NOW - 2000)).not.toContain(tagged.address);
    expect(readsAfter(NOW - 1000)).toContain(tagged.address);
  });

  it('planTags: sets what is new or changed, and removes what Gateloop had set and left the manifest', () => {
    const { operation, result } = decideTags({ applied: { team: 'old', gone: 'x' }, checkedAt: NOW });
    expect(operation).toBe('tag');
    expect(result.operations).toMatchObject([
      { tags: { set: { team: 'orders', cost: '1' }, remove: ['gone'] }, wantedTags: applied },
    ]);
  });

  it('planTags: is no update of the configuration', () => {
    const record = appliedRecord(tagged);
    const retagged = gateway('orders', { tags: { team: 'other' } });
    expect(appliedRecord(retagged).applied?.fingerprint).toBe(record.applied?.fingerprint);
  });

  it('planTags: reads the tags after they were set, and is ready when the service has them', () => {
    const unverified = { applied, checkedAt: NOW, unverified: true as const };
    const first = decideTags(unverified);
    expect(first.result.tagReads).toEqual([tagged.address]);
    expect(first.report?.state).toBe('in-progress');
    const { report, record } = decideTags(unverified, { ...applied, ...OWNER, other: 'of another tool' });
    expect(report?.state).toBe('ready');
    expect(record?.tags).toEqual({ applied, checkedAt: NOW });
  });

  it('planTags: counts a failed attempt where the service has other tags than it accepted', () => {
    const { report, record } = decideTags(
      { applied, checkedAt: NOW, unverified: true },
      { ...applied, ...OWNER, team: 'x' },
    );
    expect(record?.retry).toMatchObject({ count: 1 });
    expect(report?.reasons.join()).toContain('tags.team (changed)');
  });

  it('planTags: gives up after the last attempt', () => {
    const { set, remove, fingerprint } = tagChange({ ...OWNER, team: 'x', cost: '1' }, applied, {
      ...applied,
      ...OWNER,
    });
    expect({ set, remove }).toEqual({ set: { team: 'orders' }, remove: [] });
    const retry = { fingerprint, count: maxAttempts, firstAt: NOW, nextAt: NOW, deferrals: 0, reasons: [] };
    const record = appliedRecord(tagged, { tags: { applied: { team: 'x' }, checkedAt: NOW }, retry });
    const observed = observedAs(tagged, 'READY', { tags: { ...OWNER, team: 'x', cost: '1' } });
    expect(decideResource(tagged, { observed, record }).report?.state).toBe('failed');
  });

  it('planTags: checks the tags once an hour, and not in between', () => {
    const checkedAt = NOW - tagCheckInterval + 1000;
    expect(decideTags({ applied, checkedAt }).result.tagReads).toEqual([]);
    const due = decideTags({ applied, checkedAt: NOW - tagCheckInterval });
    expect(due.result.tagReads).toEqual([tagged.address]);
    // A failure to read them changes nothing: they were right an hour ago.
    expect(due.report?.state).toBe('ready');
  });

  it('planTags: tells a tag that another client changed or removed, and sets it again only with selfHeal', () => {
    const live = { ...OWNER, team: 'foreign' };
    const known = { applied, checkedAt: NOW - tagCheckInterval };
    const watching = decideTags(known, live);
    expect(watching.operation).toBeUndefined();
    expect(watching.report).toMatchObject({
      state: 'drifted',
      reasons: [expect.stringContaining('tags.team (changed), tags.cost (removed)')],
    });
    // Until the next check the record says it.
    const later = decideTags(watching.record?.tags);
    expect(later.report?.state).toBe('drifted');
    const healing = decideTags(known, live, { settings: { selfHeal: true } });
    expect(healing.result.operations).toMatchObject([
      { operation: 'tag', tags: { set: applied, remove: [] } },
    ]);
  });

  it('planTags: reads drifted tags at once when selfHeal is switched on, to undo them', () => {
    const drift = [{ path: 'tags.team', change: 'changed' as const }];
    const known = { applied, checkedAt: NOW, drift };
    expect(decideTags(known).result.tagReads).toEqual([]);
    const healing = decideTags(known, undefined, { settings: { selfHeal: true } });
    expect(healing.result.tagReads).toEqual([tagged.address]);
  });

  it('planTags: sets the tag of the owner again, which is part of the ownership', () => {
    const known = { applied, checkedAt: NOW - tagCheckInterval };
    const { report } = decideTags(known, applied);
    expect(report?.reasons.join()).toContain('tags.gateloop:workspace (removed)');
  });

  it('planTags: tags a resource that was adopted', () => {
    const { tags: _, ...unknown } = appliedRecord(tagged);
    const observed = observedAs(tagged, 'READY', { config: resolvedConfig(tagged), tags: { other: '1' } });
    const { result } = decideResource(tagged, { observed, record: unknown });
    expect(result.operations).toMatchObject([{ tags: { set: { ...applied, ...OWNER }, remove: [] } }]);
  });

  it('planTags: refuses a change of tags that the service can set only at creation', () => {
    const resource = provider();
    const retagged = { ...resource, config: { ...resource.config, tags: { team: 'x' } } };
    const { report, operation } = decideTags({ applied: {}, checkedAt: NOW }, undefined, {}, retagged);
    expect(operation).toBeUndefined();
    expect(report).toMatchObject({
      state: 'refused',
      reasons: [expect.stringContaining('tags cannot be changed')],
    });
    expect(
      decideTags({ applied: { team: 'x' }, checkedAt: NOW }, undefined, {}, retagged).report?.state,
    ).toBe('ready');
  });
});
