import { beforeEach, describe, expect, it } from 'vitest';
import { InMemoryRegistryRecords } from '../../adapters/inMemory/inMemoryRegistryRecords.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { ServiceError, type ServiceErrorCode } from '../../adapters/inMemory/serviceError.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import type { RegistrySource } from '../../core/manifest/registrySources.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import { uploadRevision } from '../../core/storage/desiredDocument.ts';
import { importedRegistries, importRegistryTargets } from './importRegistryTargets.ts';

const REGISTRY = 'AbCdEf123456';
const UPLOAD = 'a'.repeat(64);
/** The id of each record, which the service makes of 12 letters and digits. */
const ids = { weather: 'weather00000', news: 'news00000000' };
type RecordName = keyof typeof ids;

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

let registry: InMemoryRegistryRecords;
let specBucket: InMemorySpecBucket;
beforeEach(() => {
  registry = new InMemoryRegistryRecords();
  registry.putRegistry(REGISTRY);
  specBucket = new InMemorySpecBucket();
});

/** Adds a record of an MCP server to the registry, or overwrites it. */
function putRecord(name: RecordName, version = '1', status = 'APPROVED'): void {
  const url = `https://${name}.example.com/v${version}`;
  const data = JSON.stringify({ remotes: [{ type: 'streamable-http', url }] });
  registry.putRecord({
    registryId: REGISTRY,
    recordId: ids[name],
    name,
    recordType: 'MCP',
    descriptors: { mcpServer: { data } },
    status,
    version,
    createdAt: Object.keys(ids).indexOf(name),
    updatedAt: Number(version),
  });
}

function removeRecord(name: RecordName): void {
  registry.removeRecord({ registryId: REGISTRY, recordId: ids[name] });
}

/** The next List of the registry fails. */
function failList(code: ServiceErrorCode): void {
  registry.script.failNext('listServers', new ServiceError(code));
}

/** The next Get of a record fails. */
function failGet(code: ServiceErrorCode): void {
  registry.script.failNext('get', new ServiceError(code));
}

/** Imports once; `outputs` are those of the registry that the manifest declares. */
async function importTargets(desired = desiredFrom(source(REGISTRY)), outputs: Record<string, string> = {}) {
  const record = { address: 'registry/tools', outputs, state: 'ready', reasons: [], since: 0 } as const;
  const records = new Map([[record.address, record]]);
  const upload = { revision: UPLOAD, desired, problems: [] };
  const imported = await importRegistryTargets({ upload, records }, { records: registry, specBucket });
  const endpoints = imported.desired.resources.map(({ config }) =>
    JSON.stringify(config.targetConfiguration).replace(/.*"(https:[^"]+)".*/, '$1'),
  );
  return { ...imported, endpoints, registries: importedRegistries(desired, records) };
}

const warningsOf = ({ warnings }: DesiredState) => warnings.map(({ message }) => message);
const cannotBeRead = (code: string) => [expect.stringContaining(`${REGISTRY} cannot be read (${code})`)];

describe('importRegistryTargets: registries', () => {
  it('returns the upload as it is when no gateway imports targets, and reads and stores nothing', async () => {
    const desired = desiredFrom();
    expect(await importTargets(desired)).toMatchObject({ desired, revision: UPLOAD, registries: [] });
    expect(registry.script.calls()).toEqual([]);
    expect(specBucket.script.calls()).toEqual([]);
  });

  it('waits for a registry of the manifest that does not exist yet, and prunes nothing until then', async () => {
    putRecord('weather');
    const desired = desiredFrom(source('${registries.tools.registryId}'));
    const waiting = await importTargets(desired);
    expect(waiting).toMatchObject({ revision: UPLOAD, registries: [] });
    // The registry may have been deleted outside Gateloop: the targets imported from it must stay.
    expect(waiting.desired.settings.prune).toBe(false);
    const imported = await importTargets(desired, { registryId: REGISTRY });
    expect(imported).toMatchObject({ registries: [REGISTRY], endpoints: ['https://weather.example.com/v1'] });
    expect(imported.desired.settings.prune).toBe(true);
  });

  it('gives the desired state a revision of its own, which has the revision of the upload in it', async () => {
    putRecord('weather');
    const { revision } = await importTargets();
    expect(revision).not.toBe(UPLOAD);
    expect(uploadRevision(revision)).toBe(UPLOAD);
    putRecord('weather', '2');
    expect((await importTargets()).revision).not.toBe(revision);
  });

  it('imports into a second gateway as soon as its reference leads to the registry of the first', async () => {
    putRecord('weather');
    const second = { ...source('${registries.tools.registryId}'), gateway: 'back' };
    const desired = desiredFrom(source(REGISTRY), second);
    const first = await importTargets(desired);
    const both = await importTargets(desired, { registryId: REGISTRY });
    expect([first.endpoints.length, both.endpoints.length]).toEqual([1, 2]);
    expect(both.desired.settings.prune).toBe(true);
  });
});

