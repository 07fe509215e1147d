import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { sharingProblems } from '../../core/desired/sharingProblems.ts';
import { hasErrors, type Problem, problemSentences, ruleOf } from '../../core/problem.ts';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';
import { counted } from '../../core/text/counted.ts';
import { githubAnnotation, jsonText, terminalText } from '../../core/text/encoders.ts';
import { readDesired } from '../../functions/poll/readDesired.ts';
import type { CommandIo } from '../commandSpec.ts';
import { type Screen, screenOn } from '../display/screen.ts';
import { CommandError, invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { FolderSpecBucket, type StoredObjects } from '../plan/folderSpecBucket.ts';
import { problemText } from '../push/outcomeText.ts';
import { listWorkspaceFiles } from '../start/workspaceFiles.ts';
import { WorkspaceFolder } from '../start/workspaceFolder.ts';
import { version } from '../version.ts';
import { type LocatedProblem, sarifLog } from './sarif.ts';

export type ValidationFormat = 'text' | 'sarif' | 'github';

export interface ValidateOptions {
  readonly folders: readonly string[];
  readonly format: ValidationFormat | 'json';
  /** The file with the operators' guardrails. */
  readonly guardrails?: string;
  /** The environment whose parameters the manifests get. */
  readonly environment: string;
}

/** A problem as programs get it: every member is there, and the file is relative to the workspace. */
export type ReportedProblem = LocatedProblem;

export interface WorkspaceValidation {
  readonly problems: readonly ReportedProblem[];
  /** The names of the tools by `<gateway>/<target>`, for targets whose tools a schema names. */
  readonly tools: Readonly<Record<string, readonly string[]>>;
}

/** What `gateloop validate --json` prints. */
export interface Validation {
  /** No workspace has an error. */
  readonly ok: boolean;
  readonly workspaces: Readonly<Record<string, WorkspaceValidation>>;
}

/** A folder on disk that is a workspace. */
export interface LocalWorkspace {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Why the folder can be no workspace. */
  readonly refused?: string;
}

/** A workspace that was read, with its problems as Gateloop has them. */
interface Validated extends LocalWorkspace {
  readonly problems: readonly Problem[];
  readonly desired?: DesiredState;
  readonly skippedFiles: readonly string[];
}

/** Checks the workspaces and reports their problems. @returns the exit code */
export async function validateFolders(
  { folders, format, guardrails, environment }: ValidateOptions,
  io: Pick<CommandIo, 'stdout' | 'environment'>,
): Promise<number> {
  const workspaces = workspacesIn(folders);
  const operators = guardrails === undefined ? undefined : readGuardrails(guardrails);
  const read: Validated[] = [];
  // One after the other: the files of one workspace may take 100 MB of memory.
  for (const workspace of workspaces) read.push(await validateWorkspace(workspace, environment, operators));
  const sharing = sharingProblems(new Map(read.map(({ name, desired }) => [name, desired])));
  const validated = read.map((each) => ({
    ...each,
    problems: [...each.problems, ...(sharing.get(each.name) ?? [])],
  }));
  const result = validationOf(validated);
  if (format === 'json') io.stdout.write(`${jsonText(result)}\n`);
  else if (format === 'sarif') io.stdout.write(`${jsonText(sarifLog(located(validated), version), 2)}\n`);
  else writeText(validated, format, screenOn(io.stdout, io.environment), io.stdout);
  return result.ok ? exitCodes.done : exitCodes.refused;
}

/** @throws CommandError `FolderMissing`, `FolderEmpty`, `InvalidOption` */
export function workspacesIn(folders: readonly string[]): LocalWorkspace[] {
  const found = folders.flatMap((folder) => {
    const path = resolve(folder);
    if (existsSync(join(path, 'manifest.yaml'))) return [{ name: basename(path), folder: path }];
    return workspacesBelow(path);
  });
  const byName = Map.groupBy(
    [...new Map(found.map((each) => [each.folder, each])).values()],
    ({ name }) => name,
  );
  for (const [name, [one, other]] of byName)
    if (one && other)
      throw invalidOption(
        `${one.folder} and ${other.folder} are both the workspace ${name}`,
        'Check them one after the other.',
      );
  return [...byName.values()].flat();
}

function workspacesBelow(path: string): LocalWorkspace[] {
  checkFolder(path);
  const { workspaces, refused } = new WorkspaceFolder(path).names();
  const hasManifest = (name: string) => existsSync(join(path, name, 'manifest.yaml'));
  const found = [
    ...workspaces.filter(hasManifest).map((name) => ({ name, folder: join(path, name) })),
    ...[...refused]
      .filter(([name]) => hasManifest(name))
      .map(([name, reason]) => ({ name, folder: join(path, name), refused: reason })),
  ];
  if (found.length > 0) return found;
  throw new CommandError('FolderEmpty', {
    what: `${path} holds no workspace: neither it nor a folder in it has a manifest.yaml.`,
    where: path,
    remedy: "Name a workspace's folder, or the folder that holds workspaces.",
  });
}

function checkFolder(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return;
  throw new CommandError('FolderMissing', {
    what: stats ? `${path} is a file.` : `${path} does not exist.`,
    where: path,
    remedy: "Name a workspace's folder, or the folder that holds workspaces.",
  });
}

function readGuardrails(file: string): StoredObjects {
  try {
    const bytes = readFileSync(file);
    return {
      readDocument: async () => undefined,
      readBytes: async () => undefined,
      readGuardrails: async () => ({ file: bytes }),
      hasFiles: async () => true,
    };
  } catch (error) {
    throw invalidOption(
      `--guardrails ${file} cannot be read: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

async function validateWorkspace(
  workspace: LocalWorkspace,
  environment: string,
  operators: StoredObjects | undefined,
): Promise<Validated> {
  const { name, folder } = workspace;
  const refused = workspace.refused ?? (isWorkspaceName(name) ? undefined : invalidName(name));
  if (refused !== undefined) {
    const problem = { rule: 'workspace-name', file: 'manifest.yaml', path: '', message: refused };
    return { ...workspace, problems: [{ severity: 'error', ...problem }], skippedFiles: [] };
  }
  const { paths: files, skippedFiles } = listWorkspaceFiles(folder);
  const bucket = new FolderSpecBucket({ workspace: name, path: folder, files }, '', operators, environment);
  const { desired, problems } = await readDesired(name, bucket, resourceShapes);
  return { ...workspace, problems, skippedFiles, ...(desired && { desired }) };
}

function invalidName(name: string): string {
  return `"${name}" is not a valid name of a workspace: it has ${workspaceNameRule}. Rename the folder.`;
}

function validationOf(validated: readonly Validated[]): Validation {
  return {
    ok: validated.every(({ problems }) => !hasErrors(problems)),
    workspaces: Object.fromEntries(
      validated.map(({ name, problems, desired }) => [
        name,
        { problems: problems.map(reported), tools: toolsOf(desired) },
      ]),
    ),
  };
}

function reported(problem: Problem): ReportedProblem {
  const { severity, file, line = 1, column = 1, path } = problem;
  return { severity, rule: ruleOf(problem), file, line, column, path, message: problemSentences(problem) };
}

function toolsOf(desired: DesiredState | undefined): Record<string, string[]> {
  const targets = desired?.resources.filter(({ kind, schema }) => kind === 'gatewayTarget' && schema) ?? [];
  return Object.fromEntries(
    targets.map(({ name, schema }) => [name, (schema?.tools ?? []).map((tool) => tool.name)]),
  );
}

/** Problems with the paths of their files from the working directory, as code scanning and GitHub want them. */
function located(validated: readonly Validated[]): ReportedProblem[] {
  return validated.flatMap(({ folder, problems }) =>
    problems.map((problem) => ({ ...reported(problem), file: pathOf(folder, problem.file) })),
  );
}

function pathOf(folder: string, file: string): string {
  return relative(process.cwd(), join(folder, file)).split(sep).join('/');
}

function writeText(
  validated: readonly Validated[],
  format: 'text' | 'github',
  screen: Screen,
  stdout: CommandIo['stdout'],
): void {
  if (format === 'github')
    for (const problem of located(validated)) {
      const message = `${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`;
      stdout.write(`${githubAnnotation({ ...problem, message })}\n`);
    }
  for (const { folder, name, problems, desired, skippedFiles } of validated) {
    for (const sentence of skippedFiles) screen.say(`Skipped: ${terminalText(sentence)}`);
    if (format === 'text')
      for (const problem of problems)
        screen.say(problemText({ ...problem, file: pathOf(folder, problem.file) }, screen));
    screen.say(summaryText(name, problems, desired, screen));
  }
}

function summaryText(
  name: string,
  problems: readonly Problem[],
  desired: DesiredState | undefined,
  { paint }: Screen,
): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const counts = [
    counted(errors, 'error'),
    counted(problems.length - errors, 'warning'),
    counted(desired?.resources.length ?? 0, 'resource'),
    counted(Object.values(toolsOf(desired)).flat().length, 'tool'),
  ];
  const mark = errors > 0 ? paint('red', '✗') : paint('green', '✓');
  return `${mark} ${paint('bold', terminalText(name))}  ${counts.join(', ')}`;
}
