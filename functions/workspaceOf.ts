import { GateloopError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';

/** The name of a folder in the bucket. Keys of the ledger and of the bucket contain it, so it has no `#` and no `/`. */
const WORKSPACE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The rule for names of workspaces, in words for error messages. */
export const workspaceNameRule = 'letters, digits, ".", "_" and "-", a letter or digit first, at most 63';

/** @returns whether a folder of this name can be a workspace */
export function isWorkspaceName(name: string): boolean {
  return WORKSPACE_NAME.test(name);
}

/**
 * Finds the workspace that an execution was started for: in `workspace`, as a person or a schedule passes it; in the
 * `detail` of an event; or in the key of the object that an S3 event is about.
 *
 * @throws GateloopError `InvalidEvent`
 */
export function workspaceOf(input: JsonObject): string {
  const detail = isJsonObject(input.detail) ? input.detail : {};
  const object = isJsonObject(detail.object) ? detail.object : {};
  const [, folder] = /^workspaces\/([^/]*)\//.exec(String(object.key ?? '')) ?? [];
  const name = input.workspace ?? detail.workspace ?? folder;
  if (typeof name === 'string' && isWorkspaceName(name)) return name;
  throw new GateloopError(
    'InvalidEvent',
    `The event names no workspace, or an invalid one: ${JSON.stringify(name ?? object.key ?? null).slice(0, 100)}. A workspace is a folder workspaces/<name>/; its name has ${workspaceNameRule}.`,
  );
}
