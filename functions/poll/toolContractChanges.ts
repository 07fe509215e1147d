import type { Address } from '../../core/address.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { GateloopError } from '../../core/errors.ts';
import { stricterRule } from '../../core/guardrails/guardManifest.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { ReconcileInput } from '../../core/reconcile/plan.ts';
import type { ObservedResource } from '../../core/resources/observe.ts';
import type { Tool } from '../../core/schemas/schemaTypes.ts';
import { phases } from '../../core/status.ts';
import { readAppliedConfiguration, readAppliedCopy } from '../../core/storage/appliedCopies.ts';
import { readContract, saveContracts, saveToolChanges } from '../../core/storage/toolContractDocuments.ts';
import { unknownChanges } from '../../core/toolContracts/compareTools.ts';
import {
  configuredSchema,
  contractOf,
  diffContracts,
  needsApproval,
  savedContract,
  settingChanges,
  type ToolContract,
  type ToolContractChange,
  unchangedContract,
} from '../../core/toolContracts/toolContract.ts';
import { logger } from '../runtime/observability.ts';
import type { PartOfState, PollPorts } from './pollState.ts';

/** Which targets need approval before they are changed, and how their tools would change. */
export interface ToolContractChanges
  extends Required<Pick<ReconcileInput, 'needsApproval' | 'unknownContracts'>> {
  readonly changes: ReadonlyMap<Address, ToolContractChange>;
}

type ChangeInput = Pick<ReconcileInput, 'desired' | 'recorded' | 'observed'>;

/** Compares the tools that each target offers now with those that it would offer, and finds the changes to approve. */
export async function toolContractChanges(
  input: ChangeInput,
  bucket: SpecBucket,
): Promise<ToolContractChanges> {
  const toApprove = new Set<Address>();
  const unknownContracts = new Set<Address>();
  const changes = new Map<Address, ToolContractChange>();
  const addChange = async (resource: DesiredResource) => {
    const { address, settings } = resource;
    // An upload that changes tools does not also decide that nobody is asked about them.
    const approve = stricterRule(settings.approve, input.recorded.get(address)?.approve ?? 'never');
    if (approve === 'never' || resource.kind !== 'gatewayTarget') return;
    const change = await changeFor(resource, input, bucket)
      .then((found) => withSettings(found, resource, input, bucket))
      .catch((error) => failedChange(resource, error));
    if (change === 'unknown') unknownContracts.add(address);
    else if (change === 'pending') toApprove.add(address);
    else if (needsApproval(change, approve)) {
      toApprove.add(address);
      changes.set(address, change);
    }
  };
  // All at a time: an upload that changes a hundred targets reads a hundred contracts in each of its polls.
  await Promise.all(input.desired.resources.map(addChange));
  return { needsApproval: toApprove, unknownContracts, changes };
}

/** Saves what later steps and polls compare: the contracts to be applied, and the changes to be approved. */
export async function saveToolContracts(
  { desired, decision, toolChanges }: PartOfState<'desired' | 'decision' | 'toolChanges'>,
  { specBucket }: Pick<PollPorts, 'specBucket'>,
): Promise<void> {
  await saveContracts(desired, decision, specBucket);
  await saveToolChanges(desired.workspace, decision, toolChanges, specBucket);
}

/**
 * A target whose tools cannot be compared must not stop the other resources of the workspace: its change is unknown, so
 * that a person is asked, and learns why.
 *
 * @throws a retryable error again, since the state machine retries the poll
 */
function failedChange(resource: DesiredResource, error: unknown): ToolContractChange {
  if (error instanceof GateloopError && error.retryable) throw error;
  const { address } = resource;
  logger.error('The tools of a target cannot be compared.', { address, error });
  const name = error instanceof Error ? error.name : 'unknown error';
  const unknown = `The comparison of its tools failed (${name}); the log of the function poll has the error.`;
  const { schema } = resource;
  return { changes: unknownChanges(schema?.tools ?? [], 'after'), unknown };
}

/**
 * @returns `unknown` where the target's configuration must be read from the service first; `pending` where that was done
 * when the request for this very change was opened
 */
