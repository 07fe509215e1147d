import type { Address } from '../address.ts';
import type { DesiredState } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import type { ReconcileResult } from '../reconcile/plan.ts';
import type { Tool } from '../schemas/schemaTypes.ts';
import type { ToolContractChange } from '../toolContracts/toolContract.ts';
import { contractKey, toolChangesKey } from './keys.ts';
import { isList, isMapping, isText, optional } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

/** What Gateloop applied, as far as a later change is compared with it. */
export interface SavedContract {
  /** As the manifest gave it: references are still `${…}`, and secrets go by their names. */
  readonly config: JsonObject;
  /** The tools of its schema, which agents rely on. */
  readonly tools: readonly Tool[];
}

/** Clients that read the object themselves call `parse`: to them an unreadable contract is an error. */
export const contractDocument = new StoredDocument<SavedContract>(storedFormats.toolContract, {
  config: isMapping,
  tools: isList,
});

const toolChangesDocument = new StoredDocument<ToolContractChange>(storedFormats.toolChanges, {
  changes: isList,
  unknown: optional(isText),
  settings: optional(isList),
});

/** Stores the contracts of the configurations that are about to be applied, to compare later ones with them. */
export async function saveContracts(
  { workspace, resources }: DesiredState,
  { operations }: Pick<ReconcileResult, 'operations'>,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  // A rollback sends a configuration whose contract was stored when it was first applied; the manifest says another by now.
  const planned = new Map(
    operations
      .filter(({ operation }) => operation !== 'rollback')
      .map(({ address, configuration }) => [address, configuration]),
  );
  for (const { address, config, schema } of resources) {
    const configuration = planned.get(address);
    if (configuration === undefined) continue;
    const contract: SavedContract = { config, tools: schema?.tools ?? [] };
    await contractDocument.write(contractKey(workspace, configuration), contract, bucket);
  }
}

/**
 * @returns the contract of a configuration; undefined where Gateloop did not apply it, or the document is broken or has
 * another format: the applied copy of the configuration tells the same
 */
export function readContract(
  workspace: string,
  configuration: string,
  bucket: ReadableStore,
): Promise<SavedContract | undefined> {
  return contractDocument.readIfSupported(contractKey(workspace, configuration), bucket);
}

/** Stores the changes that need approval, for the step that opens the requests. */
export async function saveToolChanges(
  workspace: string,
  { requests }: Pick<ReconcileResult, 'requests'>,
  changes: ReadonlyMap<Address, ToolContractChange>,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  for (const { address, kind, fingerprint, aboutList } of requests) {
    const change = changes.get(address);
    if (kind === 'approval' && !aboutList && change)
      await saveToolChange(workspace, address, fingerprint, change, bucket);
  }
}

/** @param configuration the fingerprint of the configuration, or the digest of the list of tools, that brings the change */
export async function saveToolChange(
  workspace: string,
  address: Address,
  configuration: string,
  change: ToolContractChange,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await toolChangesDocument.write(toolChangesKey(workspace, address, configuration), change, bucket);
}

/**
 * @returns how a configuration would change the tools of a target; an unknown change where the document is absent, is
 * broken or has another format: the approver learns that it is unknown, and a new upload has it compared again
 */
export async function readToolChanges(
  workspace: string,
  address: Address,
  configuration: string,
  bucket: ReadableStore,
): Promise<ToolContractChange> {
  const key = toolChangesKey(workspace, address, configuration);
  const change = await toolChangesDocument.readIfSupported(key, bucket);
  return change ?? { changes: [], unknown: 'The comparison of the tools is not in the bucket any more.' };
}
