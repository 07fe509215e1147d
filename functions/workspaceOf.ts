import { GateloopError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';

/** A folder's name in the bucket. No `#` and no `/`: it is part of keys in the ledger and in the bucket. */
const WORKSPACE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The rule for names of workspaces, for people who chose another. */
export const workspaceNameRule = 'letters, digits, ".", "_" and "-", a letter or digit first, at most 63';

/** Whether a folder can be a workspace by its name. */
export function isWorkspaceName(name: string): boolean {
  return WORKSPACE_NAME.test(name);
}

/**
 * Finds the workspace that an execution was started for: named as `workspace` by hand or by a schedule, in the
 * `detail` of an event, or as the folder of the object that an S3 event is about.
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
    `The event names no workspace that can be: ${JSON.stringify(name ?? object.key ?? null).slice(0, 100)}. A workspace is a folder workspaces/<name>/ whose name has ${workspaceNameRule} of them.`,
  );
}
