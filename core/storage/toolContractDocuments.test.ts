import { describe, expect, it } from 'vitest';
import type { DesiredResource, DesiredState } from '../desired/desired.ts';
import { defaultSettings } from '../manifest/settings.ts';
import type { PlannedOperation, PlannedRequest } from '../reconcile/plan.ts';
import type { ToolContractChange } from '../toolContracts/toolContract.ts';
import { readContract, readToolChanges, saveContracts, saveToolChanges } from './toolContractDocuments.ts';

class MemoryStore {
  readonly documents = new Map<string, unknown>();

  async readDocument(key: string): Promise<unknown> {
    return this.documents.get(key);
  }

  async writeDocument(key: string, document: unknown): Promise<void> {
    this.documents.set(key, document);
  }
}

const ISSUES = 'gatewayTarget/front/issues';
const ORDERS = 'gatewayTarget/front/orders';
const tool = { name: 'find', description: 'Finds.', inputSchema: { type: 'object' } };
const target = (address: typeof ISSUES | typeof ORDERS, more: Partial<DesiredResource>): DesiredResource => ({
  address,
  kind: 'gatewayTarget',
  name: address.slice('gatewayTarget/'.length),
  config: { name: address },
  references: [],
  settings: defaultSettings,
  location: { file: 'manifest.yaml', line: 1, column: 1 },
  ...more,
});
const desired: DesiredState = {
  workspace: 'payments',
  revision: 'r1',
  settings: defaultSettings,
  owners: {},
  warnings: [],
  resources: [target(ISSUES, { schema: { sha256: 's', tools: [tool] } }), target(ORDERS, {})],
};
const operation = (address: PlannedOperation['address'], more: Partial<PlannedOperation> = {}) => ({
  address,
  operation: 'update' as const,
  fingerprint: 'f',
  configuration: `f of ${address}`,
  ...more,
});

describe('saveContracts', () => {
  it('saveContracts: stores the configuration and the tools of each planned operation', async () => {
    const store = new MemoryStore();
    await saveContracts(desired, { operations: [operation(ISSUES), operation(ORDERS)] }, store);
    expect(await readContract('payments', `f of ${ISSUES}`, store)).toEqual({
      config: { name: ISSUES },
      tools: [tool],
    });
    expect(await readContract('payments', `f of ${ORDERS}`, store)).toEqual({
      config: { name: ORDERS },
      tools: [],
    });
  });

  it('saveContracts: stores nothing for a rollback, nor for a resource without a planned configuration', async () => {
    const store = new MemoryStore();
    const { configuration: _, ...deletion } = operation(ORDERS, { operation: 'delete' });
    const operations = [operation(ISSUES, { operation: 'rollback' }), deletion];
    await saveContracts(desired, { operations }, store);
    expect(store.documents.size).toBe(0);
  });
});

describe('saveToolChanges', () => {
  const change: ToolContractChange = { changes: [], unknown: 'No copy.' };
  const request = (more: Partial<PlannedRequest> = {}): PlannedRequest => ({
    address: ISSUES,
    kind: 'approval',
    fingerprint: 'f',
    reason: 'update',
    ...more,
  });

  it('saveToolChanges: stores the changes that a request for approval is about', async () => {
    const store = new MemoryStore();
    await saveToolChanges('payments', { requests: [request()] }, new Map([[ISSUES, change]]), store);
    expect(await readToolChanges('payments', ISSUES, 'f', store)).toEqual(change);
  });

  it('saveToolChanges: stores nothing for a request for consent, nor without known changes', async () => {
    const store = new MemoryStore();
    const requests = [request({ kind: 'authorization' }), request({ address: ORDERS })];
    await saveToolChanges('payments', { requests }, new Map([[ISSUES, change]]), store);
    expect(store.documents.size).toBe(0);
  });
});
