import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../desired/desired.ts';
import { resolveReferences } from '../desired/resolveReferences.ts';
import type { RegistrySource } from '../manifest/registrySources.ts';
import { defaultSettings } from '../manifest/settings.ts';
import { importTargets, type ServerRecord, targetName } from './importTargets.ts';

const location = { file: 'manifest.yaml', line: 5, column: 3 };
const source: RegistrySource = {
  gateway: 'front',
  registryId: 'AbCdEf123456',
  config: {},
  references: [],
  settings: defaultSettings,
  path: 'gateways.front.targetsFromRegistry',
  location,
};
const desiredWith = (targets: readonly string[] = []): DesiredState => ({
  workspace: 'a',
  revision: 'r',
  settings: defaultSettings,
  owners: {},
  warnings: [],
  resources: targets.map((name) => ({
    address: `gatewayTarget/${name}`,
    kind: 'gatewayTarget',
    name,
    config: {},
    references: [],
    settings: defaultSettings,
    location,
  })),
});
const record = (name: string, more: Partial<ServerRecord> = {}): ServerRecord => ({
  recordId: `id${name}`,
  name,
  version: '1',
  revision: 'abcdef01',
  createdAt: 1,
  address: { endpoint: `https://${name}.example.com/mcp`, host: `${name}.example.com` },
  ...more,
});
const importFrom = (
  records: readonly ServerRecord[],
  more: Partial<RegistrySource> = {},
  own: string[] = [],
) =>
  importTargets(desiredWith(own), [{ source: { ...source, ...more }, registryId: 'AbCdEf123456', records }]);
const namesOf = ({ targets }: ReturnType<typeof importFrom>) => targets.map(({ name }) => name);

describe('importTargets', () => {
  it('importTargets: makes a target of a record, with the configuration of the source', () => {
    const config = { credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }] };
    const { targets, warnings } = importFrom([record('weather', { version: '3' })], { config });
    expect(warnings).toEqual([]);
    expect(targets).toEqual([
      {
        address: 'gatewayTarget/front/weather',
        kind: 'gatewayTarget',
        name: 'front/weather',
        config: {
          ...config,
          name: 'weather',
          description:
            'From record weather (idweather), version 3, revision abcdef01, of registry AbCdEf123456',
          targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://weather.example.com/mcp' } } },
        },
        references: [],
        settings: defaultSettings,
        location,
      },
    ]);
  });

  it.each([
    ['weather', 'weather'],
    ['com.example/weather_v2', 'com-example-weather-v2'],
    ['a--b..c', 'a-b-c'],
    ['a.', 'a'],
    [`${'x'.repeat(99)}.y`, `${'x'.repeat(99)}`],
    [`${'a.'.repeat(100)}b`, 'a-'.repeat(50).slice(0, -1)],
  ])('targetName: turns the record name %s into %s', (name, target) => {
    expect(targetName(name)).toBe(target);
  });

  it('importTargets: warns of a record that cannot become a target, and imports the others', () => {
    const local = { reason: 'names no remote server', remedy: 'Name one.' };
    const imported = importFrom([record('a', { address: local }), record('b')]);
    expect(namesOf(imported)).toEqual(['front/b']);
    expect(imported.warnings).toEqual([
      {
        severity: 'warning',
        ...location,
        path: source.path,
        message:
          'The approved record a (ida) of registry AbCdEf123456 is no target of this gateway: it names no remote server. Name one.',
      },
    ]);
  });

  it('importTargets: keeps the names of the manifest for its own targets, in any case of letters', () => {
    const imported = importFrom([record('Issues'), record('b')], {}, ['front/issues', 'other/b']);
    expect(namesOf(imported)).toEqual(['front/b']);
    expect(imported.warnings[0]?.message).toContain(
      '"Issues" is taken by the target of this name in the manifest',
    );
  });

  it('importTargets: gives a name to the oldest record, in any order of the list', () => {
    const old = record('weather', { recordId: 'z-old', createdAt: 1 });
    const young = record('Weather', { recordId: 'a-young', createdAt: 2 });
    for (const records of [
      [old, young],
      [young, old],
    ]) {
      const imported = importFrom(records);
      expect(imported.targets.map(({ config }) => config.description)).toEqual([
        expect.stringContaining('(z-old)'),
      ]);
      expect(imported.warnings[0]?.message).toMatch(
        /\(a-young\).*taken by the older record weather \(z-old\)/,
      );
    }
  });

  it('importTargets: leaves out records of hosts that the source does not allow', () => {
    const records = ['good', 'bad'].map((name) => record(name));
    records.push(record('evil', { address: { endpoint: 'https://x', host: 'evilgood.example.com' } }));
    expect(namesOf(importFrom(records, { hosts: ['GOOD.example.com'] }))).toEqual(['front/good']);
    expect(namesOf(importFrom(records, { hosts: ['*.example.com'] }))).toHaveLength(3);
    expect(namesOf(importFrom(records, { hosts: ['*.good.example.com'] }))).toEqual([]);
    expect(importFrom(records, { hosts: ['good.example.com'] }).warnings[0]?.message).toContain('"hosts"');
  });

  it('importTargets: imports the oldest records up to the hundred targets of a gateway', () => {
    const records = Array.from({ length: 150 }, (_, index) =>
      record(`r${index}`, { createdAt: 1000 - index }),
    );
    const imported = importFrom(records, {}, ['front/own', 'other/own']);
    expect(imported.targets).toHaveLength(99);
    expect(namesOf(imported)).toContain('front/r149');
    expect(imported.warnings).toHaveLength(21);
    expect(imported.warnings.at(-1)?.message).toBe('31 more records cannot become targets either.');
  });

  it('importTargets: makes valid names and no references of any record', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(anything, anything, anything, (name, version, text) => {
        const tricky = `${text}\${gateways.front.gatewayId}`;
        const { targets, warnings } = importFrom([
          record('x', { name: name + tricky, version: version + tricky }),
        ]);
        for (const { config } of targets) {
          expect(config.name).toMatch(/^([0-9a-zA-Z]-?){1,100}$/);
          expect(String(config.description).length).toBeLessThanOrEqual(200);
          expect(resolveReferences(config, () => 'resolved')).toEqual({ config });
        }
        expect(targets.length + warnings.length).toBe(1);
      }),
      { numRuns: 200 },
    );
  });
});
