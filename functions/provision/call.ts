import type { PlannedOperation } from '../../core/decide/decide.ts';
import type { Memory } from '../../core/decide/memory.ts';
import type { Answer } from '../../core/decide/record.ts';
import type { Desired, DesiredResource } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/fingerprint.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { GateloopError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/manifest/json.ts';
import type { Remembered } from '../../core/ports/ledger.ts';
import { type Address, addressOf, parseAddress } from '../../core/resources/address.ts';
import { clientToken } from '../../core/resources/clientToken.ts';
import { unwrap } from '../../core/resources/observe.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { updateInput } from '../../core/resources/updateInput.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import { WORKSPACE_TAG } from '../workspaceTag.ts';
import type { ProvisionPorts } from './provision.ts';
import { resolveSecrets } from './resolveSecrets.ts';
import { withReturnUrl } from './withReturnUrl.ts';

type Memories = ReadonlyMap<Address, Remembered>;

/** Makes the one call that was planned. */
export async function call(
  planned: PlannedOperation,
  desired: Desired,
  remembered: Memories,
  ports: ProvisionPorts,
): Promise<Answer> {
  const { address, operation, parentId } = planned;
  const { kind } = parseAddress(address);
  const parent = parentId === undefined ? {} : { parentId };
  switch (operation) {
    case 'create': {
      const config = await configuration(planned, desired, remembered, ports);
      const sent = withReturnUrl(await resolveSecrets(config, ports.secrets), ports.authorizationUrl);
      const tagged = withTags(kind, sent, desired.workspace, ports);
      const token = tokenOf(planned, desired.workspace, remembered.get(address)?.memory);
      return ports.controlPlane.create(kind, tagged, { ...parent, clientToken: token });
    }
    case 'update':
    case 'rollback': {
      const id = { id: idOf(planned), ...parent };
      const config = await configuration(planned, desired, remembered, ports);
      const row = resourceKinds[kind];
      const present = row.update === 'patch' ? await ports.controlPlane.get(kind, id) : undefined;
      const input = updateInput(row, config, present && unwrap(row, present), ports.catalogue);
      const sent = withReturnUrl(await resolveSecrets(input, ports.secrets), ports.authorizationUrl);
      return ports.controlPlane.update(kind, id, sent);
    }
    case 'delete':
      return ports.controlPlane.delete(kind, { id: idOf(planned), ...parent });
    case 'sync':
      throw new GateloopError('PlanOutdated', "Synchronisations are the sync step's.", true);
  }
}

/**
 * The configuration to send: what is wanted, or, for a rollback, what was ready last. A copy stays in the bucket under
 * its fingerprint, which is what a later rollback sends; secrets are only named in it.
 */
async function configuration(
  planned: PlannedOperation,
  desired: Desired,
  remembered: Memories,
  { specBucket }: ProvisionPorts,
): Promise<JsonObject> {
  const { address, operation, configuration: expected = '' } = planned;
  if (operation === 'rollback') {
    const bytes = await specBucket.readApplied(expected);
    if (!bytes)
      throw new GateloopError(
        'ConfigurationMissing',
        `The last good configuration of ${address} is gone from the bucket.`,
        false,
      );
    // Written below, as the canonical form of a configuration.
    return JSON.parse(new TextDecoder().decode(bytes)) as JsonObject;
  }
  const config = resolved(resourceAt(address, desired), remembered);
  if (fingerprint(config) !== expected) {
    throw new GateloopError(
      'PlanOutdated',
      `What ${address} refers to changed since the plan was made; the next turn plans anew.`,
      true,
    );
  }
  await specBucket.writeApplied(expected, canonicalJson(config), 'application/json');
  return config;
}

function resourceAt(address: Address, desired: Desired): DesiredResource {
  const resource = desired.resources.find(({ kind, name }) => addressOf(kind, name) === address);
  if (resource) return resource;
  throw new GateloopError(
    'PlanOutdated',
    `${address} left the manifest since the plan was made; the next turn plans anew.`,
    true,
  );
}

function resolved({ config }: DesiredResource, remembered: Memories): JsonObject {
  const result = resolveReferences(
    config,
    (kind, name, field) => remembered.get(addressOf(kind, name))?.memory.outputs?.[field],
  );
  if ('config' in result) return result.config;
  const texts = result.missing.map(({ text }) => text).join(', ');
  throw new GateloopError('PlanOutdated', `No value is known for ${texts}; the next turn plans anew.`, true);
}

/** Says whose it is, where the API takes tags at creation; what a team gave stands beside it. */
function withTags(
  kind: PlannedKind,
  config: JsonObject,
  workspace: string,
  { catalogue }: ProvisionPorts,
): JsonObject {
  const input = catalogue.operation(resourceKinds[kind].operations.create)?.input;
  if (!input?.members.has('tags')) return config;
  const { tags } = config;
  return {
    ...config,
    tags: { ...(typeof tags === 'object' && tags !== null ? tags : {}), [WORKSPACE_TAG]: workspace },
  };
}

type PlannedKind = ReturnType<typeof parseAddress>['kind'];

function tokenOf(
  { address, fingerprint: wanted }: PlannedOperation,
  workspace: string,
  memory: Memory | undefined,
): string {
  const attempt = memory?.attempts?.fingerprint === wanted ? memory.attempts.count : 0;
  return clientToken({
    workspace,
    address,
    fingerprint: wanted,
    generation: memory?.generation ?? 0,
    attempt,
  });
}

function idOf({ address, id }: PlannedOperation): string {
  if (id !== undefined) return id;
  throw new GateloopError('PlanOutdated', `No id is known for ${address}; the next turn looks for it.`, true);
}
