import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { comparableShapes } from '../comparison/comparableShapes.ts';
import type { DesiredResource } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import { defaultSettings } from '../manifest/settings.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import type { Status } from '../status.ts';
import { diffResource } from './diff.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { maxAttempts } from './limits.ts';
import type { ComparedResource } from './liveComparison.ts';
import { decideResource } from './testing/decideResource.ts';
import { appliedRecord, failedAttempts, fingerprintFor, NOW, observedAs } from './testing/inputs.ts';

const row = resourceKinds.browser;
const PUBLIC = { networkConfiguration: { networkMode: 'PUBLIC' } };
const { model } = comparableShapes(row, resourceShapes);

const desiredFor = (config: JsonObject, adopt?: ComparedResource['adopt']): ComparedResource => ({
  config,
  fingerprint: JSON.stringify(config),
  row,
  catalog: resourceShapes,
  selfHeal: true,
  ...(adopt && { adopt }),
});
const observed = (config?: JsonObject, status: Status = 'READY') => ({
  address: 'browser/research' as const,
  id: 'research-1',
  status,
  reasons: [],
  updatedAt: NOW,
  outputs: {},
  ...(config && { config }),
});
const recordOf = (record: Partial<ResourceRecord> = {}): ResourceRecord => ({
  address: 'browser/research',
  state: 'ready',
  reasons: [],
  since: NOW,
  ...record,
});
/** The record of a browser that was made with this configuration and read back. */
const made = (config: JsonObject, record: Partial<ResourceRecord> = {}) =>
  recordOf({
    applied: { fingerprint: JSON.stringify(config), updatedAt: NOW },
    snapshot: { model, members: {} },
    ...record,
  });
const diff = (desired: ComparedResource, live: JsonObject | undefined, record: ResourceRecord) =>
  diffResource(desired, observed(live), record, NOW);

describe('diffResource: a kind without an update', () => {
  it.each([
    ['changes a member', { ...PUBLIC, description: 'new' }, { ...PUBLIC, description: 'old' }, 'description'],
    ['adds a member', { ...PUBLIC, description: 'new' }, PUBLIC, 'description'],
    [
      'changes what is inside a member',
      { networkConfiguration: { networkMode: 'VPC' } },
      PUBLIC,
      'networkConfiguration',
    ],
  ])(
    'diffResource: holds back a manifest that %s, with the reason and a remedy',
    (_, config, live, member) => {
      const { status, record } = diff(desiredFor(config), live, made(live));
      expect(status).toBe('upToDate');
      expect(record.heldBack).toEqual([
        `${member} cannot be changed: AWS has no operation that changes a browser. Give the resource another name, or remove it from the manifest until it is deleted.`,
      ]);
      expect(record.drift).toBeUndefined();
    },
  );

  it.each([
    ['a member', PUBLIC, { ...PUBLIC, description: 'old' }],
    [
      'a part of a member',
      { ...PUBLIC, recording: { enabled: true } },
      { ...PUBLIC, recording: { enabled: true, s3Location: { bucket: 'b', prefix: 'p' } } },
    ],
  ])('diffResource: holds back a manifest that names %s no more', (_, config, live) => {
    const { status, record } = diff(desiredFor(config), live, made(live));
    expect(status).toBe('upToDate');
    expect(record.heldBack).toEqual([expect.stringContaining('has a value that the manifest does not name')]);
    const again = diff(desiredFor(config), live, record);
    expect(again.record.heldBack).toEqual(record.heldBack);
  });

  it('diffResource: reads a browser before it says what the new manifest cannot change', () => {
    expect(diff(desiredFor({ ...PUBLIC, description: 'new' }), undefined, made(PUBLIC)).status).toBe(
      'unknown',
    );
    expect(diff(desiredFor(PUBLIC), undefined, made(PUBLIC)).status).toBe('upToDate');
    const unverified = made(PUBLIC, {
      applied: { fingerprint: JSON.stringify(PUBLIC), updatedAt: NOW, unverified: true },
    });
    expect(diff(desiredFor(PUBLIC), undefined, unverified).status).toBe('unknown');
  });

  it('diffResource: forgets what it held back once the manifest says again what the browser has', () => {
    const { record } = diff(desiredFor({ ...PUBLIC, description: 'new' }), PUBLIC, made(PUBLIC));
    expect(diff(desiredFor(PUBLIC), PUBLIC, record).record.heldBack).toBeUndefined();
  });

  it('diffResource: takes what the service adds to a new browser for the service’s own', () => {
    const { applied } = made(PUBLIC);
    const created = recordOf({ applied: { fingerprint: '', updatedAt: NOW, ...applied, unverified: true } });
    const live = { ...PUBLIC, description: 'A browser' };
    const { record } = diff(desiredFor(PUBLIC), live, created);
    expect(record.heldBack).toBeUndefined();
    expect(Object.keys(record.snapshot?.members ?? {})).toEqual(['description']);
    expect(diff(desiredFor(PUBLIC), live, record).record.heldBack).toBeUndefined();
  });

  it('diffResource: compares a browser of which the ledger knows nothing, and names what no default explains', () => {
    const live = { ...PUBLIC, description: 'by hand', browserSigning: { enabled: false } };
    const { status, record } = diff(desiredFor(PUBLIC), live, recordOf());
    expect(status).toBe('upToDate');
    expect(record.heldBack).toEqual([expect.stringMatching(/^description has a value/)]);
  });

  it('diffResource: takes a member that a new version of the API shows for the service’s own, and keeps what was told', () => {
    const live = { ...PUBLIC, description: 'left', browserSigning: { enabled: false } };
    const snapshot = { model: 'earlier', members: {} };
    const told = diff(
      desiredFor(PUBLIC),
      { ...PUBLIC, description: 'left' },
      made({ ...PUBLIC, description: 'left' }),
    );
    const { record } = diff(desiredFor(PUBLIC), live, { ...told.record, snapshot });
    expect(record.heldBack).toEqual(told.record.heldBack);
    expect(record.heldBack).toHaveLength(1);
  });

  it('diffResource: tells a member that leaves the manifest while a new version of the API is in use', () => {
    const live = { ...PUBLIC, description: 'left' };
    const known = made(live, { snapshot: { model: 'earlier', members: {} } });
    expect(diff(desiredFor(PUBLIC), live, known).record.heldBack).toHaveLength(1);
  });

  it('diffResource: keeps the members of an adopted browser until the manifest says "clear", and then says why they stay', () => {
    const live = { ...PUBLIC, description: 'by hand' };
    const adopted = { differences: [], kept: [] };
    const taken = diff(desiredFor(PUBLIC, { clear: false }), live, recordOf({ adopted }));
    expect(taken.record).toMatchObject({ adopted: { kept: ['description'] } });
    expect(taken.record.heldBack).toBeUndefined();
    const clear = desiredFor(PUBLIC, { clear: true });
    expect(diff(clear, undefined, taken.record).status).toBe('unknown');
    const cleared = diff(clear, live, taken.record);
    expect(cleared).toMatchObject({ status: 'upToDate', record: { adopted: { kept: [] } } });
    expect(cleared.record.heldBack).toEqual([expect.stringMatching(/^description has a value/)]);
  });
});

