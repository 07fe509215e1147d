import type { Path, SourceLocation } from '../problem.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { isWorkspaceName, workspaceNameRule } from '../storage/uploads.ts';
import type { Owner } from './owners.ts';
import { type FieldReader, readString } from './readFields.ts';
import type { Report } from './report.ts';
import { describeValue, type MappingTree } from './tree.ts';

/** The key with which a workspace adds targets to a gateway of another workspace. */
export const SHARED_BY = 'sharedBy';
/** The key with which a workspace lets others add targets to its gateway. */
export const SHARED_WITH = 'sharedWith';

/** The most workspaces that one gateway is shared with: a gateway has 100 targets by default. */
export const MAX_GUESTS = 100;

/** A gateway that another workspace owns and shares, as the manifest of a workspace with targets on it names it. */
export interface SharedGateway {
  /** The name of the gateway, which is unique in the account. */
  readonly name: string;
  /** The workspace that owns the gateway. */
  readonly sharedBy: string;
  /** Whom Gateloop tells about the gateway; the targets inherit it. */
  readonly owner?: Owner;
  readonly path: Path;
  readonly location: SourceLocation;
}

const TARGETS = resourceKinds.gatewayTarget.section;
const KEYS: readonly string[] = [SHARED_BY, 'owner', TARGETS];
const SHARED_WITH_EXPECTED = `a list of workspaces, such as [billing, search]: ${workspaceNameRule}`;

/** Reads `sharedWith`. */
export const readSharedWith: FieldReader<readonly string[]> = (tree, path, report) => {
  if (tree.type !== 'sequence' || tree.items.length > MAX_GUESTS) {
    const found = tree.type === 'sequence' ? `a list of ${tree.items.length}` : describeValue(tree);
    report.error(path, `This is ${found}; at most ${MAX_GUESTS} workspaces may be named.`, {
      expected: SHARED_WITH_EXPECTED,
    });
    return undefined;
  }
  const names = tree.items.flatMap((item, index) => {
    const at = [...path, index];
    const name = readWorkspaceName(item, at, report, SHARED_WITH_EXPECTED);
    if (name !== undefined && name === report.workspace)
      report.error(at, 'This workspace owns the gateway, and shares it with others.', {
        expected: 'the names of other workspaces',
      });
    return name ?? [];
  });
  return [...new Set(names)].sort();
};

/**
 * Reads the owner of a shared gateway, and reports what the entry may not say.
 *
 * @returns undefined where it is not the name of another workspace
 */
export function readSharedBy(entry: MappingTree, path: Path, report: Report): string | undefined {
  for (const key of entry.entries.keys()) {
    if (KEYS.includes(key)) continue;
    report.error(
      [...path, key],
      `The workspace that owns the gateway says this. Beside "${SHARED_BY}", an entry has "${TARGETS}" and "owner".`,
      { expected: `no "${key}" here, or no "${SHARED_BY}" for a gateway of this workspace` },
    );
  }
  const tree = entry.entries.get(SHARED_BY);
  const expected = `the name of the workspace that owns the gateway, such as platform: ${workspaceNameRule}`;
  const at = [...path, SHARED_BY];
  const sharedBy = tree && readWorkspaceName(tree.value, at, report, expected);
  if (sharedBy !== undefined && sharedBy === report.workspace)
    report.error(at, 'This is the workspace itself.', {
      expected: `another workspace; without "${SHARED_BY}", the gateway is one of this workspace`,
    });
  const targets = entry.entries.get(TARGETS)?.value;
  if (targets?.type !== 'mapping' || targets.entries.size === 0)
    report.warning(path, 'No target is added to the shared gateway.', { expected: 'targets: { <name>: … }' });
  return sharedBy;
}

function readWorkspaceName(
  ...[tree, path, report, expected]: Parameters<typeof readString>
): string | undefined {
  const name = readString(tree, path, report, expected);
  if (name === undefined || isWorkspaceName(name)) return name;
  report.error(path, 'This is not the name of a workspace.', { expected });
  return undefined;
}
