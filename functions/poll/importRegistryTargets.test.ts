import { beforeEach, describe, expect, it } from 'vitest';
import type { Address } from '../../core/address.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { RegistrySource } from '../../core/manifest/registrySources.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import type { RecordListing, RegistryRecord, RegistryRecords } from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { uploadRevision } from '../../core/storage/desiredDocument.ts';
import { importedRegistries, importRegistryTargets } from './importRegistryTargets.ts';

const REGISTRY = 'AbCdEf123456';
const UPLOAD = 'a'.repeat(64);
const source = (registryId: string): RegistrySource => ({
  gateway: 'front',
  registryId,
  config: {},
  references: [],
  settings: defaultSettings,
  path: 'gateways.front.targetsFromRegistry',
  location: { file: 'manifest.yaml', line: 1, column: 1 },
});
const desiredFrom = (...sources: RegistrySource[]): DesiredState => ({
  workspace: 'agents',
  revision: UPLOAD,
  settings: { ...defaultSettings, prune: true },
  owners: {},
  resources: [],
  ...(sources.length > 0 && { sources }),
  warnings: [],
});
const approved = (recordId: string, version = '1', status = 'APPROVED'): RegistryRecord => ({
  registryId: REGISTRY,
  recordId,
  name: recordId,
  descriptorType: 'MCP',
  descriptors: {
    mcp: {
      server: {
        inlineContent: JSON.stringify({
          remotes: [{ type: 'streamable-http', url: `https://${recordId}.example.com/v${version}` }],
        }),
      },
    },
  },
  status,
  version,
});

/** What the registry says in its List, and what of each record. */
let listed: readonly RegistryRecord[];
let records: Map<string, RegistryRecord>;
let failure: string | undefined;
/** Whether the failure may be gone at the next look. */
let transient: boolean;
/** A record that the registry lists and does not give. */
let unreadableRecord: string | undefined;
let gets: string[];
let documents: Map<string, unknown>;
beforeEach(() => {
  listed = [];
  records = new Map();
  failure = undefined;
  transient = false;
  unreadableRecord = undefined;
  gets = [];
  documents = new Map();
});

function setRecords(...held: RegistryRecord[]): void {
  listed = held;
  records = new Map(held.map((record) => [record.recordId, record]));
}

const registry: RegistryRecords = {
  get: async ({ recordId }) => {
    gets.push(recordId);
    if (recordId === unreadableRecord)
      throw new GateloopError('AccessDeniedException', 'no', { retryable: transient });
    return records.get(recordId);
  },
  listApprovedServers: async (): Promise<RecordListing> => {
    if (failure !== undefined) return { kind: 'unreadable', code: failure, transient };
    const summaries = listed.map(({ recordId, name, version }, index) => {
      return { recordId, name, version, createdAt: index, updatedAt: Number(version) };
    });
    return { kind: 'listed', records: summaries };
  },
  updateStatus: async () => ({ kind: 'accepted' }),
};

async function importTargets(desired = desiredFrom(source(REGISTRY)), outputs: Record<string, string> = {}) {
  const bucket: Pick<SpecBucket, 'readDocument' | 'writeDocument'> = {
    readDocument: async (key) => documents.get(key),
    // As S3 does, it gives back what was written and not what became of it.
    writeDocument: async (key, document) => {
      documents.set(key, structuredClone(document));
    },
  };
  const memory = { address: 'registry/tools', outputs, state: 'ready', reasons: [], since: 0 } as const;
  const known = new Map<Address, ResourceRecord>([['registry/tools', memory]]);
  // Only these are asked; anything else fails the test as a call of undefined.
  const ports = { records: registry, specBucket: bucket as SpecBucket };
  const upload = { revision: UPLOAD, desired, problems: [] };
  const drawn = await importRegistryTargets({ upload, records: known }, ports);
  const endpoints = drawn.desired.resources.map(({ config }) =>
    JSON.stringify(config.targetConfiguration).replace(/.*"(https:[^"]+)".*/, '$1'),
  );
  return { ...drawn, endpoints, registries: importedRegistries(desired, known) };
}

