import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { decide } from './decide.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  consentTarget,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  provider,
  reconcileInput,
  resolvedConfig,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger');
const repository = consentTarget('payments/repository');

function decideWorkspace(
  resources: readonly DesiredResource[],
  observed: readonly ObservedResource[],
  recorded: readonly ResourceRecord[] = [],
) {
  const result = decide(reconcileInput({ resources, observed, recorded }), catalog);
  return {
    decision: result,
    calls: result.operations.map(({ operation, address }) => `${operation} ${address}`),
    states: Object.fromEntries(result.resources.map(({ address, state }) => [address, state])),
    reasonsOf: (resource: DesiredResource) =>
      result.resources.find(({ address }) => address === resource.address)?.reasons.join(),
  };
}

describe('decide: a target', () => {
  it('is created only after its gateway is READY', () => {
    const resources = [gateway(), ledger];
    expect(decideWorkspace(resources, []).calls).toEqual(['create gateway/payments']);
    const creating = decideWorkspace(resources, [observedAs(gateway(), 'CREATING')]);
    expect(creating.calls).toEqual([]);
    expect(creating.decision.next).toBe('wait');
    expect(creating.states['gatewayTarget/payments/ledger']).toBe('in-progress');
    const ready = decideWorkspace(resources, [
      observedAs(gateway(), 'READY', {
        config: resolvedConfig(gateway()),
        tags: { 'gateloop:workspace': 'payments' },
      }),
    ]);
    expect(ready.calls).toEqual(['create gatewayTarget/payments/ledger']);
    expect(ready.decision.operations).toMatchObject([{ parentId: 'payments' }]);
  });

  it('waits for an output that a ready resource does not have yet', () => {
    const resources = [gateway(), provider(), repository];
    const observed = [observedAs(gateway(), 'READY'), observedAs(provider(), 'READY', { outputs: {} })];
    const { states, calls, reasonsOf } = decideWorkspace(resources, observed, [
      appliedRecord(gateway()),
      appliedRecord(provider()),
    ]);
    expect(calls).toEqual([]);
    expect(states['gatewayTarget/payments/repository']).toBe('in-progress');
    expect(reasonsOf(repository)).toContain('Waits for an output of another resource.');
  });

  it('that is in progress is reported as such, even if the resource that it refers to no longer exists', () => {
    const resources = [gateway(), repository];
    const observed = [observedAs(gateway(), 'READY'), observedAs(repository, 'UPDATING')];
    const { states } = decideWorkspace(resources, observed, [
      appliedRecord(gateway()),
      appliedRecord(repository),
    ]);
    expect(states['gatewayTarget/payments/repository']).toBe('in-progress');
  });

  it('is failed while its gateway is failed, and its reason names the gateway', () => {
    const failed = {
      fingerprint: fingerprintFor(gateway()),
      count: 7,
      firstAt: 0,
      nextAt: 0,
      deferrals: 0,
      reasons: [],
    };
    const decided = decideWorkspace(
      [gateway(), ledger],
      [observedAs(gateway(), 'FAILED')],
      [appliedRecord(gateway(), { state: 'failed', retry: failed })],
    );
    expect(decided.calls).toEqual([]);
    expect(decided.decision.next).toBe('settled');
    expect(decided.states['gatewayTarget/payments/ledger']).toBe('failed');
    expect(decided.reasonsOf(ledger)).toBe('Waits for gateway/payments, which is in a failed state.');
  });

  it('stays ready and unchanged while only its gateway changes', () => {
    const changed = gateway('payments', { description: 'Payments' });
    const decided = decideWorkspace(
      [changed, ledger],
      [observedAs(changed, 'READY', { config: resolvedConfig(gateway()) }), observedAs(ledger, 'READY')],
      [appliedRecord(gateway()), appliedRecord(ledger)],
    );
    expect(decided.calls).toEqual(['update gateway/payments']);
    expect(decided.states['gatewayTarget/payments/ledger']).toBe('ready');
  });

  it('is updated only after the update of its gateway', () => {
    const changed = gateway('payments', { description: 'Payments' });
    const decided = decideWorkspace(
      [changed, ledger],
      [observedAs(changed, 'READY', { config: resolvedConfig(gateway()) }), observedAs(ledger, 'READY')],
      [appliedRecord(gateway()), appliedRecord(target('payments/ledger', 2))],
    );
    expect(decided.calls).toEqual(['update gateway/payments']);
    expect(decided.states['gatewayTarget/payments/ledger']).toBe('in-progress');
    expect(decided.reasonsOf(ledger)).toContain('Waits for gateway/payments');
  });

  it('may be updated while another target of its gateway is synchronized', () => {
    const decided = decideWorkspace(
      [gateway(), ledger, target('payments/refunds')],
      [
        observedAs(gateway(), 'READY'),
        observedAs(ledger, 'SYNCHRONIZING'),
        observedAs(target('payments/refunds'), 'READY'),
      ],
      [appliedRecord(gateway()), appliedRecord(ledger), appliedRecord(target('payments/refunds', 2))],
    );
    expect(decided.calls).toEqual(['update gatewayTarget/payments/refunds']);
  });
});

