import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { own } from '../objects.ts';
import { formatPath, type Path } from '../problem.ts';

/** A changed member of a configuration. */
export interface MemberChange {
  /** Such as `protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds`. */
  readonly path: string;
  /** Absent for an added (`from`) or removed (`to`) member. */
  readonly from?: JsonValue;
  readonly to?: JsonValue;
}

/** Compares two configurations of manifests by member. Compares lists as a whole, because their items have no names. */
export function configChanges(before: JsonObject, after: JsonObject): MemberChange[] {
  return changesAt([], before, after);
}

function changesAt(path: Path, before: JsonValue | undefined, after: JsonValue | undefined): MemberChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMapping(before) && isMapping(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => changesAt([...path, name], own(before, name), own(after, name)));
  }
  return [
    {
      path: formatPath(path),
      ...(before !== undefined && { from: before }),
      ...(after !== undefined && { to: after }),
    },
  ];
}

function isMapping(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value);
}
