import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { GateloopError } from '../../core/errors.ts';
import { isWorkspaceName, workspaceNameRule } from '../../functions/workspaceOf.ts';
import { parseTyped } from '../../local/start/parseTyped.ts';
import { exitCodes } from './exitCode.ts';

const MANIFEST = 'manifest.yaml';

export const help = `Validates a workspace, says what it would change, uploads it, and follows it until it has settled.

Usage: npm run push -- FOLDER --bucket NAME [options]
       npm run push -- FOLDER --local [options]

  FOLDER             the workspace's folder, which holds its manifest.yaml
  --workspace NAME   the workspace's name, where it is not the folder's
  --bucket NAME      the spec bucket: the stack's output SpecBucketName (or GATELOOP_BUCKET)
  --local            to a running npm start, in place of AWS
  --data DIR         where that npm start keeps its data (.gateloop)
  --plan             validate and say what would change; upload nothing
  --look             have the workspace looked at even if nothing differs
  --until-ready      go on following while only people are awaited
  --allow-waiting    exit with 0, not with ${exitCodes.awaiting}, where only people are awaited
  --minutes N        follow for so long at most (30)
  --json             the last line on stdout is one JSON object; everything else goes to stderr
  --policy           print the IAM policy that this needs and no more, and exit
  --help             this text

Exit code: ${exitCodes.ready} ready · ${exitCodes.failed} something failed · ${exitCodes.refused} refused: the workspace, or what was typed
           ${exitCodes.notFollowed} not followed to the end: no access, overtaken, out of time · ${exitCodes.awaiting} a person is awaited
`;

export interface PushOptions {
  /** Absolute. */
  readonly folder: string;
  readonly workspace: string;
  /** Where to: a bucket of AWS, or the data directory of an `npm start`. */
  readonly to: { readonly bucket: string } | { readonly data: string };
  readonly planOnly: boolean;
  readonly look: boolean;
  readonly untilReady: boolean;
  readonly allowWaiting: boolean;
  readonly minutes: number;
  readonly json: boolean;
  readonly policy: boolean;
}

/**
 * Reads the command line.
 *
 * @returns undefined where help is asked for
 * @throws GateloopError `InvalidOption`, `FolderMissing`
 */
export function parsePushOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): PushOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [given, ...others] = positionals;
  if (given === undefined) throw invalid('name the folder of a workspace');
  if (others.length > 0) throw invalid(`one workspace at a time, not also ${others.join(', ')}`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw invalid(`--minutes takes a number above 0, not "${values.minutes}"`);
  const folder = resolve(given);
  if (!values.policy) checkFolder(folder);
  const workspace = values.workspace ?? basename(folder);
  if (!isWorkspaceName(workspace))
    throw invalid(
      `"${workspace}" is no name for a workspace: it has ${workspaceNameRule}; give one with --workspace`,
    );
  if (!values.policy) checkManifest(folder);
  return {
    folder,
    workspace,
    to: destination(values, environment),
    planOnly: values.plan,
    look: values.look,
    untilReady: values['until-ready'],
    allowWaiting: values['allow-waiting'],
    minutes,
    json: values.json,
    policy: values.policy,
  };
}

function destination(
  { bucket, local, data }: { bucket?: string | undefined; local: boolean; data: string },
  { GATELOOP_BUCKET }: NodeJS.ProcessEnv,
): PushOptions['to'] {
  if (local && bucket !== undefined) throw invalid('either --bucket or --local');
  if (local) return { data: resolve(data) };
  const name = bucket ?? GATELOOP_BUCKET;
  if (name) return { bucket: name.replace(/^s3:\/\//, '').replace(/\/$/, '') };
  throw invalid(
    'name the bucket with --bucket (the output SpecBucketName of the stack), or give --local for a running npm start',
  );
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const what = existsSync(folder) ? 'is a file; name the folder around it' : 'does not exist';
  throw new GateloopError('FolderMissing', `${folder} ${what}.`);
}

/** Before it is validated: what Gateloop says of an upload without a manifest is about one that had one. */
function checkManifest(folder: string): void {
  if (existsSync(join(folder, MANIFEST))) return;
  const below = readdirSync(folder).filter((name) => existsSync(join(folder, name, MANIFEST)));
  const advice =
    below.length > 0
      ? `Name one of the folders in it that have one: ${below.join(', ')}`
      : `Name a workspace's folder, or write one: docs/manifest.md says what stands in it`;
  throw new GateloopError('FolderMissing', `${folder} has no ${MANIFEST}. ${advice}.`);
}

function parse(args: readonly string[]) {
  return parseTyped(
    {
      args: [...args],
      allowPositionals: true,
      options: {
        workspace: { type: 'string' },
        bucket: { type: 'string' },
        local: { type: 'boolean', default: false },
        data: { type: 'string', default: '.gateloop' },
        plan: { type: 'boolean', default: false },
        look: { type: 'boolean', default: false },
        'until-ready': { type: 'boolean', default: false },
        'allow-waiting': { type: 'boolean', default: false },
        minutes: { type: 'string', default: '30' },
        json: { type: 'boolean', default: false },
        policy: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    },
    invalid,
  );
}

function invalid(what: string): GateloopError {
  return new GateloopError('InvalidOption', `${what}. See npm run push -- --help.`);
}
