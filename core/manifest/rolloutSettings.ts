import { isWorkspaceName, workspaceNameRule } from '../storage/uploads.ts';
import { type FieldReader, readFields, readString } from './readFields.ts';
import { describeValue } from './tree.ts';

/** How new versions of the schemas in `shared/` go from one workspace to others. A workspace may be in the middle of a chain. */
export interface RolloutSettings {
  /** The workspace that takes each version first. */
  readonly canary?: string;
  /** The workspaces that take a version after this one. */
  readonly followers?: readonly string[];
}

/** The folder of a workspace whose schemas are rolled out, where the manifest has `settings.rollout`. */
export const SHARED_FOLDER = 'shared/';

/** The most workspaces that follow one canary: its poll has each of them reconciled when something changes. */
export const MAX_FOLLOWERS = 100;

const CANARY_EXPECTED = `the name of another workspace: ${workspaceNameRule}`;
const FOLLOWERS_EXPECTED = `a list of at most ${MAX_FOLLOWERS} other workspaces, such as [billing, search]`;

/** A workspace that waits for itself, or tells itself, is a mistake. */
const readOtherWorkspace = (...[tree, path, report, expected]: Parameters<typeof readString>) => {
  const name = readString(tree, path, report, expected);
  if (name === undefined) return undefined;
  if (isWorkspaceName(name) && name !== report.workspace) return name;
  const message =
    name === report.workspace ? 'This is the workspace itself.' : 'This is not the name of a workspace.';
  report.error(path, message, { expected });
  return undefined;
};

const readFollowers: FieldReader<readonly string[]> = (tree, path, report) => {
  if (tree.type !== 'sequence' || tree.items.length > MAX_FOLLOWERS) {
    const found = tree.type === 'sequence' ? `a list of ${tree.items.length}` : describeValue(tree);
    report.error(path, `This is ${found}.`, { expected: FOLLOWERS_EXPECTED });
    return undefined;
  }
  const names = tree.items.flatMap(
    (item, index) => readOtherWorkspace(item, [...path, index], report, FOLLOWERS_EXPECTED) ?? [],
  );
  return [...new Set(names)].sort();
};

/** Reads `settings.rollout`. */
export const readRollout: FieldReader<RolloutSettings> = (tree, path, report) =>
  readFields<RolloutSettings>(tree, path, report, {
    canary: (value, at) => readOtherWorkspace(value, at, report, CANARY_EXPECTED),
    followers: readFollowers,
  });
