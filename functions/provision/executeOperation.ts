import { type Address, parseAddress } from '../../core/address.ts';
import type { DesiredResource, DesiredState } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/fingerprint.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { GateloopError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { CallResult } from '../../core/ports/controlPlane.ts';
import type { VersionedResourceRecord } from '../../core/ports/ledger.ts';
import type { PlannedOperation } from '../../core/reconcile/decide.ts';
import type { ResourceRecord } from '../../core/reconcile/resourceRecord.ts';
import { clientToken } from '../../core/resources/clientToken.ts';
import { unwrapResponse } from '../../core/resources/observe.ts';
import { resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';
import { updateInput } from '../../core/resources/updateInput.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import { readAppliedConfiguration } from '../../core/storage/toolContractDocuments.ts';
import type { ProvisionPorts } from './provision.ts';
import { resolveSecrets } from './resolveSecrets.ts';
import { withReturnUrl } from './withReturnUrl.ts';

type LedgerEntries = ReadonlyMap<Address, VersionedResourceRecord>;

/** Makes the one call that was planned. */
export async function executeOperation(
  planned: PlannedOperation,
  desired: DesiredState,
  ledgerEntries: LedgerEntries,
  ports: ProvisionPorts,
): Promise<CallResult> {
  const { address, operation, parentId } = planned;
  const { kind } = parseAddress(address);
  const parent = parentId === undefined ? {} : { parentId };
  switch (operation) {
    case 'create': {
      const config = await configurationToSend(planned, desired, ledgerEntries, ports);
      const sent = withReturnUrl(await resolveSecrets(config, ports.secrets), ports.authorizationUrl);
      const tagged = withTags(kind, sent, desired.workspace, ports);
      const token = clientTokenFor(planned, desired.workspace, ledgerEntries.get(address)?.record);
      return ports.controlPlane.create(kind, tagged, { ...parent, clientToken: token });
    }
    case 'update':
    case 'rollback': {
      const id = { id: requireId(planned), ...parent };
      const config = await configurationToSend(planned, desired, ledgerEntries, ports);
      const row = resourceKinds[kind];
      const present = row.update === 'patch' ? await ports.controlPlane.get(kind, id) : undefined;
      const input = updateInput(row, config, present && unwrapResponse(row, present), ports.catalog);
      const sent = withReturnUrl(await resolveSecrets(input, ports.secrets), ports.authorizationUrl);
      return ports.controlPlane.update(kind, id, sent);
    }
    case 'delete':
      return ports.controlPlane.delete(kind, { id: requireId(planned), ...parent });
    case 'sync':
      throw new GateloopError('PlanOutdated', "Synchronisations are the sync step's.", { retryable: true });
  }
}

/**
 * The configuration to send: what is wanted, or, for a rollback, what was ready last. A copy stays in the bucket under
 * its fingerprint, which is what a later rollback sends; secrets are only named in it.
 */
async function configurationToSend(
  planned: PlannedOperation,
  desired: DesiredState,
  ledgerEntries: LedgerEntries,
  { specBucket }: ProvisionPorts,
): Promise<JsonObject> {
  const { address, operation, configuration: expected = '' } = planned;
  if (operation === 'rollback') {
    const config = await readAppliedConfiguration(expected, specBucket);
    if (!config)
      throw new GateloopError(
        'ConfigurationMissing',
        `The last good configuration of ${address} is gone from the bucket.`,
      );
    return config;
  }
  const config = resolvedConfig(desiredResource(address, desired), ledgerEntries);
  if (fingerprint(config) !== expected) {
    throw new GateloopError(
      'PlanOutdated',
      `What ${address} refers to changed since the plan was made; the next turn plans anew.`,
      { retryable: true },
    );
  }
  await specBucket.writeApplied(expected, canonicalJson(config), 'application/json');
  return config;
}

function desiredResource(address: Address, desired: DesiredState): DesiredResource {
  const resource = desired.resources.find((each) => each.address === address);
  if (resource) return resource;
  throw new GateloopError(
    'PlanOutdated',
    `${address} left the manifest since the plan was made; the next turn plans anew.`,
    { retryable: true },
  );
}

function resolvedConfig({ config }: DesiredResource, ledgerEntries: LedgerEntries): JsonObject {
  const result = resolveReferences(
    config,
    (address, field) => ledgerEntries.get(address)?.record.outputs?.[field],
  );
  if ('config' in result) return result.config;
  const texts = result.missing.map(({ text }) => text).join(', ');
  throw new GateloopError('PlanOutdated', `No value is known for ${texts}; the next turn plans anew.`, {
    retryable: true,
  });
}

/** Says whose it is, where the API takes tags at creation; what a team gave stands beside it. */
function withTags(
  kind: PlannedKind,
  config: JsonObject,
  workspace: string,
  { catalog }: ProvisionPorts,
): JsonObject {
  const input = catalog.operation(resourceKinds[kind].operations.create)?.input;
  if (!input?.members.has('tags')) return config;
  const { tags } = config;
  return {
    ...config,
    tags: { ...(typeof tags === 'object' && tags !== null ? tags : {}), [WORKSPACE_TAG]: workspace },
  };
}

type PlannedKind = ReturnType<typeof parseAddress>['kind'];

function clientTokenFor(
  { address, fingerprint: configFingerprint }: PlannedOperation,
  workspace: string,
  record: ResourceRecord | undefined,
): string {
  const attempt = record?.retry?.fingerprint === configFingerprint ? record.retry.count : 0;
  return clientToken({
    workspace,
    address,
    fingerprint: configFingerprint,
    generation: record?.generation ?? 0,
    attempt,
  });
}

function requireId({ address, id }: PlannedOperation): string {
  if (id !== undefined) return id;
  throw new GateloopError('PlanOutdated', `No id is known for ${address}; the next turn looks for it.`, {
    retryable: true,
  });
}
