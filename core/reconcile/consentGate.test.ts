import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { cachesListedTools, requiresConsent } from '../resources/gatewayTarget.ts';
import type { Status } from '../status.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  consentTarget,
  fingerprintFor,
  NOW,
  observedAs,
  provider,
  resolvedConfig,
  target,
} from './testing/inputs.ts';

const repository = consentTarget('payments/repository');
const others = [provider()];
const {
  applied: _,
  lastGood: __,
  ...unapplied
} = appliedRecord(repository, { state: 'awaiting-authorization' });
const request = { id: '1', kind: 'authorization' as const, askedAt: NOW - 1000 };
const told = { ...request, notifiedAt: NOW - 1000 };
const creating = {
  operation: 'create' as const,
  fingerprint: fingerprintFor(repository),
  configuration: fingerprintFor(repository),
  startedAt: NOW - 9_000_000,
  awaitedConsent: true as const,
};

function decideWithStatus(status: Status, record: Partial<ResourceRecord> = {}) {
  const observed = observedAs(repository, status);
  return decideResource(repository, { others, observed, record: { ...unapplied, ...record } });
}

describe.each(['CREATE_PENDING_AUTH', 'UPDATE_PENDING_AUTH', 'SYNCHRONIZE_PENDING_AUTH'] as const)(
  'a target in %s',
  (status) => {
    it('has its owner asked, once', () => {
      expect(decideWithStatus(status).result).toMatchObject({
        next: 'act',
        requests: [{ address: 'gatewayTarget/payments/repository', kind: 'authorization' }],
      });
      const { result, report } = decideWithStatus(status, { request: told });
      expect(result).toMatchObject({ next: 'settled', requests: [], operations: [] });
      expect(report?.state).toBe('awaiting-authorization');
    });

    it('has its owner told again five minutes after the message was not handed over, and is not hammered', () => {
      const asked = (ago: number) =>
        decideWithStatus(status, { request: { ...request, askedAt: NOW - ago } }).result;
      expect(asked(299_999)).toMatchObject({ next: 'settled', requests: [] });
      const again = { next: 'act', requests: [{ kind: 'authorization' }], requeueAfterSeconds: 30 };
      expect(asked(300_000)).toMatchObject(again);
    });

    it('is left alone even where another configuration is wanted', () => {
      const changed = consentTarget('payments/repository', 2);
      const { operation, report } = decideResource(changed, {
        others,
        observed: observedAs(changed, status),
        record: appliedRecord(repository, { request: told }),
      });
      expect(operation).toBeUndefined();
      expect(report?.state).toBe('awaiting-authorization');
    });
  },
);

describe('a link that has lapsed', () => {
  it.each(['FAILED', 'UPDATE_UNSUCCESSFUL', 'SYNCHRONIZE_UNSUCCESSFUL'] as const)(
    'is no failure where it leaves %s: the request stays open, and nothing is called',
    (status) => {
      const { operation, report, record, result } = decideWithStatus(status, {
        operation: creating,
        request: told,
      });
      expect({ operation, next: result.next }).toEqual({ operation: undefined, next: 'settled' });
      expect(report?.state).toBe('awaiting-authorization');
      expect(record?.retry).toBeUndefined();
      expect(record?.request).toEqual(told);
    },
  );

  it('has somebody asked where nobody has been', () => {
    expect(decideWithStatus('FAILED', { operation: creating }).result.requests).toHaveLength(1);
  });

  it('is known for what it is by the open request alone, should the operation not be remembered', () => {
    const { operation, report } = decideWithStatus('FAILED', { request: told });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('awaiting-authorization');
  });

  it('is a failure where no consent is wanted any more: the target is updated, and nobody is waited for', () => {
    const open = target('payments/repository');
    const { operation, record } = decideResource(open, {
      observed: observedAs(open, 'FAILED', { config: {} }),
      record: { ...unapplied, operation: creating, request: told },
    });
    expect(operation).toBe('update');
    expect(record?.request).toBeUndefined();
  });
});

describe('a request', () => {
  it('is closed when the target is READY, whoever consented and where', () => {
    const { record, report } = decideWithStatus('READY', { operation: creating, request: told });
    expect(report?.state).toBe('ready');
    expect(record?.request).toBeUndefined();
  });

  it('is closed when a READY target has no operation open', () => {
    const { record } = decideResource(repository, {
      others,
      observed: observedAs(repository, 'READY'),
      record: appliedRecord(repository, { request: told }),
    });
    expect(record?.request).toBeUndefined();
  });

  it('outlives a list that still shows the target as it was', () => {
    const operation = { ...creating, startedAt: NOW - 1000, updatedAt: NOW - 1000 };
    expect(decideWithStatus('READY', { operation, request: told }).record?.request).toEqual(told);
  });

  it('is closed when the target leaves the manifest', () => {
    const { record } = decideResource(repository, {
      others,
      inManifest: false,
      observed: observedAs(repository, 'CREATE_PENDING_AUTH'),
      record: { ...unapplied, request: told },
    });
    expect(record?.request).toBeUndefined();
  });
});

it('begins no sync that needs consent: it asks first', () => {
  const { result } = decideResource(repository, {
    others,
    observed: observedAs(repository, 'SYNCHRONIZE_UNSUCCESSFUL'),
    record: appliedRecord(repository, { state: 'failed' }),
  });
  expect(result).toMatchObject({ syncs: [], operations: [], requests: [{ kind: 'authorization' }] });
});

it('learns that an operation stops at a person, so that its time says nothing', () => {
  const { awaitedConsent: _awaitedConsent, ...begun } = creating;
  expect(
    decideWithStatus('CREATE_PENDING_AUTH', { operation: begun }).record?.operation?.awaitedConsent,
  ).toBe(true);
});

describe('which configurations need consent', () => {
  const config = resolvedConfig(repository);
  const withServer = (more: JsonObject): JsonObject => ({
    ...config,
    targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com', ...more } } },
  });
  const withGrant = (grantType: string): JsonObject => ({
    ...config,
    credentialProviderConfigurations: [{ credentialProvider: { oauthCredentialProvider: { grantType } } }],
  });

  it.each([
    ['an authorization code grant', config, true],
    ['client credentials', withGrant('CLIENT_CREDENTIALS'), false],
    ['no credentials', { ...config, credentialProviderConfigurations: [] }, false],
    ['credentials that are no list', { ...config, credentialProviderConfigurations: 'none' }, false],
    ['static tools', withServer({ mcpToolSchema: { s3: {} } }), false],
    ['tools listed at each call', withServer({ listingMode: 'DYNAMIC' }), false],
    ['tools listed by default', withServer({ listingMode: 'DEFAULT' }), true],
    ['no MCP server', { ...config, targetConfiguration: { mcp: { lambda: {} } } }, false],
  ])('%s: %s', (_name, given, expected) => {
    expect(requiresConsent(given)).toBe(expected);
  });

  it('lists tools of MCP servers only', () => {
    expect(cachesListedTools(config)).toBe(true);
    expect(cachesListedTools(resolvedConfig(target('payments/ledger')))).toBe(false);
    expect(cachesListedTools({})).toBe(false);
  });
});
