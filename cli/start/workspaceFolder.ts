import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';
import { CommandError } from '../errorReport.ts';
import { isGone, isTemporary, listWorkspaceFiles, type WorkspaceFiles } from './workspaceFiles.ts';

/** The folders in a folder: workspaces, and those that cannot be one. */
export interface WorkspaceNames {
  readonly workspaces: readonly string[];
  /** Folders that cannot be workspaces, each with the reason as a sentence. */
  readonly refused: ReadonlyMap<string, string>;
}

/** A folder of workspaces on disk: each folder in it is one workspace. */
export class WorkspaceFolder {
  readonly directory: string;

  /** @throws CommandError `FolderMissing`; `FolderIsWorkspace` for a single workspace */
  constructor(directory: string) {
    this.directory = directory;
    this.#check();
    if (existsSync(join(directory, 'manifest.yaml'))) {
      throw new CommandError('FolderIsWorkspace', {
        what: `${directory} holds a manifest.yaml: it is a workspace.`,
        remedy: 'Give --workspaces its parent folder.',
      });
    }
  }

  /** @throws CommandError `FolderMissing` */
  names(): WorkspaceNames {
    this.#check();
    const workspaces: string[] = [];
    const refused = new Map<string, string>();
    for (const entry of readdirSync(this.directory, { withFileTypes: true })) {
      const { name } = entry;
      if (isTemporary(name)) continue;
      if (entry.isSymbolicLink()) {
        refused.set(name, 'It is a link, which Gateloop does not follow. Copy the folder there.');
      } else if (entry.isDirectory()) {
        if (isWorkspaceName(name)) workspaces.push(name);
        else
          refused.set(
            name,
            `This is not a valid name of a workspace: it has ${workspaceNameRule}. Rename the folder.`,
          );
      }
    }
    return { workspaces: workspaces.sort(), refused };
  }

  files(workspace: string): WorkspaceFiles {
    try {
      return listWorkspaceFiles(join(this.directory, workspace));
    } catch (error) {
      if (isGone(error)) return { paths: [], skippedFiles: [] };
      throw error;
    }
  }

  /** @returns the file's path relative to the working directory; the name itself when no such file exists */
  place(workspace: string, file: string): string {
    const path = join(this.directory, workspace, file);
    return existsSync(path) ? relative(process.cwd(), path) : file;
  }

  /** @returns undefined for a file that was deleted after the listing */
  read(workspace: string, path: string): Buffer | undefined {
    try {
      return readFileSync(join(this.directory, workspace, path));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  #check(): void {
    if (statSync(this.directory, { throwIfNoEntry: false })?.isDirectory()) return;
    throw new CommandError('FolderMissing', {
      what: `There is no folder ${this.directory}.`,
      remedy: 'Name one with --workspaces.',
    });
  }
}
