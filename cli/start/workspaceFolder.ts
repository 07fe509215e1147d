import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isWorkspaceName, workspaceNameRule } from '../../functions/workspaceOf.ts';
import { CommandError } from '../errorReport.ts';
import { isGone, isTemporary, listWorkspaceFiles, type WorkspaceFiles } from './workspaceFiles.ts';

/** The folders in a folder: those that are workspaces, and those that cannot be. */
export interface WorkspaceNames {
  readonly workspaces: readonly string[];
  /** Names that no workspace can have, each with the sentence that says so. */
  readonly refused: ReadonlyMap<string, string>;
}

/** A folder on disk that stands for what teams upload: each folder in it is a workspace. */
export class WorkspaceFolder {
  readonly directory: string;

  /** @throws GateloopError `FolderMissing`; `FolderIsWorkspace` for a single workspace */
  constructor(directory: string) {
    this.directory = directory;
    this.#check();
    if (existsSync(join(directory, 'manifest.yaml'))) {
      throw new CommandError('FolderIsWorkspace', {
        what: `${directory} holds a manifest.yaml: it is a workspace itself.`,
        remedy: 'Give --workspaces the folder around it.',
      });
    }
  }

  /** @throws GateloopError `FolderMissing` */
  names(): WorkspaceNames {
    this.#check();
    const workspaces: string[] = [];
    const refused = new Map<string, string>();
    for (const entry of readdirSync(this.directory, { withFileTypes: true })) {
      const { name } = entry;
      if (isTemporary(name)) continue;
      if (entry.isSymbolicLink()) {
        refused.set(name, 'It is a link, which is not followed. Put the folder itself there.');
      } else if (entry.isDirectory()) {
        if (isWorkspaceName(name)) workspaces.push(name);
        else
          refused.set(
            name,
            `This is no name for a workspace: it has ${workspaceNameRule}. Rename the folder.`,
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

  /** @returns a file's path as a person would type it; what is no file of the folder keeps its name */
  place(workspace: string, file: string): string {
    const path = join(this.directory, workspace, file);
    return existsSync(path) ? relative(process.cwd(), path) : file;
  }

  /** @returns undefined for a file that is gone since it was listed */
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
