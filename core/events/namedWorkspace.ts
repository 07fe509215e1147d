import { asText, isJsonObject, type JsonValue } from '../json.ts';
import { isWorkspaceName } from '../storage/uploads.ts';

/**
 * Finds the workspace that an execution was started for: in `workspace`, as a person or a schedule passes it; in the
 * `detail` of an event; or in the key of the object that an S3 event is about.
 *
 * @returns undefined where the input names none, or an invalid one
 */
export function namedWorkspace(input: JsonValue): string | undefined {
  const name = givenWorkspace(input);
  return typeof name === 'string' && isWorkspaceName(name) ? name : undefined;
}

/** @returns what stands in the place of the name, whatever it is */
export function givenWorkspace(input: JsonValue): JsonValue | undefined {
  if (!isJsonObject(input)) return undefined;
  const detail = isJsonObject(input.detail) ? input.detail : {};
  const object = isJsonObject(detail.object) ? detail.object : {};
  const [, folder] = /^workspaces\/([^/]*)\//.exec(asText(object.key)) ?? [];
  return input.workspace ?? detail.workspace ?? folder ?? object.key;
}
