import { type Address, parseAddress } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import { comparableShapes } from '../../core/comparison/comparableShapes.ts';
import { membersToClear } from '../../core/comparison/leftovers.ts';
import { keepable, withLiveMembers } from '../../core/comparison/liveMembers.ts';
import type { DesiredResource, DesiredState } from '../../core/desired/desired.ts';
import { configurationOf, fingerprint } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { GateloopError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { defined, omit } from '../../core/objects.ts';
import type { CallResult, ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Ledger, VersionedResourceRecord } from '../../core/ports/ledger.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { isRatedRead } from '../../core/reconcile/callRate.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { PlannedOperation } from '../../core/reconcile/plan.ts';
import { clientToken } from '../../core/resources/clientToken.ts';
import { createInput } from '../../core/resources/manifestShape.ts';
import { unwrapResponse } from '../../core/resources/observe.ts';
import { readsWithConsent, recordSources } from '../../core/resources/registryRecord.ts';
import type { KindName, ResourceKind } from '../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { updateInput } from '../../core/resources/updateInput.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import { readAppliedConfiguration } from '../../core/storage/appliedCopies.ts';
import type { StepClock } from '../runtime/lambdaStep.ts';
import { withReturnUrl, withWorkspaceTag } from './managedFields.ts';
import { resolveSecrets } from './secrets.ts';

export interface OperationPorts extends StepClock {
  readonly ledger: Pick<Ledger, 'countRead'>;
  readonly specBucket: SpecBucket;
  readonly controlPlane: ControlPlane;
  readonly secrets: Secrets;
  readonly catalog: ShapeCatalog;
  /** The URL of the authorization pages, without a slash at its end. */
  readonly authorizationUrl: string;
}

export type LedgerEntries = ReadonlyMap<Address, VersionedResourceRecord>;

/**
 * Makes the call of one planned operation.
 *
 * @returns what the service answered, a rejection included
 * @throws GateloopError `PlanOutdated`, retryable, when the operation no longer fits the workspace: the next poll plans it
 * again; `ConfigurationMissing` when the configuration of a rollback is not in the bucket; `SecretMissing`
 */
export async function executeOperation(
  planned: PlannedOperation,
  desired: DesiredState,
  ledgerEntries: LedgerEntries,
  ports: OperationPorts,
): Promise<CallResult> {
  const { controlPlane, catalog, authorizationUrl, secrets } = ports;
  const { address, operation, parentId } = planned;
  const { workspace } = desired;
  const { kind } = parseAddress(address);
  const withValues = async (input: JsonObject) =>
    withReturnUrl(await resolveSecrets(input, secrets), authorizationUrl);
  switch (operation) {
    case 'create': {
      const config = await configurationToSend(planned, desired, ledgerEntries, ports);
      const created = await withValues(createInput(resourceKinds[kind], config, catalog));
      const input = withWorkspaceTag(kind, created, workspace, catalog);
      const token = clientTokenFor(planned, workspace, ledgerEntries.get(address)?.record);
      return controlPlane.create(kind, input, { clientToken: token, ...defined({ parentId }) });
    }
    case 'update':
    case 'rollback': {
      const id = { id: requireId(planned), ...defined({ parentId }) };
      const config = await configurationToSend(planned, desired, ledgerEntries, ports);
      const input = await inputOfUpdate(planned, config, ledgerEntries.get(address)?.record, ports);
      return controlPlane.update(kind, id, {
        ...(await withValues(input)),
        ...synchronization(planned, kind, config),
      });
    }
    case 'delete':
      return controlPlane.delete(kind, { id: requireId(planned), ...defined({ parentId }) });
    case 'tag':
    case 'unmanage': {
      const arn = ledgerEntries.get(address)?.record.outputs?.[resourceKinds[kind].arnMember];
      if (arn === undefined) throw planOutdated(`The ARN of ${address} is not known.`);
      return controlPlane.changeTags(arn, planned.tags?.set ?? {}, planned.tags?.remove ?? []);
    }
    case 'submit':
      return controlPlane.submit({ id: requireId(planned) });
    case 'deprecate':
      return controlPlane.deprecate({ id: requireId(planned) }, DEPRECATION_REASON);
    case 'sync':
      throw planOutdated(`${address} is to be synchronized, which the sync step does.`);
  }
}

/** What the registry shows as the reason. */
const DEPRECATION_REASON = 'Deprecated through Gateloop, as its manifest says.';

/**
 * Has the service read the sources of a record again: nothing watches them. A person is asked anew where the link for them
 * has expired or was lost, since no read shows it.
 */
function synchronization(
  { asksAnew }: PlannedOperation,
  kind: KindName,
  config: JsonObject,
): JsonObject | undefined {
  if (kind !== 'registryRecord' || recordSources(config).length === 0) return undefined;
  const isAsked = asksAnew && readsWithConsent(config);
  return { triggerSynchronization: true, ...(isAsked && { forceAuthentication: true }) };
}

/**
 * Completes a configuration to the input of an update. A PATCH has to clear the members that an earlier configuration or
 * another client has set; both kinds of update repeat what the service does not change.
 */
async function inputOfUpdate(
  { address, parentId, keepLive = [], ...planned }: PlannedOperation,
  config: JsonObject,
  record: ResourceRecord | undefined,
  { controlPlane, catalog, specBucket, ledger, clock }: OperationPorts,
): Promise<JsonObject> {
  const { kind } = parseAddress(address);
  const row = resourceKinds[kind];
  const adopted = keepable(row, record?.adopted?.kept ?? [], config, comparableShapes(row, catalog));
  if (row.update === 'put' && keepLive.length + adopted.length === 0)
    return updateInput(row, config, new Set(), catalog);
  const id = { id: requireId({ address, ...planned }), ...defined({ parentId }) };
  const read = `get ${kind}`;
  // The update has its place in the rate of writes, five a second: the read is counted, and waits for no other.
  if (isRatedRead(read)) await ledger.countRead(read, clock());
  const live = unwrapResponse(row, (await controlPlane.get(kind, id)) ?? {});
  const kept = Object.entries(live).filter(([member]) => keepLive.includes(member));
  const named = withLiveMembers(row, config, live, adopted);
  const toSend = { ...omit(named, ...keepLive), ...Object.fromEntries(kept) };
  const left = row.update === 'patch' ? membersToClear(row, config, live, record?.snapshot, catalog) : [];
  const toClear = await knownMembers(left, row, record, { catalog, specBucket });
  return updateInput(row, toSend, new Set(toClear), catalog, live);
}

/**
 * Of the members to clear, those that Gateloop has set. Where an older version took the snapshot, the others may only be
 * members that it did not know.
 */
async function knownMembers(
  members: readonly string[],
  row: ResourceKind,
  { snapshot, applied }: Partial<ResourceRecord> = {},
  { catalog, specBucket }: Pick<OperationPorts, 'catalog' | 'specBucket'>,
): Promise<readonly string[]> {
  const isSameModel = !snapshot || snapshot.model === comparableShapes(row, catalog).model;
  if (members.length === 0 || isSameModel) return members;
  const earlier = applied && (await readAppliedConfiguration(applied.fingerprint, specBucket));
  return members.filter((member) => earlier?.[member] !== undefined);
}

/**
 * The configuration of the manifest, or, for a rollback, the one that was ready last. Its copy stays in the bucket under
 * its fingerprint for later rollbacks; the copy has the names of secrets, not their values.
 */
async function configurationToSend(
  planned: PlannedOperation,
  desired: DesiredState,
  ledgerEntries: LedgerEntries,
  { specBucket }: Pick<OperationPorts, 'specBucket'>,
): Promise<JsonObject> {
  const { address, operation, configuration: expected = '' } = planned;
  if (operation === 'rollback') {
    const config = await readAppliedConfiguration(expected, specBucket);
    if (config) return config;
    throw new GateloopError(
      'ConfigurationMissing',
      `The last good configuration of ${address} is not in the bucket any more. Upload a configuration that the service accepts.`,
      { details: { address, fingerprint: expected } },
    );
  }
  const config = resolveConfig(desiredResource(address, desired), ledgerEntries);
  if (fingerprint(config) !== expected)
    throw planOutdated(`A value that ${address} refers to has changed since poll planned the operation.`);
  await specBucket.writeApplied(expected, canonicalJson(configurationOf(config)), 'application/json');
  return config;
}

function desiredResource(address: Address, { resources }: DesiredState): DesiredResource {
  const resource = resources.find((each) => each.address === address);
  if (resource) return resource;
  throw planOutdated(`${address} has left the manifest since poll planned the operation.`);
}

/** @returns the configuration with the values that it refers to; undefined where the ledger lacks one of them */
export function resolvedConfig(
  resource: DesiredResource,
  ledgerEntries: LedgerEntries,
): JsonObject | undefined {
  const result = resolveIn(resource, ledgerEntries);
  return 'config' in result ? result.config : undefined;
}

function resolveIn({ config }: DesiredResource, ledgerEntries: LedgerEntries) {
  return resolveReferences(config, (address, field) => ledgerEntries.get(address)?.record.outputs?.[field]);
}

function resolveConfig(resource: DesiredResource, ledgerEntries: LedgerEntries): JsonObject {
  const result = resolveIn(resource, ledgerEntries);
  if ('config' in result) return result.config;
  throw planOutdated(`The ledger has no value for ${result.missing.map(({ text }) => text).join(', ')}.`);
}

function clientTokenFor(
  planned: PlannedOperation,
  workspace: string,
  { retry, generation = 0 }: Partial<ResourceRecord> = {},
): string {
  const { address, fingerprint } = planned;
  const attempt = retry?.fingerprint === fingerprint ? retry.count : 0;
  return clientToken({ workspace, address, fingerprint, generation, attempt });
}

function requireId({ address, id }: PlannedOperation): string {
  if (id !== undefined) return id;
  throw planOutdated(`The id of ${address} is not known.`);
}

function planOutdated(reason: string): GateloopError {
  return new GateloopError('PlanOutdated', `${reason} The next poll plans again.`, { retryable: true });
}