async function changeFor(
  resource: DesiredResource,
  { desired, recorded: records, observed }: ChangeInput,
  bucket: SpecBucket,
): Promise<ToolContractChange | 'unknown' | 'pending'> {
  const { address, config } = resource;
  const observedTarget = observed.get(address);
  const record = records.get(address);
  // A target that does not exist, is in an operation, or waits for a person is not changed now.
  if (
    !observedTarget ||
    (phases[observedTarget.status] !== 'ready' && phases[observedTarget.status] !== 'failed')
  )
    return unchangedContract;
  const resolved = resolveReferences(config, (source, field) => records.get(source)?.outputs?.[field]);
  if ('missing' in resolved) return unchangedContract;
  const desiredFingerprint = fingerprint(resolved.config);
  // Most polls find nothing changed, and read nothing.
  if (
    desiredFingerprint === record?.applied?.fingerprint ||
    desiredFingerprint === record?.approvedFingerprint
  )
    return unchangedContract;
  if (observedTarget.config && hasSameSchema(observedTarget.config, resource)) return unchangedContract;
  const before = await currentContract(desired.workspace, observedTarget, record, bucket);
  if (before !== 'unknown') return diffContracts(before, contractOf(resource));
  const { request } = record ?? {};
  return request?.kind === 'approval' && request.fingerprint === desiredFingerprint ? 'pending' : 'unknown';
}

/** Adds what else the target's configuration changes: who approves its tools lets that through too. */
async function withSettings(
  change: ToolContractChange | 'unknown' | 'pending',
  { address, config }: DesiredResource,
  { desired, recorded }: ChangeInput,
  bucket: SpecBucket,
): Promise<ToolContractChange | 'unknown' | 'pending'> {
  const { applied, lastGood } = recorded.get(address) ?? {};
  const configuration = applied?.fingerprint ?? lastGood;
  if (change === 'unknown' || change === 'pending' || configuration === undefined) return change;
  if (change.changes.length === 0 && change.unknown === undefined) return change;
  const contract = await readContract(desired.workspace, configuration, bucket);
  return contract ? { ...change, settings: settingChanges(contract.config, config) } : change;
}

/** Applied copies are named by the digest of their content: the same URI is the same schema. */
function hasSameSchema(config: JsonObject, { schema }: DesiredResource): boolean {
  return schema?.uri !== undefined && configuredSchema(config)?.uri === schema.uri;
}

/** The contract of the target when it was ready last: as Gateloop saved it, or else from the observed configuration. */
async function currentContract(
  workspace: string,
  observedTarget: ObservedResource,
  record: ResourceRecord | undefined,
  bucket: SpecBucket,
): Promise<ToolContract | 'unknown'> {
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
  // After a failed update the service may hold the configuration that was sent, or the one before it.
  if (!isReady && record?.applied?.updatedAt !== observedTarget.updatedAt)
    return { unknown: 'Its tools before the failed update are unknown.' };
  return observedTarget.config ? contractIn(observedTarget.config, bucket) : 'unknown';
}

/** The saved contract of a configuration, or else the one in the applied copy of it. */
export async function readSavedContract(
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
  // Loaded when a contract may have changed: the parsers of schemas are half of the bundle.
  const { toolsInSchema } = await import('../../core/toolContracts/toolsInSchema.ts');
  if (payload !== undefined) return contractWith(toolsInSchema(kind, payload));
  const sha256 = uri?.slice(uri.lastIndexOf('/') + 1) ?? '';
  if (bucket.appliedUri(sha256) !== uri)
    return { unknown: `Its current schema is at ${uri}, which Gateloop may not read.` };
  const bytes = await readAppliedCopy(sha256, bucket);
  return bytes
    ? contractWith(toolsInSchema(kind, bytes))
    : { unknown: 'The copy of its current schema is missing or broken in the bucket.' };
}

function contractWith(tools: readonly Tool[] | undefined): ToolContract {
  return tools ? { tools } : { unknown: 'Gateloop finds no tools in its current schema.' };
}