describe('what is wanted of a workspace', () => {
  it('is what its upload says where no gateway draws from a registry, with nothing read or kept', async () => {
    failure = 'never asked';
    const desired = desiredFrom();
    expect(await importTargets(desired)).toMatchObject({ desired, revision: UPLOAD, registries: [] });
    expect(documents.size).toBe(0);
  });

  it('waits for a registry of the manifest that does not stand yet', async () => {
    setRecords(approved('weather'));
    const desired = desiredFrom(source('${registries.tools.registryId}'));
    const waiting = await importTargets(desired);
    expect(waiting).toMatchObject({ revision: UPLOAD, registries: [] });
    // It may have been deleted by hand: what came from it is not thrown after it.
    expect(waiting.desired.settings.prune).toBe(false);
    const drawn = await importTargets(desired, { registryId: REGISTRY });
    expect(drawn).toMatchObject({ registries: [REGISTRY], endpoints: ['https://weather.example.com/v1'] });
    expect(drawn.desired.settings.prune).toBe(true);
    expect(drawn.revision).not.toBe(UPLOAD);
    expect(uploadRevision(drawn.revision)).toBe(UPLOAD);
  });

  it('is drawn by a second gateway as soon as its reference leads to the registry of the first', async () => {
    setRecords(approved('weather'));
    const second = { ...source('${registries.tools.registryId}'), gateway: 'back' };
    const desired = desiredFrom(source(REGISTRY), second);
    const first = await importTargets(desired);
    const both = await importTargets(desired, { registryId: REGISTRY });
    expect([first.endpoints.length, both.endpoints.length]).toEqual([1, 2]);
    expect(both.desired.settings.prune).toBe(true);
  });

  it('reads a record once a version', async () => {
    setRecords(approved('weather'), approved('news'));
    await importTargets();
    expect((await importTargets()).endpoints).toEqual([
      'https://weather.example.com/v1',
      'https://news.example.com/v1',
    ]);
    setRecords(approved('weather', '2'), approved('news'));
    expect((await importTargets()).endpoints).toEqual([
      'https://weather.example.com/v2',
      'https://news.example.com/v1',
    ]);
    expect(gets).toEqual(['weather', 'news', 'weather']);
  });

  it('is found again by its name when a registry holds again what it held', async () => {
    setRecords(approved('weather'));
    const before = await importTargets();
    setRecords();
    expect((await importTargets()).endpoints).toEqual([]);
    setRecords(approved('weather'));
    expect(await importTargets()).toEqual(before);
  });

  it.each([
    ['was edited since it was listed', approved('weather', '2', 'DRAFT')],
    ['was approved in another version', approved('weather', '2')],
    ['is gone', undefined],
  ])('has no target of a record that %s, until it is listed so', async (_how, now) => {
    setRecords(approved('weather'), approved('news'));
    if (now) records.set('weather', now);
    else records.delete('weather');
    expect((await importTargets()).endpoints).toEqual(['https://news.example.com/v1']);
    setRecords(approved('weather'), approved('news'));
    expect((await importTargets()).endpoints).toHaveLength(2);
  });

  it('stays what it was while the registry cannot be read, and says so', async () => {
    setRecords(approved('weather'));
    await importTargets();
    failure = 'AccessDeniedException';
    const { endpoints, desired } = await importTargets();
    expect(endpoints).toEqual(['https://weather.example.com/v1']);
    expect(desired.settings.prune).toBe(true);
    expect(desired.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('cannot be read (AccessDeniedException)'),
    ]);
    failure = undefined;
    setRecords();
    expect((await importTargets()).endpoints).toEqual([]);
    // What is kept is the latest, and not what was kept at the failure before.
    failure = 'AccessDeniedException';
    expect((await importTargets()).endpoints).toEqual([]);
  });

  it.each([
    ['for a moment', true, []],
    ['by rule', false, [expect.stringContaining('cannot be read (AccessDeniedException)')]],
  ])('has what it had of a record that is withheld %s, and all of the others', async (_how, moment, said) => {
    setRecords(approved('weather'));
    await importTargets();
    setRecords(approved('weather', '2'), approved('news'));
    unreadableRecord = 'weather';
    transient = moment;
    const { endpoints, desired } = await importTargets();
    expect(endpoints).toEqual(['https://weather.example.com/v1', 'https://news.example.com/v1']);
    expect(desired.settings.prune).toBe(true);
    expect(desired.warnings.map(({ message }) => message)).toEqual(said);
    unreadableRecord = undefined;
    expect((await importTargets()).endpoints).toEqual([
      'https://weather.example.com/v2',
      'https://news.example.com/v1',
    ]);
  });

  it('prunes nothing while a record is withheld that was never read', async () => {
    setRecords(approved('weather'), approved('news'));
    unreadableRecord = 'weather';
    expect(await importTargets()).toMatchObject({
      endpoints: ['https://news.example.com/v1'],
      desired: { settings: { prune: false } },
    });
    expect((await importTargets()).desired.settings.prune).toBe(false);
  });

  it('is no news while the registry does not answer for a moment', async () => {
    setRecords(approved('weather'));
    const before = await importTargets();
    failure = 'ThrottlingException';
    transient = true;
    expect(await importTargets()).toEqual(before);
  });

  it('prunes nothing where it was never known what the registry holds', async () => {
    failure = 'ResourceNotFoundException';
    expect((await importTargets()).desired.settings.prune).toBe(false);
  });
});
