import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Whether the observed configuration is what was asked for: everything that was asked for is there with its value.
 * What the service added by itself (defaults, derived members) is no difference.
 *
 * @param members the members that an update takes; others cannot be brought in step and are not compared
 */
export function matchesConfig(
  desired: JsonObject,
  observed: JsonObject,
  members: ReadonlySet<string>,
): boolean {
  return Object.entries(desired).every(
    ([name, value]) => !members.has(name) || isSubset(value, observed[name]),
  );
}

/** Whether `asked` is contained in `observed`: members of mappings may be more, lists are alike item by item. */
export function isSubset(desired: JsonValue, observed: JsonValue | undefined): boolean {
  if (Array.isArray(desired)) {
    return (
      Array.isArray(observed) &&
      observed.length === desired.length &&
      desired.every((item, index) => isSubset(item, observed[index]))
    );
  }
  if (isJsonObject(desired)) {
    return (
      isJsonObject(observed) &&
      Object.entries(desired).every(([name, value]) => isSubset(value, observed[name]))
    );
  }
  return desired === observed;
}
