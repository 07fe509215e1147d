import type { Address } from '../../core/address.ts';
import { configuredSchema } from '../../core/desired/configuredSchema.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/fingerprint.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { ObservedResource } from '../../core/reconcile/observedResource.ts';
import type { ReconcileInput } from '../../core/reconcile/reconcileInput.ts';
import type { ResourceRecord } from '../../core/reconcile/resourceRecord.ts';
import { parentOf } from '../../core/resources/resourceKinds.ts';
import { phases } from '../../core/status.ts';
import { readAppliedConfiguration, readContract } from '../../core/storage/toolContractDocuments.ts';
import {
  contractOf,
  diffContracts,
  needsApproval,
  savedContract,
  type ToolContract,
  type ToolContractChange,
  unchangedContract,
} from '../../core/toolContracts/toolContract.ts';

/** What the decision must know of changes to what agents rely on, and what people are asked about them. */
export interface ToolContractChanges
  extends Required<Pick<ReconcileInput, 'needsApproval' | 'unknownContracts'>> {
  readonly changes: ReadonlyMap<Address, ToolContractChange>;
}

type ChangeInput = Pick<ReconcileInput, 'desired' | 'recorded' | 'observed'>;

/** Finds out which targets must not be changed without a person's yes, by what they offer now and would then. */
export async function toolContractChanges(
  input: ChangeInput,
  bucket: SpecBucket,
): Promise<ToolContractChanges> {
  const toApprove = new Set<Address>();
  const unreadContracts = new Set<Address>();
  const changes = new Map<Address, ToolContractChange>();
  const addChange = async (resource: DesiredResource) => {
    const {
      address,
      settings: { approve },
    } = resource;
    if (approve === 'never' || !parentOf(address)) return;
    const change = await changeFor(resource, input, bucket);
    if (change === 'unread') unreadContracts.add(address);
    else if (change === 'asked') toApprove.add(address);
    else if (needsApproval(change, approve)) {
      toApprove.add(address);
      changes.set(address, change);
    }
  };
  // Side by side: an upload that changes a hundred targets reads a hundred contracts in each of its turns.
  await Promise.all(input.desired.resources.map(addChange));
  return { needsApproval: toApprove, unknownContracts: unreadContracts, changes };
}

/**
 * @returns `unread` where the target's configuration must be read from the service first, and `asked` where that was
 * done when the question was put
 */
async function changeFor(
  resource: DesiredResource,
  { desired, recorded: records, observed }: ChangeInput,
  bucket: SpecBucket,
): Promise<ToolContractChange | 'unread' | 'asked'> {
  const { address, config } = resource;
  const observedTarget = observed.get(address);
  const record = records.get(address);
  // Nothing is changed that is not there, or moves, or waits for a person.
  if (
    !observedTarget ||
    (phases[observedTarget.status] !== 'ready' && phases[observedTarget.status] !== 'failed')
  )
    return unchangedContract;
  const resolved = resolveReferences(config, (source, field) => records.get(source)?.outputs?.[field]);
  if ('missing' in resolved) return unchangedContract;
  const wantedFingerprint = fingerprint(resolved.config);
  // Most turns find nothing changed, and read nothing.
  if (wantedFingerprint === record?.applied?.fingerprint || wantedFingerprint === record?.approvedFingerprint)
    return unchangedContract;
  if (observedTarget.config && hasSameSchema(observedTarget.config, resource)) return unchangedContract;
  const before = await currentContract(desired.workspace, observedTarget, record, bucket);
  if (before !== 'unread') return diffContracts(before, contractOf(resource));
  const { request } = record ?? {};
  return request?.kind === 'approval' && request.fingerprint === wantedFingerprint ? 'asked' : 'unread';
}

/** A copy is named by its content: the same name is the same schema. */
function hasSameSchema(config: JsonObject, { schema }: DesiredResource): boolean {
  return schema?.uri !== undefined && configuredSchema(config)?.uri === schema.uri;
}

/** What the target offered when it was ready last: from what was kept, or else from what the service holds. */
async function currentContract(
  workspace: string,
  observedTarget: ObservedResource,
  record: ResourceRecord | undefined,
  bucket: SpecBucket,
): Promise<ToolContract | 'unread'> {
  const isReady = phases[observedTarget.status] === 'ready';
  const lastGoodFingerprint = record?.applied?.fingerprint ?? (isReady ? undefined : record?.lastGood);
  const saved =
    lastGoodFingerprint === undefined
      ? undefined
      : await readSavedContract(workspace, lastGoodFingerprint, bucket);
  if (saved) return saved;
  const isManaged = record?.generation !== undefined;
  if (!isReady && lastGoodFingerprint === undefined && (isManaged || observedTarget.status === 'FAILED'))
    return { none: true };
  // What a failed update has left may be what was sent, or what was there before.
  if (!isReady && record?.applied?.updatedAt !== observedTarget.updatedAt)
    return { unknown: 'What it offered before it failed is not known.' };
  return observedTarget.config ? contractIn(observedTarget.config, bucket) : 'unread';
}

/** By the contract that was kept, or the copy of what was sent. */
async function readSavedContract(
  workspace: string,
  configuration: string,
  bucket: SpecBucket,
): Promise<ToolContract | undefined> {
  const contract = await readContract(workspace, configuration, bucket);
  if (contract) return savedContract(contract.config, contract.tools);
  const config = await readAppliedConfiguration(configuration, bucket);
  return config && contractIn(config, bucket);
}

async function contractIn(config: JsonObject, bucket: SpecBucket): Promise<ToolContract> {
  const source = configuredSchema(config);
  if (!source) return { dynamic: true };
  const { kind, uri, payload } = source;
  // Loaded when a contract may have changed: what reads schemas is half of the package.
  const { toolsInSchema } = await import('../../core/toolContracts/toolsInSchema.ts');
  if (payload !== undefined) return { tools: toolsInSchema(kind, payload) };
  const sha256 = uri?.slice(uri.lastIndexOf('/') + 1) ?? '';
  if (bucket.appliedUri(sha256) !== uri)
    return { unknown: `Its present schema stands at ${uri}, which Gateloop may not read.` };
  const bytes = await bucket.readApplied(sha256);
  return bytes
    ? { tools: toolsInSchema(kind, bytes) }
    : { unknown: 'The copy of its present schema is gone from the bucket.' };
}
