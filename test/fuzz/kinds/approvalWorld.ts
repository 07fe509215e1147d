import { InMemoryEvents } from '../../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryLedger } from '../../../adapters/inMemory/inMemoryLedger.ts';
import { InMemorySpecBucket } from '../../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from '../../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import { hashId } from '../../../core/authorization/hashId.ts';
import type { AuthorizationRequest } from '../../../core/authorization/request.ts';
import type { DesiredState } from '../../../core/desired/desired.ts';
import { defaultSettings } from '../../../core/manifest/settings.ts';
import type { RegistryRecord } from '../../../core/ports/registryRecords.ts';
import { desiredKey } from '../../../core/storage/keys.ts';
import { writeApprovedRecord } from '../../../core/storage/registryDocuments.ts';
import type { RegistryApprovalPorts } from '../../../functions/registry-approvals/registryApprovalPorts.ts';

export const RECORD = { registryId: 'Registry0001', recordId: 'Record000001' };
const ID = '0'.repeat(32);
const WORKSPACE = 'payments';

/** A workspace that manages a registry, and whose gateway imports targets from it. */
export const desiredWithRegistry: DesiredState = {
  workspace: WORKSPACE,
  revision: 'r1',
  settings: defaultSettings,
  owners: {},
  resources: [],
  sources: [
    {
      gateway: 'front',
      registryId: RECORD.registryId,
      config: {},
      references: [],
      settings: defaultSettings,
      path: 'gateways.front.targetsFromRegistry',
      location: { file: 'manifest.yaml', line: 1, column: 1 },
    },
  ],
  warnings: [],
};

/** The ports of `registry-approvals`, with a record that waits for approval after another version of it was approved. */
export async function approvalWorld(
  approved: RegistryRecord,
  submitted: RegistryRecord,
): Promise<{ ports: RegistryApprovalPorts; request: () => AuthorizationRequest | undefined }> {
  const ledger = new InMemoryLedger();
  const specBucket = new InMemorySpecBucket();
  specBucket.upload(WORKSPACE, 'manifest.yaml', '');
  const registry = {
    address: 'registry/tools',
    id: RECORD.registryId,
    state: 'ready',
    reasons: [],
    since: 0,
  } as const;
  ledger.putResource(WORKSPACE, registry);
  const registryIds = [RECORD.registryId];
  ledger.putWorkspace(WORKSPACE, { acceptedRevision: 'r1', registryIds });
  const desired = { format: 1, revision: 'r1', desired: desiredWithRegistry, problems: [] };
  specBucket.putDocument(desiredKey(WORKSPACE, 'r1'), desired);
  await writeApprovedRecord(approved, specBucket);
  const ports = {
    ledger,
    specBucket,
    records: {
      get: async () => submitted,
      listServers: async () => ({ kind: 'listed', records: [] }) as const,
      listPending: async () => ({ kind: 'listed', records: [] }) as const,
      updateStatus: async () => ({ kind: 'accepted' }) as const,
    },
    events: new InMemoryEvents(),
    taskCallbacks: new InMemoryTaskCallbacks(),
    newId: () => ID,
  };
  return { ports, request: () => ledger.request(hashId(ID))?.request };
}
