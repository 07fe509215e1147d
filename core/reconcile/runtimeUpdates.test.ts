import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import { servingRuntime } from '../resources/gatewayTarget.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { maxAttempts } from './limits.ts';
import { runtimeUpdatedAt } from './runtimeUpdates.ts';
import { decideResource } from './testing/decideResource.ts';
import { appliedRecord, consentTarget, NOW, observedAs, provider, serverTarget } from './testing/inputs.ts';

const ARN = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/search-AB12CD34EF';
const endpointOf = (arn: string) =>
  `https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${encodeURIComponent(arn)}/invocations?qualifier=DEFAULT`;
const on = (arn: string) => ({ targetConfiguration: { mcp: { mcpServer: { endpoint: endpointOf(arn) } } } });

const served = (base: DesiredResource): DesiredResource => ({
  ...base,
  config: { ...base.config, ...on(ARN) },
});
const tools = served(serverTarget('payments/tools'));
const synchronizedAt = (lastSynchronizedAt: number, resource = tools) =>
  observedAs(resource, 'READY', { lastSynchronizedAt });

describe('servingRuntime', () => {
  it('servingRuntime: reads the runtime from the percent-encoded ARN in the endpoint, in either case', () => {
    const expected = { arn: ARN, id: 'search-AB12CD34EF' };
    expect(servingRuntime(on(ARN))).toEqual(expected);
    const lower = endpointOf(ARN).replaceAll('%3A', '%3a').replaceAll('%2F', '%2f');
    const config = { targetConfiguration: { mcp: { mcpServer: { endpoint: lower } } } };
    expect(servingRuntime(config)).toEqual(expected);
  });

  it('servingRuntime: names the endpoint of the runtime, unless that is DEFAULT', () => {
    const named = endpointOf(ARN).replace('DEFAULT', 'production');
    const config = { targetConfiguration: { mcp: { mcpServer: { endpoint: named } } } };
    expect(servingRuntime(config)?.endpoint).toBe('production');
    expect(servingRuntime(on(ARN))?.endpoint).toBeUndefined();
  });

  it.each([
    'https://mcp.example.com/runtimes/one',
    endpointOf('arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/g-1'),
    endpointOf('arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/no-id'),
  ])('servingRuntime: is undefined for %s', (endpoint) => {
    expect(servingRuntime({ targetConfiguration: { mcp: { mcpServer: { endpoint } } } })).toBeUndefined();
  });
});

describe('a target whose runtime changed', () => {
  const updates = (time: number) => ({ runtimeUpdates: new Map([[ARN, time]]) });

  it('is synchronized where the runtime changed after its last synchronization', () => {
    const { operation, record } = decideResource(tools, {
      observed: synchronizedAt(NOW - 2000),
      record: appliedRecord(tools),
      ...updates(NOW - 1000),
    });
    expect(operation).toBe('sync');
    expect(record?.runtimeUpdatedAt).toBe(NOW - 1000);
  });

  it('is still due in a later poll, which does not read the runtime', () => {
    const situation = { observed: synchronizedAt(NOW - 2000) };
    const record = appliedRecord(tools, { runtimeUpdatedAt: NOW - 1000 });
    expect(decideResource(tools, { ...situation, record }).operation).toBe('sync');
  });

  it('is left alone after a newer synchronization', () => {
    const situation = { observed: synchronizedAt(NOW - 500), record: appliedRecord(tools) };
    expect(decideResource(tools, { ...situation, ...updates(NOW - 1000) }).operation).toBeUndefined();
  });

  it('is given up like any synchronization that keeps failing', () => {
    const { fingerprint = '' } = appliedRecord(tools).applied ?? {};
    const retry = {
      fingerprint,
      count: maxAttempts,
      firstAt: NOW,
      nextAt: NOW,
      deferrals: 0,
      reasons: ['No.'],
    };
    const situation = { observed: synchronizedAt(NOW - 2000), record: appliedRecord(tools, { retry }) };
    expect(decideResource(tools, { ...situation, ...updates(NOW - 1000) }).operation).toBeUndefined();
  });

  it('has a person asked where the synchronization needs a consent, and once for each change', () => {
    const asking = served(consentTarget('payments/issues'));
    const ask = (closedAt: number | undefined) =>
      decideResource(asking, {
        observed: synchronizedAt(NOW - 2000, asking),
        record: appliedRecord(asking, {
          ...(closedAt !== undefined && {
            request: {
              id: 'r',
              kind: 'authorization',
              reason: 'sync',
              askedAt: closedAt - 1,
              closed: 'refused',
              closedAt,
            },
          }),
        }),
        others: [provider()],
        ...updates(NOW - 1000),
      }).result.requests;
    expect(ask(undefined)).toMatchObject([{ address: asking.address, reason: 'sync' }]);
    expect(ask(NOW - 1500)).toMatchObject([{ address: asking.address }]);
    expect(ask(NOW - 500)).toEqual([]);
  });
});

describe('runtimeUpdatedAt', () => {
  const runtime = { id: 'search-AB12CD34EF', arn: ARN };
  const resource = (
    address: ObservedResource['address'],
    status: ObservedResource['status'],
    id: string,
  ) => ({
    ...synchronizedAt(NOW),
    address,
    id,
    status,
    updatedAt: NOW - 5,
  });

  it('runtimeUpdatedAt: is that of a runtime of the workspace once it is ready, whatever was read elsewhere', () => {
    const read = new Map([[ARN, NOW]]);
    const own = (status: ObservedResource['status']) => [resource('agentRuntime/search', status, runtime.id)];
    expect(runtimeUpdatedAt(runtime, own('READY'), read)).toBe(NOW - 5);
    expect(runtimeUpdatedAt(runtime, own('UPDATING'), read)).toBeUndefined();
    expect(runtimeUpdatedAt(runtime, [], read)).toBe(NOW);
    expect(runtimeUpdatedAt(runtime, [], undefined)).toBeUndefined();
  });

  it('runtimeUpdatedAt: is that of the harness which has the runtime', () => {
    const ofHarness = { id: 'harness_desk-AB12CD34EF', arn: ARN };
    const harness = resource('harness/desk', 'READY', 'desk-1');
    expect(runtimeUpdatedAt(ofHarness, [harness], undefined)).toBe(NOW - 5);
    expect(runtimeUpdatedAt(runtime, [harness], undefined)).toBeUndefined();
  });

  it('runtimeUpdatedAt: is that of the endpoint which the URL names, once it serves its version', () => {
    const named = { ...runtime, endpoint: 'production' };
    const own = (status: ObservedResource['status']) => [
      { ...resource('agentRuntime/search', 'READY', runtime.id), updatedAt: NOW },
      resource('agentRuntimeEndpoint/search/production', status, 'production'),
    ];
    expect(runtimeUpdatedAt(named, own('READY'), undefined)).toBe(NOW - 5);
    expect(runtimeUpdatedAt(named, own('UPDATING'), undefined)).toBeUndefined();
    expect(runtimeUpdatedAt(runtime, own('UPDATING'), undefined)).toBe(NOW);
    expect(runtimeUpdatedAt({ ...named, endpoint: 'other' }, own('UPDATING'), undefined)).toBe(NOW);
    const read = new Map([[`${ARN}/runtime-endpoint/production`, NOW - 7]]);
    expect(runtimeUpdatedAt(named, [], read)).toBe(NOW - 7);
  });
});
