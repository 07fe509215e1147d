import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
import { comparableShapes } from '../comparison/comparableShapes.ts';
import type { JsonObject } from '../json.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { diffResource } from './diff.ts';
import { driftText } from './differenceReport.ts';
import { fixedMembers } from './heldBack.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { maxAttempts } from './limits.ts';
import type { ResolvedResource } from './plan.ts';

const NOW = Date.UTC(2026, 0, 1);
const LATER = NOW + 1000;

const desiredFor = (kind: KindName, config: JsonObject, selfHeal = false): ResolvedResource => ({
  config,
  fingerprint: JSON.stringify(config),
  row: resourceKinds[kind],
  catalog: controlPlaneShapes,
  selfHeal,
  approve: 'never',
  protect: false,
  workspace: 'payments',
  needsApproval: false,
  unknownContract: false,
  resync: 'never',
});
const modelOf = (kind: KindName) => comparableShapes(resourceKinds[kind], controlPlaneShapes).model;
const observed = (config?: JsonObject, updatedAt = NOW) => ({
  address: 'harness/helper' as const,
  id: 'helper-1',
  status: 'READY' as const,
  reasons: [],
  updatedAt,
  outputs: {},
  ...(config && { config }),
});
const recordOf = (record: Partial<ResourceRecord>): ResourceRecord => ({
  address: 'harness/helper',
  state: 'ready',
  reasons: [],
  since: NOW,
  ...record,
});
/** The record after a write of this configuration has settled, before it was read back. */
const written = (config: JsonObject, record: Partial<ResourceRecord> = {}) =>
  recordOf({
    applied: { fingerprint: JSON.stringify(config), updatedAt: NOW, unverified: true },
    ...record,
  });

describe('diffResource: after a write of a record that reads a source', () => {
  const source = (returnUrl?: string) => ({
    fromUrl: {
      url: 'https://github.com/example/skills/tree/main/a',
      credentialProviderConfigurations: [
        {
          credentialProviderType: 'OAUTH',
          credentialProvider: {
            oauthCredentialProvider: {
              providerArn: 'arn:p',
              grantType: 'AUTHORIZATION_CODE',
              ...(returnUrl !== undefined && { returnUrl }),
            },
          },
        },
      ],
    },
  });
  const record = (skillMd: JsonObject, more: JsonObject = {}) => ({
    recordType: 'SKILL',
    descriptors: { agentSkillsDefinition: { additionalData: { skillMd, ...more } } },
  });
  const desired = { ...desiredFor('registryRecord', record({ source: source() })), catalog: resourceShapes };
  const snapshot = {
    model: comparableShapes(resourceKinds.registryRecord, resourceShapes).model,
    members: {},
  };
  const before = { ...written(desired.config, { snapshot }), address: 'registryRecord/a' as const };
  const diffAfterWrite = (skillMd: JsonObject, more?: JsonObject) =>
    diffResource(desired, observed(record(skillMd, more)), before, NOW);

  it('diffResource: takes the return URL that provision adds, and what the service has read, for no failure', () => {
    const { status, record: settled } = diffAfterWrite({
      source: source('https://pages.example.com'),
      data: '# Skill',
    });
    expect(status).toBe('upToDate');
    expect(settled.retry).toBeUndefined();
    // The return URL is known from now on, so that another client's is drift.
    expect(Object.keys(settled.snapshot?.members ?? {})).toEqual([expect.stringMatching(/returnUrl$/)]);
  });

  it('diffResource: counts a failed attempt where what belongs to another source is left', () => {
    const { status, record: failed } = diffAfterWrite({ source: source() }, { repositoryProvider: 'GITHUB' });
    expect(status).toBe('outOfDate');
    expect(failed.retry?.reasons.join()).toContain('repositoryProvider (added)');
  });
});

