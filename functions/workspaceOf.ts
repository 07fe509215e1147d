import { GateloopError } from '../core/errors.ts';
import { givenWorkspace, namedWorkspace } from '../core/events/namedWorkspace.ts';
import type { JsonObject } from '../core/json.ts';
import { workspaceNameRule } from '../core/storage/uploads.ts';

/** Finds the workspace as `namedWorkspace` does. @throws GateloopError `InvalidEvent` where there is none */
export function workspaceOf(input: JsonObject): string {
  const name = namedWorkspace(input);
  if (name !== undefined) return name;
  throw new GateloopError(
    'InvalidEvent',
    `The event names no workspace, or an invalid one: ${JSON.stringify(givenWorkspace(input) ?? null).slice(0, 100)}. A workspace is a folder workspaces/<name>/; its name has ${workspaceNameRule}.`,
  );
}
