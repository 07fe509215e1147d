import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { own } from '../../core/objects.ts';
import { formatPath, type Path } from '../../core/problem.ts';

/** A changed member of a configuration. */
export interface MemberChange {
  /** Such as `protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds`. */
  readonly path: string;
  /** JSON, truncated to 80 characters; absent for an added (`before`) or removed (`after`) member. */
  readonly before?: string;
  readonly after?: string;
}

const LONGEST_VALUE = 80;
/** The URI of an applied copy of a schema; the first 8 digits of its hash identify it for people. */
const APPLIED_COPY = /s3:\/\/[^/]+\/applied\/([0-9a-f]{8})[0-9a-f]{56}/g;

/** Compares two configurations by member. Compares lists as a whole, because their items have no names. */
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
      ...(before !== undefined && { before: shown(before) }),
      ...(after !== undefined && { after: shown(after) }),
    },
  ];
}

function isMapping(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value);
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value).replace(APPLIED_COPY, 'schema $1…');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
