import type { Address } from '../address.ts';
import type { JsonObject } from '../json.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import { toolListKey } from './keys.ts';
import { isMapping, listOf } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

/** A list of tools as an MCP endpoint gave it out: text of strangers. */
export interface ToolListDocument {
  readonly tools: readonly JsonObject[];
}

const toolListDocument = new StoredDocument<ToolListDocument>(storedFormats.toolList, {
  tools: listOf(isMapping),
});

/** Keeps a list of tools of a target under its digest. */
export async function saveToolList(
  { workspace, address, digest }: ToolListName,
  tools: readonly JsonObject[],
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await toolListDocument.write(toolListKey(workspace, address, digest), { tools }, bucket);
}

/** @returns undefined where the list is absent or broken: what is compared with it is unknown then */
export async function readToolList(
  { workspace, address, digest }: ToolListName,
  bucket: ReadableStore,
): Promise<readonly JsonObject[] | undefined> {
  return (await toolListDocument.readIfSupported(toolListKey(workspace, address, digest), bucket))?.tools;
}

export interface ToolListName {
  readonly workspace: string;
  readonly address: Address;
  readonly digest: string;
}