describe('repair: a kind without an update', () => {
  const browser: DesiredResource = {
    address: 'browser/research',
    kind: 'browser',
    name: 'research',
    config: PUBLIC,
    references: [],
    settings: defaultSettings,
    location: { file: 'manifest.yaml', line: 1, column: 1 },
  };
  const fingerprint = fingerprintFor(browser);
  const decideFailed = (record: Partial<ResourceRecord>, resource = browser) =>
    decideResource(resource, {
      observed: observedAs(resource, 'CREATE_FAILED', { config: PUBLIC, reasons: ['No such role.'] }),
      record: appliedRecord(resource, { state: 'failed', ...record }),
    });

  it('repair: deletes a browser whose creation failed, and creates it again', () => {
    const deletion = decideFailed({ retry: failedAttempts(fingerprint, 1) });
    expect(deletion.operation).toBe('delete');
    const { record } = deletion;
    expect(decideResource(browser, { ...(record && { record }) }).operation).toBe('create');
  });

  it('repair: never sends an earlier configuration, and gives up after the attempts of any failed call', () => {
    for (let count = 1; count < maxAttempts; count += 1)
      expect(decideFailed({ lastGood: 'earlier', retry: failedAttempts(fingerprint, count) }).operation).toBe(
        'delete',
      );
    const { operation, report } = decideFailed({ retry: failedAttempts(fingerprint, maxAttempts) });
    expect(operation).toBeUndefined();
    expect(report?.reasons.join(' ')).toContain('Gave up');
  });

  it('repair: leaves a protected browser, and says why it is not made again', () => {
    const { operation, report } = decideFailed(
      { retry: failedAttempts(fingerprint, 1) },
      { ...browser, protect: true },
    );
    expect(operation).toBeUndefined();
    expect(report?.reasons.join(' ')).toMatch(
      /It broke\. AWS has no operation that changes a browser, and .*protect/,
    );
  });
});
