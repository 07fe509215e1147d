import { type Address, addressOf, parseAddress } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import { asText, type JsonObject } from '../json.ts';
import type { ResourceRecord } from '../reconcile/ledgerRecord.ts';
import { unwrapResponse } from '../resources/observe.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { ONLY_NAME, parentOf } from '../resources/resourceKinds.ts';
import { comparableShapes } from './comparableShapes.ts';
import { compareConfiguration } from './compareConfiguration.ts';

/** What tells the items of a List apart where they have no names. */
export interface KnownChildren {
  readonly records: ReadonlyMap<Address, Pick<ResourceRecord, 'id'>>;
  /** The configurations of the manifest, as far as their references are known. */
  readonly desired: ReadonlyMap<Address, JsonObject>;
  readonly catalog: ShapeCatalog;
}

/**
 * Finds which resource each item of a List is. By its name; where the kind has none, by the id in the ledger, and then by
 * its content: that of a resource of the manifest without an id, or else the same value of `matchMember`. An item that is
 * none of the manifest's has its id for a name.
 */
export function addressItems(
  row: ResourceKind,
  parent: Address,
  items: readonly JsonObject[],
  known: KnownChildren,
): (readonly [Address, JsonObject])[] {
  const within = (name: string) => addressOf(row.kind, `${parseAddress(parent).name}/${name}`);
  const { nameMember } = row;
  if (row.isOnly) return items.map((item) => [within(ONLY_NAME), item]);
  if (nameMember !== undefined) return items.map((item) => [within(asText(item[nameMember])), item]);
  const isOfParent = (address: Address) =>
    parseAddress(address).kind === row.kind && parentOf(address) === parent;
  const byId = new Map(
    [...known.records].flatMap(([address, { id }]) =>
      id !== undefined && isOfParent(address) ? [[id, address] as const] : [],
    ),
  );
  const idOf = (item: JsonObject) => asText(item[row.idMember]);
  const strangers = new Set(items.filter((item) => !byId.has(idOf(item))));
  const matched = new Map<JsonObject, Address>();
  const unknown = [...known.desired].filter(
    ([address]) => isOfParent(address) && known.records.get(address)?.id === undefined,
  );
  for (const isMatch of [hasContent, hasMatchMember])
    for (const [address, config] of unknown) {
      if ([...matched.values()].includes(address)) continue;
      const item = [...strangers].find((each) => isMatch(row, config, each, known.catalog));
      if (!item) continue;
      strangers.delete(item);
      matched.set(item, address);
    }
  return items.map((item) => [byId.get(idOf(item)) ?? matched.get(item) ?? within(idOf(item)), item]);
}

function hasContent(row: ResourceKind, config: JsonObject, item: JsonObject, catalog: ShapeCatalog): boolean {
  const live = unwrapResponse(row, item);
  return compareConfiguration(row, config, live, comparableShapes(row, catalog)).differences.length === 0;
}

function hasMatchMember({ matchMember = '' }: ResourceKind, config: JsonObject, item: JsonObject): boolean {
  return config[matchMember] !== undefined && config[matchMember] === item[matchMember];
}
