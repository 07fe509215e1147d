import { isDeepStrictEqual } from 'node:util';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import { comparableShapes } from '../../core/comparison/comparableShapes.ts';
import { compareConfiguration, valueAtPath } from '../../core/comparison/compareConfiguration.ts';
import { leftovers } from '../../core/comparison/leftovers.ts';
import { withLiveMembers } from '../../core/comparison/liveMembers.ts';
import {
  KNOWN_AFTER_APPLY,
  lastStep,
  NOT_SHOWN,
  presentMembers,
  shapeAt,
  visible,
  withoutCredentials,
} from '../../core/comparison/shownValues.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { defined } from '../../core/objects.ts';
import { fixedDifferences, unclearable } from '../../core/reconcile/heldBack.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';

/** A member that differs between AWS and the manifest, with both values. */
export interface MemberDifference {
  /** Such as `description`, `tools[0].name` or `tags.team`. */
  readonly path: string;
  /** The value in AWS; absent where AWS has none. */
  readonly from?: JsonValue;
  /** The value in the manifest; absent where the manifest does not name the member, and for `knownAfterApply`. */
  readonly to?: JsonValue;
  /** The manifest refers to an output of a resource that does not exist yet. */
  readonly knownAfterApply?: true;
  /** A value, or a part of one, may be a secret and is not shown. */
  readonly hidden?: true;
  /** Why no call changes or clears the member: it stays as it is in AWS. */
  readonly stays?: string;
}

export interface Sides {
  readonly row: ResourceKind;
  /** The manifest's configuration; an output that is not known yet is `KNOWN_AFTER_APPLY`. */
  readonly config: JsonObject;
  /** The response of Get, unwrapped. */
  readonly live: JsonObject;
  readonly record: ResourceRecord;
  /** The configuration that was applied last, as the manifest of that time gave it. */
  readonly before?: JsonObject;
  readonly catalog: ShapeCatalog;
}

/** Compares a live configuration with the manifest, by the rules that the reconciliation compares with. */
export function liveDifferences(sides: Sides): MemberDifference[] {
  const { row, config, live, record, before = {}, catalog } = sides;
  const shapes = comparableShapes(row, catalog);
  const comparison = compareConfiguration(row, config, live, shapes);
  const kept = record.adopted?.kept ?? [];
  const left = leftovers({ row, desired: config, live, shapes }, comparison, record.snapshot).filter(
    (path) => !kept.includes(path),
  );
  const sent = { row, config: withLiveMembers(row, config, live, kept), live };
  const stays = new Map([
    ...fixedDifferences(sent, comparison.differences),
    ...unclearable(sent, catalog, left),
  ]);
  const present = presentMembers(row, live, config, shapes);
  const changed = [...new Set([...comparison.differences.map(({ path }) => path), ...left])].map(
    (path): MemberDifference => {
      const [from, to] = [valueAtPath(present, path), valueAtPath(config, path)];
      const declared = valueAtPath(before, path) ?? to;
      const shown =
        from === undefined ? undefined : visible(from, shapeAt(shapes, path), lastStep(path), declared);
      return difference(path, shown, to, stays.get(path));
    },
  );
  // AWS shows no secret: only the manifests say that another one is meant.
  const secrets = comparison.unverifiable.filter(
    (path) => !isDeepStrictEqual(valueAtPath(before, path), valueAtPath(config, path)),
  );
  const replaced =
    Object.keys(before).length === 0
      ? []
      : secrets.map((path) => difference(path, NOT_SHOWN, valueAtPath(config, path)));
  return [...changed, ...replaced];
}

/** @param from as it may be shown */
export function difference(
  path: string,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  stays?: string,
): MemberDifference {
  const wanted = to === undefined ? undefined : withoutCredentials(to, lastStep(path));
  const isUnknown = wanted !== undefined && JSON.stringify(wanted).includes(KNOWN_AFTER_APPLY);
  const isHidden = JSON.stringify([from, wanted]).includes(NOT_SHOWN);
  return {
    path,
    ...defined({ from, to: isUnknown ? undefined : wanted, stays }),
    ...(isUnknown && { knownAfterApply: true as const }),
    ...(isHidden && { hidden: true as const }),
  };
}
