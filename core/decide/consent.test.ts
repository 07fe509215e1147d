import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../manifest/json.ts';
import type { Status } from '../status.ts';
import { awaitsConsent, listsTools } from './consent.ts';
import type { Memory } from './memory.ts';
import { decideAbout } from './testing/decided.ts';
import {
  appliedMemory,
  consentTarget,
  fingerprintFor,
  NOW,
  observedAs,
  provider,
  resolvedConfig,
  target,
} from './testing/worlds.ts';

const repository = consentTarget('payments/repository');
const others = [provider()];
const {
  applied: _,
  lastGood: __,
  ...unapplied
} = appliedMemory(repository, { state: 'awaiting-authorization' });
const request = { id: '1', kind: 'authorization' as const, askedAt: NOW - 1000 };
const told = { ...request, toldAt: NOW - 1000 };
const creating = {
  operation: 'create' as const,
  fingerprint: fingerprintFor(repository),
  configuration: fingerprintFor(repository),
  startedAt: NOW - 9_000_000,
  pended: true as const,
};

function about(status: Status, memory: Partial<Memory> = {}) {
  const observed = observedAs(repository, status);
  return decideAbout(repository, { others, observed, memory: { ...unapplied, ...memory } });
}

describe.each(['CREATE_PENDING_AUTH', 'UPDATE_PENDING_AUTH', 'SYNCHRONIZE_PENDING_AUTH'] as const)(
  'a target in %s',
  (status) => {
    it('has its owner asked, once', () => {
      expect(about(status).decision).toMatchObject({
        next: 'act',
        requests: [{ address: 'gatewayTarget/payments/repository', kind: 'authorization' }],
      });
      const { decision, report } = about(status, { request: told });
      expect(decision).toMatchObject({ next: 'settled', requests: [], operations: [] });
      expect(report?.state).toBe('awaiting-authorization');
    });

    it('has its owner told again five minutes after the message was not handed over, and is not hammered', () => {
      const asked = (ago: number) => about(status, { request: { ...request, askedAt: NOW - ago } }).decision;
      expect(asked(299_999)).toMatchObject({ next: 'settled', requests: [] });
      const again = { next: 'act', requests: [{ kind: 'authorization' }], waitSeconds: 30 };
      expect(asked(300_000)).toMatchObject(again);
    });

    it('is left alone even where another configuration is wanted', () => {
      const changed = consentTarget('payments/repository', 2);
      const { operation, report } = decideAbout(changed, {
        others,
        observed: observedAs(changed, status),
        memory: appliedMemory(repository, { request: told }),
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
      const { operation, report, memory, decision } = about(status, { operation: creating, request: told });
      expect({ operation, next: decision.next }).toEqual({ operation: undefined, next: 'settled' });
      expect(report?.state).toBe('awaiting-authorization');
      expect(memory?.attempts).toBeUndefined();
      expect(memory?.request).toEqual(told);
    },
  );

  it('has somebody asked where nobody has been', () => {
    expect(about('FAILED', { operation: creating }).decision.requests).toHaveLength(1);
  });

  it('is known for what it is by the open request alone, should the operation not be remembered', () => {
    const { operation, report } = about('FAILED', { request: told });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('awaiting-authorization');
  });

  it('is a failure where no consent is wanted any more: the target is updated, and nobody is waited for', () => {
    const open = target('payments/repository');
    const { operation, memory } = decideAbout(open, {
      observed: observedAs(open, 'FAILED', { config: {} }),
      memory: { ...unapplied, operation: creating, request: told },
    });
    expect(operation).toBe('update');
    expect(memory?.request).toBeUndefined();
  });
});

describe('a request', () => {
  it('is closed when the target is READY, whoever consented and where', () => {
    const { memory, report } = about('READY', { operation: creating, request: told });
    expect(report?.state).toBe('ready');
    expect(memory?.request).toBeUndefined();
  });

  it('is closed when a READY target has no operation open', () => {
    const { memory } = decideAbout(repository, {
      others,
      observed: observedAs(repository, 'READY'),
      memory: appliedMemory(repository, { request: told }),
    });
    expect(memory?.request).toBeUndefined();
  });

  it('outlives a list that still shows the target as it was', () => {
    const operation = { ...creating, startedAt: NOW - 1000, updatedAt: NOW - 1000 };
    expect(about('READY', { operation, request: told }).memory?.request).toEqual(told);
  });

  it('is closed when the target leaves the manifest', () => {
    const { memory } = decideAbout(repository, {
      others,
      wanted: false,
      observed: observedAs(repository, 'CREATE_PENDING_AUTH'),
      memory: { ...unapplied, request: told },
    });
    expect(memory?.request).toBeUndefined();
  });
});

it('begins no sync that needs consent: it asks first', () => {
  const { decision } = decideAbout(repository, {
    others,
    observed: observedAs(repository, 'SYNCHRONIZE_UNSUCCESSFUL'),
    memory: appliedMemory(repository, { state: 'failed' }),
  });
  expect(decision).toMatchObject({ syncs: [], operations: [], requests: [{ kind: 'authorization' }] });
});

it('learns that an operation stops at a person, so that its time says nothing', () => {
  const { pended: _pended, ...begun } = creating;
  expect(about('CREATE_PENDING_AUTH', { operation: begun }).memory?.operation?.pended).toBe(true);
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
    expect(awaitsConsent(given)).toBe(expected);
  });

  it('lists tools of MCP servers only', () => {
    expect(listsTools(config)).toBe(true);
    expect(listsTools(resolvedConfig(target('payments/ledger')))).toBe(false);
    expect(listsTools({})).toBe(false);
  });
});
