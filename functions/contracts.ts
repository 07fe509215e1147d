import type { Decision } from '../core/decide/decide.ts';
import type { Memory } from '../core/decide/memory.ts';
import type { Desired, DesiredResource } from '../core/desired/desired.ts';
import { fingerprint } from '../core/desired/fingerprint.ts';
import { resolveReferences } from '../core/desired/resolveReferences.ts';
import type { JsonObject } from '../core/manifest/json.ts';
import type { SpecBucket } from '../core/ports/specBucket.ts';
import { type Address, addressOf } from '../core/resources/resourceKinds.ts';
import { compareTools, type ToolChange } from '../core/schemas/compareTools.ts';
import type { Tool } from '../core/schemas/schemaReading.ts';

/** What was applied, as far as a later change is compared with it. */
export interface Contract {
  /** As the manifest gave it: references are still `${…}`, and secrets go by their names. */
  readonly config: JsonObject;
  /** What it promised to agents: the tools of its schema. */
  readonly tools: readonly Tool[];
}

/** Where the contract of a configuration stands in the spec bucket, beside what poll leaves for other steps. */
export function contractKey(workspace: string, configuration: string): string {
  return `desired/contracts/${workspace}/${configuration}.json`;
}

/** Keeps the contracts of the configurations that are about to be applied, to be compared with later ones. */
export async function keepContracts(
  { workspace, resources }: Desired,
  { operations }: Pick<Decision, 'operations'>,
  bucket: SpecBucket,
): Promise<void> {
  const planned = new Map(operations.map(({ address, configuration }) => [address, configuration]));
  for (const { kind, name, config, schema } of resources) {
    const configuration = planned.get(addressOf(kind, name));
    if (configuration === undefined) continue;
    const contract: Contract = { config, tools: schema?.tools ?? [] };
    await bucket.writeDocument(contractKey(workspace, configuration), contract);
  }
}

/** @returns the targets whose change of tools must not be made without a person's yes */
export async function contractsToApprove(
  desired: Desired,
  memory: ReadonlyMap<Address, Memory>,
  bucket: SpecBucket,
): Promise<Set<Address>> {
  const addresses = new Set<Address>();
  for (const resource of desired.resources) {
    const { approve } = resource.settings;
    if (approve === 'never' || !resource.schema) continue;
    const changes = await changesOf(desired.workspace, resource, memory, bucket);
    if (changes.some(({ breaking }) => breaking || approve === 'always')) {
      addresses.add(addressOf(resource.kind, resource.name));
    }
  }
  return addresses;
}

/** How the tools of a target would change; nothing where it is new, or was applied before contracts were kept. */
export async function changesOf(
  workspace: string,
  { kind, name, config, schema }: DesiredResource,
  memory: ReadonlyMap<Address, Memory>,
  bucket: SpecBucket,
): Promise<ToolChange[]> {
  const applied = memory.get(addressOf(kind, name))?.applied;
  if (!applied || !schema) return [];
  const outputOf = (of: typeof kind, named: string, field: string) =>
    memory.get(addressOf(of, named))?.outputs?.[field];
  const resolved = resolveReferences(config, outputOf);
  // Most turns find nothing changed, and read nothing.
  if ('config' in resolved && fingerprint(resolved.config) === applied.fingerprint) return [];
  const before = await bucket.readDocument(contractKey(workspace, applied.fingerprint));
  // Only `keepContracts` writes these keys.
  return before === undefined ? [] : compareTools((before as Contract).tools, schema.tools);
}