describe('diffResource: after a write', () => {
  const config = { maxIterations: 5 };
  const desired = desiredFor('harness', config);

  it('diffResource: asks for the configuration first', () => {
    expect(diffResource(desired, observed(), written(config), NOW).status).toBe('unknown');
  });

  it('diffResource: keeps what the service filled in as its own, and the configuration as good', () => {
    const live = { ...config, timeoutSeconds: 3600, description: 'not of a harness' };
    const { status, record } = diffResource(desired, observed(live), written(config), NOW);
    expect(status).toBe('upToDate');
    expect(record).toMatchObject({
      applied: { fingerprint: desired.fingerprint, updatedAt: NOW },
      lastGood: desired.fingerprint,
      snapshot: { model: modelOf('harness'), members: { timeoutSeconds: expect.any(String) } },
    });
    expect(record.applied).not.toHaveProperty('unverified');
    expect(Object.keys(record.snapshot?.members ?? {})).toEqual(['timeoutSeconds']);
  });

  it('diffResource: counts a failed attempt where the service has another value, and names it', () => {
    const { status, record } = diffResource(desired, observed({ maxIterations: 9 }), written(config), NOW);
    expect(status).toBe('outOfDate');
    expect(record.retry).toMatchObject({
      count: 1,
      reasons: [expect.stringContaining('maxIterations (changed)')],
    });
    expect(record.lastGood).toBeUndefined();
    // The next poll does not count the same result again.
    expect(diffResource(desired, observed(), record, NOW).record.retry?.count).toBe(1);
  });

  it('diffResource: counts one attempt for each further write that fails, up to the last', () => {
    let record = written(config);
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const applied = {
        fingerprint: desired.fingerprint,
        updatedAt: NOW + attempt,
        unverified: true as const,
      };
      const live = observed({ maxIterations: 9 }, NOW + attempt);
      record = diffResource(desired, live, { ...record, applied }, NOW).record;
    }
    expect(record.retry?.count).toBe(maxAttempts);
  });

  it('diffResource: notices a member that an update did not clear', () => {
    const snapshot = { model: modelOf('harness'), members: {} };
    const live = { ...config, environmentVariables: { OLD: '1' } };
    const { status, record } = diffResource(desired, observed(live), written(config, { snapshot }), NOW);
    expect(status).toBe('outOfDate');
    expect(record.retry?.reasons.join()).toContain('environmentVariables.OLD (added)');
  });

  it('diffResource: holds back a member that the operation cannot clear, and tries nothing', () => {
    const snapshot = { model: modelOf('harness'), members: {} };
    const live = { ...config, maxTokens: 100 };
    const { status, record } = diffResource(desired, observed(live), written(config, { snapshot }), NOW);
    expect(status).toBe('upToDate');
    expect(record.retry).toBeUndefined();
    expect(record.heldBack).toEqual([
      expect.stringContaining('maxTokens has a value that the manifest does not name'),
    ]);
  });

  it('diffResource: notices that an update did not undo the change that it was to undo', () => {
    const target = desiredFor('gatewayTarget', { description: 'a' });
    const record = written(target.config, {
      snapshot: { model: modelOf('gatewayTarget'), members: {} },
      drift: {
        updatedAt: NOW - 1000,
        differences: [{ path: 'metadataConfiguration.allowedQueryParameters', change: 'added' }],
        cause: 'foreign',
      },
    });
    const live = { description: 'a', metadataConfiguration: { allowedQueryParameters: ['q'] } };
    expect(diffResource(target, observed(live), record, NOW).status).toBe('outOfDate');
    expect(diffResource(target, observed({ description: 'a' }), record, NOW).status).toBe('upToDate');
  });
});

describe('diffResource: a change of another client', () => {
  const config = { maxIterations: 5 };
  const settled = recordOf({
    applied: { fingerprint: JSON.stringify(config), updatedAt: NOW },
    snapshot: { model: modelOf('harness'), members: {} },
  });

  it('diffResource: reads nothing while updatedAt is the known one', () => {
    expect(diffResource(desiredFor('harness', config), observed(), settled, NOW)).toEqual({
      status: 'upToDate',
      record: settled,
    });
  });

  it.each([
    ['added', { ...config, environmentVariables: { PROXY: 'x' } }, 'environmentVariables.PROXY (added)'],
    ['changed', { maxIterations: 9 }, 'maxIterations (changed)'],
    ['removed', {}, 'maxIterations (removed)'],
  ])('diffResource: tells what was %s, and undoes it only with selfHeal', (_, live, text) => {
    const watching = diffResource(desiredFor('harness', config), observed(live, LATER), settled, NOW);
    expect(watching.status).toBe('upToDate');
    expect(watching.record.drift && driftText(watching.record.drift)).toContain(text);
    const healing = diffResource(desiredFor('harness', config, true), observed(live, LATER), settled, NOW);
    expect(healing.status).toBe('outOfDate');
    // The next poll knows the change without another Get.
    const next = diffResource(
      desiredFor('harness', config, true),
      observed(undefined, LATER),
      healing.record,
      NOW,
    );
    expect(next.status).toBe('outOfDate');
  });

  it('diffResource: takes a change without effect for no drift', () => {
    const { status, record } = diffResource(
      desiredFor('harness', config, true),
      observed(config, LATER),
      settled,
      NOW,
    );
    expect(status).toBe('upToDate');
    expect(record.applied?.updatedAt).toBe(LATER);
    expect(record.drift).toBeUndefined();
  });

  it('diffResource: tells, and never undoes, what an older model of the API did not know', () => {
    const older = { ...settled, snapshot: { model: 'older', members: {} } };
    const live = { ...config, environmentVariables: { NEW_DEFAULT: '1' } };
    const { status, record } = diffResource(
      desiredFor('harness', config, true),
      observed(live, LATER),
      older,
      NOW,
    );
    expect(status).toBe('upToDate');
    expect(record.drift?.toldOnly).toBe(true);
    const changed = diffResource(desiredFor('harness', config, true), observed({}, LATER), older, NOW);
    expect(changed.status).toBe('outOfDate');
  });

  it('driftText: names at most twenty members', () => {
    const differences = Array.from({ length: 23 }, (_, index) => ({
      path: `m${index}`,
      change: 'added' as const,
    }));
    const text = driftText({ updatedAt: NOW, differences, cause: 'foreign' });
    expect(text).toContain('m19 (added) and 3 more.');
    expect(text).not.toContain('m20');
  });
});

