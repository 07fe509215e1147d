import { isJsonObject, type JsonObject, type JsonValue } from '../manifest/json.ts';

/**
 * Whether the observed configuration is what was asked for: everything that was asked for is there with its value.
 * What the service added by itself (defaults, derived members) is no difference.
 *
 * @param members the members that an update takes; others cannot be brought in step and are not compared
 */
export function isApplied(asked: JsonObject, observed: JsonObject, members: ReadonlySet<string>): boolean {
  return Object.entries(asked).every(
    ([name, value]) => !members.has(name) || isWithin(value, observed[name]),
  );
}

/** Whether `asked` is contained in `observed`: members of mappings may be more, lists are alike item by item. */
export function isWithin(asked: JsonValue, observed: JsonValue | undefined): boolean {
  if (Array.isArray(asked)) {
    return (
      Array.isArray(observed) &&
      observed.length === asked.length &&
      asked.every((item, index) => isWithin(item, observed[index]))
    );
  }
  if (isJsonObject(asked)) {
    return (
      isJsonObject(observed) &&
      Object.entries(asked).every(([name, value]) => isWithin(value, observed[name]))
    );
  }
  return asked === observed;
}
