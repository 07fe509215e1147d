import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { isWorkspaceName, workspaceNameRule } from '../core/storage/uploads.ts';
import type { Given } from './commandSpec.ts';
import { CommandError, invalidOption } from './errorReport.ts';
import type { PushTo } from './push/destination.ts';
import { DEFAULT_DATA } from './start/endpointFile.ts';

const MANIFEST = 'manifest.yaml';

/** What every command takes that compares a folder with a workspace. */
export interface WorkspaceFlags {
  readonly workspace?: string;
  readonly bucket?: string;
  readonly local: boolean;
  readonly data: string;
}

export interface WorkspaceOptions {
  /** The folder; absolute. */
  readonly folder: string;
  readonly workspace: string;
  readonly to: PushTo;
}

export const folderWord = new Argument('<folder>', `the workspace's folder, with its ${MANIFEST}`);

/** @param verb what the command does, such as `push to` */
export function workspaceOptions(verb: string): readonly Option[] {
  return [
    new Option('--workspace <name>', "the workspace's name (default: the folder's name)"),
    new Option(
      '--bucket <name>',
      "the spec bucket, which is the stack's output SpecBucketName (default: GATELOOP_BUCKET)",
    ),
    new Option('--local', `${verb} a running npm start instead of AWS`),
    new Option('--data <dir>', 'data directory of that npm start').default(DEFAULT_DATA),
  ];
}

/**
 * @param isFolderNeeded whether the folder has to be there, with a manifest
 * @throws CommandError `InvalidOption`, `FolderMissing`
 */
export function readWorkspace(
  { flags, words, environment }: Given<WorkspaceFlags>,
  isFolderNeeded = true,
): WorkspaceOptions {
  const folder = resolve(words[0] ?? '');
  if (isFolderNeeded) checkFolder(folder);
  const workspace = flags.workspace ?? basename(folder);
  if (!isWorkspaceName(workspace))
    throw invalidOption(
      `"${workspace}" is not a valid name of a workspace: it has ${workspaceNameRule}`,
      'Give a valid name with --workspace.',
    );
  if (isFolderNeeded) checkManifest(folder);
  return { folder, workspace, to: destination(flags, environment) };
}

/**
 * Reads a folder that is a workspace, or that holds workspaces as folders.
 *
 * @returns the workspaces of a folder that holds some; undefined for a workspace
 * @throws CommandError `InvalidOption`, `FolderMissing`
 */
export function readWorkspacesIn({
  flags,
  words,
  environment,
}: Given<WorkspaceFlags>): readonly WorkspaceOptions[] | undefined {
  const folder = resolve(words[0] ?? '');
  checkFolder(folder);
  const below = existsSync(join(folder, MANIFEST)) ? [] : foldersWithManifest(folder);
  if (below.length === 0) return undefined;
  if (flags.workspace !== undefined)
    throw invalidOption(
      `${folder} holds ${below.length} workspaces, which have the names of their folders`,
      'Leave out --workspace, or name the folder of one workspace.',
    );
  return below.map((name) => readWorkspace({ flags, words: [join(folder, name)], environment }));
}

function destination(
  { bucket, local, data }: WorkspaceFlags,
  { GATELOOP_BUCKET }: NodeJS.ProcessEnv,
): PushTo {
  if (local && bucket !== undefined)
    throw invalidOption('--bucket and --local exclude each other', 'Give one of the two.');
  if (local) return { data: resolve(data) };
  const name = bucket ?? GATELOOP_BUCKET;
  if (name) return { bucket: name.replace(/^s3:\/\//, '').replace(/\/$/, '') };
  throw invalidOption(
    'No bucket is given',
    'Name it with --bucket (the output SpecBucketName of the stack), or give --local for a running npm start.',
  );
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const isFile = existsSync(folder);
  throw new CommandError('FolderMissing', {
    what: isFile ? `${folder} is a file.` : `${folder} does not exist.`,
    where: folder,
    remedy: isFile ? 'Name its parent folder.' : "Name a workspace's folder.",
  });
}

/** Runs before validation, whose message assumes that an earlier upload had a manifest. */
function checkManifest(folder: string): void {
  if (existsSync(join(folder, MANIFEST))) return;
  const below = foldersWithManifest(folder);
  throw new CommandError('FolderMissing', {
    what: `${folder} has no ${MANIFEST}.`,
    where: folder,
    remedy:
      below.length > 0
        ? `Name one of its folders that have one: ${below.join(', ')}.`
        : `Name a workspace's folder, or write a manifest: docs/manifest.md describes it.`,
  });
}

function foldersWithManifest(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, MANIFEST)))
    .sort();
}