describe('diffResource: a resource that Gateloop has not applied', () => {
  it('diffResource: takes it as applied where it has what the manifest names and defaults of the service', () => {
    const desired = desiredFor('harness', { maxIterations: 5 });
    const live = { maxIterations: 5, timeoutSeconds: 3600, allowedTools: ['*'] };
    const { status, record } = diffResource(desired, observed(live), recordOf({}), NOW);
    expect({ status, drift: record.drift }).toEqual({ status: 'upToDate', drift: undefined });
    expect(record.lastGood).toBe(desired.fingerprint);
  });

  it('diffResource: never takes the value of another client for the truth', () => {
    const desired = desiredFor('harness', { maxIterations: 5 });
    const live = { maxIterations: 5, environmentVariables: { PROXY: 'x' } };
    const { record } = diffResource(desired, observed(live), recordOf({}), NOW);
    expect(record.drift?.differences).toEqual([{ path: 'environmentVariables.PROXY', change: 'added' }]);
    expect(record.snapshot?.members).toEqual({});
  });

  it('diffResource: takes the return URL of a consent for its own, which every write would set again', () => {
    const targetConfiguration = { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/issues' } } };
    const configured = (oauth: JsonObject) => ({
      targetConfiguration,
      credentialProviderConfigurations: [
        { credentialProviderType: 'OAUTH', credentialProvider: { oauthCredentialProvider: oauth } },
      ],
    });
    const oauth = { providerArn: 'arn:aws:x', scopes: ['repo'], grantType: 'AUTHORIZATION_CODE' };
    const live = configured({
      ...oauth,
      defaultReturnUrl: 'https://pages.example.com/authorizations/return',
    });
    const desired = desiredFor('gatewayTarget', configured(oauth), true);
    const { status, record } = diffResource(desired, observed(live), recordOf({}), NOW);
    expect({ status, drift: record.drift }).toEqual({ status: 'upToDate', drift: undefined });
    expect(Object.keys(record.snapshot?.members ?? {})).toHaveLength(1);
  });

  it('diffResource: is out of date where a named member differs', () => {
    const desired = desiredFor('harness', { maxIterations: 5 });
    expect(diffResource(desired, observed({ maxIterations: 6 }), recordOf({}), NOW).status).toBe('outOfDate');
  });
});

describe('diffResource: a member that the service fixes at creation', () => {
  const applied = { fingerprint: 'before', updatedAt: NOW };
  const live = { authorizerType: 'AWS_IAM', description: 'old' };
  const jwt = { authorizerType: 'CUSTOM_JWT', authorizerConfiguration: { customJWTAuthorizer: {} } };

  it('diffResource: is held back too where the manifest no longer names a part of it', () => {
    const compute = (more: JsonObject) => ({
      computeConfiguration: { ec2Configuration: { volumes: [], ...more } },
    });
    const desired = desiredFor('capacityProvider', compute({}));
    const root = { rootVolume: { freeSpaceGiB: 20 } };
    const snapshot = { model: modelOf('capacityProvider'), members: {} };
    const { status, record } = diffResource(
      desired,
      observed(compute(root)),
      recordOf({ applied, snapshot }),
      NOW,
    );
    expect(status).toBe('upToDate');
    expect(record.heldBack).toEqual([expect.stringContaining('computeConfiguration cannot be changed')]);
  });

  it('diffResource: is held back alone, and makes no call where nothing else changes', () => {
    const desired = desiredFor('gateway', { ...jwt, description: 'old' });
    const snapshot = { model: modelOf('gateway'), members: {} };
    const { status, record } = diffResource(desired, observed(live), recordOf({ applied, snapshot }), NOW);
    expect(status).toBe('upToDate');
    expect(record.heldBack).toEqual([expect.stringContaining('authorizerType cannot be changed')]);
    expect(record.applied?.fingerprint).toBe(desired.fingerprint);
  });

  it('diffResource: leaves the other changes to an update, which repeats the fixed member and what depends on it', () => {
    const desired = desiredFor('gateway', { ...jwt, description: 'new' });
    expect(diffResource(desired, observed(live), recordOf({ applied }), NOW).status).toBe('outOfDate');
    expect(fixedMembers({ ...desired, live }, controlPlaneShapes)).toEqual([
      'authorizerType',
      'authorizerConfiguration',
    ]);
    const after = { ...live, description: 'new' };
    const { status, record } = diffResource(desired, observed(after), written(desired.config), NOW);
    expect(status).toBe('upToDate');
    expect(record.heldBack).toHaveLength(1);
  });

  describe('schemas of metadata, of which the service removes no field', () => {
    const schemas = (...fields: string[]) => ({
      customMetadataSchemaConfiguration: {
        defaultSchema: JSON.stringify({
          type: 'object',
          properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])),
        }),
      },
    });
    const snapshot = { model: comparableShapes(resourceKinds.registry, resourceShapes).model, members: {} };
    const of = (config: JsonObject): ResolvedResource => ({
      ...desiredFor('registry', config),
      catalog: resourceShapes,
    });
    const registryOf = (config: JsonObject) =>
      observed({ discoveryConfiguration: { authorizerType: 'AWS_IAM' }, ...config });
    const known = recordOf({ applied, snapshot });

    it.each([
      ['another schema', schemas('size')],
      ['no schema', {}],
    ])('diffResource: refuses %s without a call, and says what is missing', (_, config) => {
      const { status, record } = diffResource(of(config), registryOf(schemas('team')), known, NOW);
      expect(status).toBe('upToDate');
      expect(record.heldBack).toEqual([expect.stringContaining('the definition of the field "team"')]);
    });

    it('diffResource: leaves other changes to an update, which repeats the schema', () => {
      const desired = of({ description: 'new' });
      const live = registryOf(schemas('team'));
      expect(diffResource(desired, live, known, NOW).status).toBe('outOfDate');
      expect(fixedMembers({ ...desired, live: live.config ?? {} }, resourceShapes)).toEqual([
        'customMetadataSchemaConfiguration',
      ]);
    });

    it('diffResource: replaces a schema by one with more fields', () => {
      const live = registryOf(schemas('team'));
      expect(diffResource(of(schemas('team', 'size')), live, known, NOW).status).toBe('outOfDate');
    });

    it('diffResource: takes a field that an adopted registry keeps for one of the manifest', () => {
      const own = { recordTypeSchemaOverrides: [{ recordType: 'SKILL', schema: '{}' }] };
      const adopted = {
        fingerprint: 'f',
        differences: [],
        kept: ['customMetadataSchemaConfiguration.defaultSchema'],
      };
      const desired = of({ customMetadataSchemaConfiguration: own });
      const { status, record } = diffResource(
        desired,
        registryOf(schemas('team')),
        { ...known, adopted },
        NOW,
      );
      expect({ status, heldBack: record.heldBack }).toEqual({ status: 'outOfDate' });
    });
  });

  it('diffResource: is only what the service was seen to refuse: a gateway takes another key', () => {
    const desired = desiredFor('gateway', { ...live, kmsKeyArn: 'arn:new' });
    const { status } = diffResource(
      desired,
      observed({ ...live, kmsKeyArn: 'arn:old' }),
      recordOf({ applied }),
      NOW,
    );
    expect(status).toBe('outOfDate');
    expect(fixedMembers({ ...desired, live: { ...live, kmsKeyArn: 'arn:old' } }, controlPlaneShapes)).toEqual(
      [],
    );
  });
});
