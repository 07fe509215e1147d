import { GateloopError } from '../core/errors.ts';
import { asText, isJsonObject, type JsonObject } from '../core/json.ts';
import { isWorkspaceName, workspaceNameRule } from '../core/storage/uploads.ts';

/**
 * Finds the workspace that an execution was started for: in `workspace`, as a person or a schedule passes it; in the
 * `detail` of an event; or in the key of the object that an S3 event is about.
 *
 * @throws GateloopError `InvalidEvent`
 */
export function workspaceOf(input: JsonObject): string {
  const detail = isJsonObject(input.detail) ? input.detail : {};
  const object = isJsonObject(detail.object) ? detail.object : {};
  const [, folder] = /^workspaces\/([^/]*)\//.exec(asText(object.key)) ?? [];
  const name = input.workspace ?? detail.workspace ?? folder;
  if (typeof name === 'string' && isWorkspaceName(name)) return name;
  throw new GateloopError(
    'InvalidEvent',
    `The event names no workspace, or an invalid one: ${JSON.stringify(name ?? object.key ?? null).slice(0, 100)}. A workspace is a folder workspaces/<name>/; its name has ${workspaceNameRule}.`,
  );
}
