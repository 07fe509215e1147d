import { type Address, addressOf } from '../address.ts';
import type { DesiredState } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import type { ReconcileResult } from '../reconcile/decide.ts';
import type { Tool } from '../schemas/schemaTypes.ts';
import type { ToolContractChange } from '../toolContracts/toolContract.ts';

/** What was applied, as far as a later change is compared with it. */
export interface SavedContract {
  /** As the manifest gave it: references are still `${…}`, and secrets go by their names. */
  readonly config: JsonObject;
  /** What it promised to agents: the tools of its schema. */
  readonly tools: readonly Tool[];
}

/** Where the contract of a configuration stands in the spec bucket, beside what poll leaves for other steps. */
export function contractKey(workspace: string, configuration: string): string {
  return `desired/contracts/${workspace}/${configuration}.json`;
}

/** Where stands how a target's tools would change with a configuration: what a person is asked about. */
function toolChangesKey(workspace: string, address: Address, configuration: string): string {
  return `desired/changes/${workspace}/${address}/${configuration}.json`;
}

/** Keeps the contracts of the configurations that are about to be applied, to be compared with later ones. */
export async function saveContracts(
  { workspace, resources }: DesiredState,
  { operations }: Pick<ReconcileResult, 'operations'>,
  bucket: DocumentStore,
): Promise<void> {
  // What a rollback sends was kept when it was first applied; what the manifest says by now is another thing.
  const planned = new Map(
    operations
      .filter(({ operation }) => operation !== 'rollback')
      .map(({ address, configuration }) => [address, configuration]),
  );
  for (const { kind, name, config, schema } of resources) {
    const configuration = planned.get(addressOf(kind, name));
    if (configuration === undefined) continue;
    const contract: SavedContract = { config, tools: schema?.tools ?? [] };
    await bucket.writeDocument(contractKey(workspace, configuration), contract);
  }
}

/** The contract of a configuration; undefined where it was applied before contracts were kept, or by others. */
export async function readContract(
  workspace: string,
  configuration: string,
  bucket: DocumentStore,
): Promise<SavedContract | undefined> {
  // Only `keepContracts` writes these keys.
  return (await bucket.readDocument(contractKey(workspace, configuration))) as SavedContract | undefined;
}

/** Leaves what people are about to be asked for the step that asks them. */
export async function saveToolChanges(
  workspace: string,
  { requests }: Pick<ReconcileResult, 'requests'>,
  changes: ReadonlyMap<Address, ToolContractChange>,
  bucket: DocumentStore,
): Promise<void> {
  for (const { address, kind, fingerprint } of requests) {
    const change = changes.get(address);
    if (kind === 'approval' && change)
      await bucket.writeDocument(toolChangesKey(workspace, address, fingerprint), change);
  }
}

/** @returns how the tools would change that a person is asked about */
export async function readToolChanges(
  workspace: string,
  address: Address,
  configuration: string,
  bucket: DocumentStore,
): Promise<ToolContractChange> {
  // Only `leaveChanges` writes these keys.
  const change = await bucket.readDocument(toolChangesKey(workspace, address, configuration));
  const missing = { changes: [], unknown: 'What was compared is not there any more.' };
  return (change as ToolContractChange | undefined) ?? missing;
}