describe('importRegistryTargets: records', () => {
  it('reads each version of a record once', async () => {
    putRecord('weather');
    putRecord('news');
    await importTargets();
    expect((await importTargets()).endpoints).toEqual([
      'https://weather.example.com/v1',
      'https://news.example.com/v1',
    ]);
    putRecord('weather', '2');
    expect((await importTargets()).endpoints).toEqual([
      'https://weather.example.com/v2',
      'https://news.example.com/v1',
    ]);
    const read = registry.script.calls('get').map(({ input: [id] }) => id);
    expect(read).toMatchObject([ids.weather, ids.news, ids.weather].map((recordId) => ({ recordId })));
  });

  it('finds the stored desired state when a registry holds again what it held before', async () => {
    putRecord('weather');
    const before = await importTargets();
    removeRecord('weather');
    expect((await importTargets()).endpoints).toEqual([]);
    putRecord('weather');
    expect(await importTargets()).toEqual(before);
  });

  it.each<[string, () => void]>([
    ['was edited after the List', () => putRecord('weather', '2', 'DRAFT')],
    ['was approved in another version after the List', () => putRecord('weather', '2')],
    ['was deleted after the List', () => removeRecord('weather')],
  ])('imports no target of a record that %s, until the List shows it', async (_, change) => {
    putRecord('weather');
    putRecord('news');
    registry.script.beforeNext('get', change);
    expect((await importTargets()).endpoints).toEqual(['https://news.example.com/v1']);
    putRecord('weather', '3');
    expect((await importTargets()).endpoints).toContain('https://weather.example.com/v3');
  });
});

describe('importRegistryTargets: failures', () => {
  it('keeps the targets and warns when the registry cannot be read', async () => {
    putRecord('weather');
    await importTargets();
    failList('AccessDeniedException');
    const { endpoints, desired } = await importTargets();
    expect(endpoints).toEqual(['https://weather.example.com/v1']);
    expect(desired.settings.prune).toBe(true);
    expect(warningsOf(desired)).toEqual(cannotBeRead('AccessDeniedException'));
  });

  it('keeps the targets of the last poll that could read the registry, not of the failure before', async () => {
    putRecord('weather');
    await importTargets();
    failList('AccessDeniedException');
    await importTargets();
    removeRecord('weather');
    expect((await importTargets()).endpoints).toEqual([]);
    failList('AccessDeniedException');
    expect((await importTargets()).endpoints).toEqual([]);
  });

  it('changes nothing and does not warn when the registry cannot be read for a moment', async () => {
    putRecord('weather');
    const before = await importTargets();
    failList('ThrottlingException');
    expect(await importTargets()).toEqual(before);
  });

  it.each<[ServiceErrorCode, unknown[]]>([
    ['ThrottlingException', []],
    ['AccessDeniedException', cannotBeRead('AccessDeniedException')],
  ])(
    'keeps the target of a record whose Get fails with %s, and imports the others',
    async (code, warnings) => {
      putRecord('weather');
      await importTargets();
      putRecord('weather', '2');
      putRecord('news');
      failGet(code);
      const { endpoints, desired } = await importTargets();
      expect(endpoints).toEqual(['https://weather.example.com/v1', 'https://news.example.com/v1']);
      expect(desired.settings.prune).toBe(true);
      expect(warningsOf(desired)).toEqual(warnings);
      expect((await importTargets()).endpoints).toEqual([
        'https://weather.example.com/v2',
        'https://news.example.com/v1',
      ]);
    },
  );

  it('prunes nothing while a record cannot be read that was never read', async () => {
    putRecord('weather');
    putRecord('news');
    for (const code of ['AccessDeniedException', 'ThrottlingException'] as const) {
      failGet(code);
      expect(await importTargets()).toMatchObject({
        endpoints: ['https://news.example.com/v1'],
        desired: { settings: { prune: false } },
      });
    }
  });

  it('prunes nothing when the registry was never read', async () => {
    failList('ResourceNotFoundException');
    expect((await importTargets()).desired.settings.prune).toBe(false);
  });
});
