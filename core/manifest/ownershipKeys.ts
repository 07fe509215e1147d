import { type Address, addressOf } from '../address.ts';
import { defined } from '../objects.ts';
import type { Path } from '../problem.ts';
import { type FieldReader, readBoolean, readFields, readString } from './readFields.ts';
import type { Report } from './report.ts';
import { readSharedWith } from './sharedGateways.ts';
import type { MappingTree } from './tree.ts';

/** How Gateloop takes over a resource that exists already. */
export interface AdoptRule {
  /** Members that the manifest does not name get the service's default; otherwise they stay as they are. */
  readonly clear: boolean;
}

/** What a manifest says about the ownership of a resource, beside its configuration. */
export interface OwnershipKeys {
  readonly adopt?: AdoptRule;
  /** The workspace gives the resource away: nothing is deleted. */
  readonly unmanage?: true;
  /** Gateloop neither deletes nor replaces the resource. Where absent, the kind says: what holds data is protected. */
  readonly protect?: boolean;
  /** The target that this one replaces. */
  readonly movedFrom?: Address;
  /** The workspaces that may add targets to the gateway, in order. */
  readonly sharedWith?: readonly string[];
}

/** The pattern of `movedFrom` for JSON Schema. */
export const movedFromPattern = '^[0-9A-Za-z-]+/[0-9A-Za-z-]+$';

const MOVED_FROM_EXPECTED = 'the earlier gateway and name of the target, such as front/issues';

/** Reads `adopt`, `unmanage`, `protect` and `movedFrom` of an entry. A target of a gateway that is given away is given away too. */
export function readOwnershipKeys(
  entry: MappingTree,
  keys: readonly string[],
  path: Path,
  parent: OwnershipKeys | undefined,
  report: Report,
): OwnershipKeys {
  const read = <T>(key: string, reader: FieldReader<T>): T | undefined => {
    const tree = keys.includes(key) ? entry.entries.get(key) : undefined;
    return tree && reader(tree.value, [...path, key], report);
  };
  const adopt = read('adopt', readAdopt);
  const unmanage = read('unmanage', readBoolean) || parent?.unmanage || undefined;
  const protect = read('protect', readBoolean);
  const movedFrom = read('movedFrom', readMovedFrom);
  const sharedWith = read('sharedWith', readSharedWith);
  if (adopt && unmanage)
    report.error([...path, 'adopt'], 'A resource that is given away cannot be adopted.', {
      expected: '"adopt" or "unmanage", not both',
    });
  return defined({ adopt: adopt || undefined, unmanage, protect, movedFrom, sharedWith });
}

const readAdopt: FieldReader<AdoptRule | false> = (tree, path, report) => {
  if (tree.type === 'mapping') {
    const { clear = false } = readFields<AdoptRule>(tree, path, report, { clear: readBoolean });
    return { clear };
  }
  const adopt = readBoolean(tree, path, report);
  return adopt && { clear: false };
};

const readMovedFrom: FieldReader<Address> = (tree, path, report) => {
  const text = readString(tree, path, report, MOVED_FROM_EXPECTED);
  if (text === undefined) return undefined;
  if (new RegExp(movedFromPattern).test(text)) return addressOf('gatewayTarget', text);
  report.error(path, 'This does not name a target.', { expected: MOVED_FROM_EXPECTED });
  return undefined;
};