describe('decide: a reference', () => {
  const upToDate = [observedAs(gateway(), 'READY')];
  const known = [appliedRecord(gateway())];

  it('makes Gateloop create the provider first', () => {
    const decided = decideWorkspace([repository, gateway(), provider()], upToDate, known);
    expect(decided.calls).toEqual(['create oauth2CredentialProvider/github']);
    expect(decided.reasonsOf(repository)).toContain('Waits for oauth2CredentialProvider/github');
  });

  it('is resolved with the outputs of the provider', () => {
    const decided = decideWorkspace(
      [repository, gateway(), provider()],
      [...upToDate, observedAs(provider(), 'READY')],
      [...known, appliedRecord(provider())],
    );
    expect(decided.decision.operations).toMatchObject([
      { address: repository.address, configuration: fingerprintFor(repository) },
    ]);
  });

  it('to an output that a ready provider does not have blocks the target without a call', () => {
    const decided = decideWorkspace(
      [repository, gateway(), provider()],
      [...upToDate, observedAs(provider(), 'READY', { outputs: {} })],
      [...known, appliedRecord(provider())],
    );
    expect(decided.calls).toEqual([]);
    expect(decided.reasonsOf(repository)).toBe('Waits for an output of another resource.');
    expect(decided.decision.next).toBe('settled');
  });

  it('to a resource that is not in the manifest blocks the target without a call', () => {
    const decided = decideWorkspace(
      [repository, gateway()],
      [...upToDate, observedAs(provider(), 'READY')],
      [...known, appliedRecord(provider())],
    );
    expect(decided.calls).toEqual([]);
    expect(decided.states['gatewayTarget/payments/repository']).toBe('absent');
  });

  it('of a resource to itself blocks it, and planning ends', () => {
    const knot = { ...repository, references: [{ ...reference('payments/repository') }] };
    const decided = decideWorkspace([gateway(), provider(), knot], upToDate, known);
    expect(decided.states['gatewayTarget/payments/repository']).toBe('absent');
  });
});

function reference(name: string) {
  const kind = 'gatewayTarget' as const;
  return { text: '', kind, name, field: 'targetId', path: [] };
}

it('decide: reports the resources in the order of the manifest, not of their dependencies', () => {
  const resources = [repository, ledger, gateway(), provider()];
  const { decision } = decideWorkspace(resources, []);
  expect(decision.resources.map(({ address }) => address)).toEqual(resources.map(({ address }) => address));
});

it('decide: reports the kind, name, id and state of each resource', () => {
  const { decision } = decideWorkspace([gateway()], [observedAs(gateway(), 'UPDATING')]);
  expect(decision.resources).toEqual([
    {
      address: 'gateway/payments',
      kind: 'gateway',
      name: 'payments',
      id: 'payments',
      state: 'in-progress',
      reasons: [],
    },
  ]);
  expect(decision.upserts).toMatchObject([{ address: 'gateway/payments', state: 'in-progress', since: NOW }]);
});
