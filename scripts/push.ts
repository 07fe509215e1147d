import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { controlPlaneShapes } from '../adapters/sdkShapes.ts';
import type { Desired } from '../core/desired/desired.ts';
import { GateloopError } from '../core/errors.ts';
import { formatProblem, hasErrors } from '../core/manifest/problem.ts';
import type { Outcome } from '../core/outcome/outcome.ts';
import { addressOf } from '../core/resources/resourceKinds.ts';
import { outcomeKey } from '../functions/outcomeDocument.ts';
import { readDesired } from '../functions/poll/readDesired.ts';
import { listWorkspaceFiles } from '../local/start/workspaceFiles.ts';
import { FolderSpecBucket } from './folderSpecBucket.ts';

const help = `Validates a workspace, says what it would change, uploads it, and follows it until it has settled.

Usage: npm run push -- FOLDER --bucket NAME [options]

  FOLDER         the workspace; its name is the workspace's
  --bucket NAME  the spec bucket: the stack's output SpecBucketName (or GATELOOP_BUCKET)
  --plan         validate and say what would change; upload nothing
  --look         upload what is there even if nothing differs, so that the workspace is looked at
  --minutes N    how long to follow at most (30)

Exit code: 0 ready, or waits for a person; 1 something failed, or did not settle in time; 2 the workspace is refused
`;

const LOOK_EVERY_MS = 3000;

interface Options {
  readonly folder: string;
  readonly workspace: string;
  readonly bucket: string;
  readonly planOnly: boolean;
  readonly look: boolean;
  readonly minutes: number;
}

/** @throws GateloopError `InvalidOption` */
function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      bucket: { type: 'string' },
      plan: { type: 'boolean', default: false },
      look: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '30' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [folder, ...others] = positionals;
  if (values.help) return undefined;
  const bucket = values.bucket ?? process.env.GATELOOP_BUCKET ?? '';
  const minutes = Number(values.minutes);
  if (folder === undefined || others.length > 0 || bucket === '' || !(minutes > 0)) {
    throw new GateloopError('InvalidOption', `Name one folder and a bucket.\n\n${help}`, false);
  }
  const path = resolve(folder);
  return {
    folder: path,
    workspace: basename(path),
    bucket,
    planOnly: values.plan,
    look: values.look,
    minutes,
  };
}

/** Reads the workspace as Gateloop will. @returns undefined, the reasons told, where it would be refused */
async function validate(
  { folder, workspace }: Options,
  paths: readonly string[],
): Promise<Desired | undefined> {
  const bucket = new FolderSpecBucket(folder, paths);
  const { desired, problems } = await readDesired(workspace, bucket, controlPlaneShapes);
  for (const problem of problems) console.error(formatProblem(problem));
  return hasErrors(problems) ? undefined : desired;
}

/** Says what is new, what stays, and what the manifest names no more. Gateloop itself decides what has to be changed. */
function tellPlan({ resources, settings }: Desired, last: Outcome | undefined): void {
  const known = new Set(last?.resources.map(({ address }) => address));
  for (const { kind, name } of resources) {
    const address = addressOf(kind, name);
    console.log(`${known.delete(address) ? '  compare' : '+ create '}  ${address}`);
  }
  for (const address of known) {
    console.log(settings.prune ? `- delete   ${address}` : `  keep     ${address} (settings.prune is off)`);
  }
}

/** Uploads what differs, manifest last, and deletes what is gone. @returns the ETags that the objects have now */
async function upload(s3: S3Client, { folder, workspace, bucket, look }: Options, paths: readonly string[]) {
  const prefix = `workspaces/${workspace}/`;
  const there = await listEtags(s3, bucket, prefix);
  const etags = new Map<string, string>();
  for (const path of paths) {
    const Body = readFileSync(join(folder, path));
    const Key = prefix + path;
    // Without comparing: what a key of KMS encrypts has no ETag that could be told beforehand.
    const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    etags.set(path, ETag);
  }
  const gone = [...there.keys()].filter((path) => !etags.has(path));
  for (const path of gone) {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + path }));
  }
  const changed = paths.filter((path) => there.get(path) !== etags.get(path)).length + gone.length;
  console.log(changed > 0 || look ? `Uploaded ${changed} changes.` : 'Nothing differs from what is there.');
  return etags;
}

async function listEtags(s3: S3Client, Bucket: string, Prefix: string): Promise<Map<string, string>> {
  const etags = new Map<string, string>();
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
    );
    for (const { Key = '', ETag = '' } of page.Contents ?? []) etags.set(Key.slice(Prefix.length), ETag);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return etags;
}

async function readOutcome(s3: S3Client, { workspace, bucket }: Options): Promise<Outcome | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: outcomeKey(workspace) }));
    // The notify step wrote it.
    return JSON.parse((await Body?.transformToString()) ?? 'null') as Outcome;
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** Waits for the outcome of this very upload. */
async function follow(s3: S3Client, options: Options, revision: string): Promise<Outcome | undefined> {
  const end = Date.now() + options.minutes * 60_000;
  while (Date.now() < end) {
    const outcome = await readOutcome(s3, options);
    if (outcome?.revision === revision) return outcome;
    await setTimeout(LOOK_EVERY_MS);
  }
  return undefined;
}

function tellOutcome({ outcome, resources, problems }: Outcome): number {
  for (const problem of problems) console.error(formatProblem(problem));
  for (const { address, state, reasons } of resources) console.log([state, address, ...reasons].join('  '));
  console.log(`Outcome: ${outcome}`);
  return { ready: 0, awaiting: 0, failed: 1, refused: 2 }[outcome];
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.log(help);
    return 0;
  }
  const { paths, leftOut } = listWorkspaceFiles(options.folder);
  for (const sentence of leftOut) console.error(`Left out: ${sentence}`);
  const desired = await validate(options, paths);
  if (!desired) return 2;
  const s3 = new S3Client({});
  tellPlan(desired, await readOutcome(s3, options));
  if (options.planOnly) return 0;
  const etags = await upload(s3, options, paths);
  const uploaded = new FolderSpecBucket(options.folder, paths, etags);
  const { revision } = await readDesired(options.workspace, uploaded, controlPlaneShapes);
  const outcome = await follow(s3, options, revision);
  if (outcome) return tellOutcome(outcome);
  console.error(`Not settled after ${options.minutes} minutes; Gateloop goes on by itself.`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof GateloopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
