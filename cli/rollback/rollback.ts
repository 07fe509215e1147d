import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { Address } from '../../core/address.ts';
import { fingerprint } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { outcomeKey } from '../../core/storage/keys.ts';
import { type OutcomeDocument, outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { readDesired } from '../../functions/poll/readDesired.ts';
import { explainedBucketError } from '../awsErrors.ts';
import { CommandError, invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { FolderSpecBucket, type StoredObjects } from '../plan/folderSpecBucket.ts';
import { readPublished } from '../push/follow.ts';
import type { FollowPorts } from '../push/progressDisplay.ts';
import { type PushResult, push } from '../push/push.ts';
import { UploadBucket } from '../push/uploadBucket.ts';
import type { RequestTo } from '../request/destination.ts';
import { workspaceWith } from '../request/request.ts';
import { withEarlierEntry } from './earlierEntry.ts';
import type { RollbackPorts } from './rollbackPorts.ts';
import { type UploadState, uploadStates } from './uploadStates.ts';

export interface RollbackOptions {
  readonly resource: Address;
  readonly to: RequestTo;
  /** Without it, the workspace is looked up by the resource. */
  readonly workspace?: string;
  /** A time, or the start of a revision or of a fingerprint; absent for the configuration before the present one. */
  readonly version?: string;
  readonly planOnly: boolean;
  /** A folder that gets the changed files in place of the bucket; absolute. */
  readonly write?: string;
  readonly minutes: number;
  readonly json: boolean;
}

/** The result of `gateloop rollback`, as `--json` prints it. */
export interface RollbackResult extends Pick<PushResult, 'plan' | 'outcome'> {
  readonly exitCode: number;
  readonly workspace: string;
  readonly resource: Address;
  /** The upload that the configuration comes from. */
  readonly from: { readonly time: string; readonly revision: string; readonly fingerprint: string };
  /** The files that differ from the present ones. */
  readonly files: readonly string[];
}

type Files = ReadonlyMap<string, Buffer>;

const MANIFEST = 'manifest.yaml';

/**
 * Gives a resource the configuration of an earlier upload, by an upload.
 *
 * @throws CommandError `InvalidOption` where there is no such resource or configuration; `CannotRollBack`; and as `push` does
 */
export async function rollback(
  options: RollbackOptions,
  ports: RollbackPorts,
  follow: FollowPorts,
): Promise<RollbackResult> {
  const { client, bucket } = ports.destination;
  try {
    const workspace = options.workspace ?? (await workspaceWith(options.resource, client, bucket));
    return await new Rollback(options, workspace, ports, follow).run();
  } catch (error) {
    throw explainedBucketError(error, bucket);
  }
}

/** An upload in which the resource had the configuration to go back to. */
interface Found {
  readonly state: UploadState;
  readonly files: Files;
  readonly fingerprint: string;
}

class Rollback {
  readonly #options: RollbackOptions;
  readonly #workspace: string;
  readonly #ports: RollbackPorts;
  readonly #follow: FollowPorts;
  readonly #bucket: UploadBucket;
  readonly #content = new Map<string, Promise<Buffer>>();

  constructor(options: RollbackOptions, workspace: string, ports: RollbackPorts, follow: FollowPorts) {
    const { client, bucket } = ports.destination;
    this.#options = options;
    this.#workspace = workspace;
    this.#ports = ports;
    this.#follow = follow;
    this.#bucket = new UploadBucket(client, bucket, workspace);
  }

  async run(): Promise<RollbackResult> {
    const { resource, write } = this.#options;
    const workspace = this.#workspace;
    const states = uploadStates(await this.#ports.history.listVersions(workspace));
    const [present] = states;
    if (!present) throw invalidOption(`There is no workspace ${workspace}`, 'Correct the name.');
    const read = await this.#reader();
    const files = await this.#filesOf(present);
    const found = await this.#find(states, await read(files), read);
    const changed = this.#changedFiles(files, found);
    const candidate = new Map([...files, ...changed]);
    if ((await read(candidate)) !== found.fingerprint) throw this.#cannot(found.state);
    const { time, revision } = found.state;
    const from = { time: new Date(time).toISOString(), revision, fingerprint: found.fingerprint };
    const result = { workspace, resource, from, files: [...changed.keys()].sort() };
    this.#say(`${resource}: the configuration of the upload of ${from.time}, in ${result.files.join(', ')}.`);
    if (write !== undefined) {
      writeFiles(write, changed);
      this.#say(`Wrote these files to ${write}. Push them from there.`);
      return { ...result, exitCode: exitCodes.done };
    }
    const { exitCode, plan, outcome } = await this.#push(candidate);
    if (outcome)
      this.#say(
        'The next push of files with the newer configuration brings it back: change them too (--write FOLDER writes them).',
      );
    return { ...result, exitCode, ...(plan && { plan }), ...(outcome && { outcome }) };
  }

  /** @returns a function that reads the fingerprint of the resource in the files of a workspace; undefined without one */
  async #reader(): Promise<(files: Files) => Promise<string | undefined>> {
    const stored = oncePerRun(this.#bucket.stored());
    const { outcome } = await readPublished(this.#bucket, this.#workspace);
    const applied = outcome && outcomeDocument.parse(outcomeKey(this.#workspace), outcome.document).applied;
    return (files) =>
      this.#inFolder(files, async (path) => {
        const folder = { workspace: this.#workspace, path, files: [...files.keys()] };
        const bucket = new FolderSpecBucket(folder, this.#ports.destination.bucket, stored);
        const { desired } = await readDesired(this.#workspace, bucket, resourceShapes);
        const config = desired?.resources.find(({ address }) => address === this.#options.resource)?.config;
        return config && fingerprintOf(config, applied);
      });
  }

  async #find(
    states: readonly UploadState[],
    present: string | undefined,
    read: (files: Files) => Promise<string | undefined>,
  ): Promise<Found> {
    const { resource, version } = this.#options;
    for (const state of states.slice(1)) {
      if (!mayBe(state, version)) continue;
      const files = await this.#filesOf(state);
      const found = await read(files);
      const isWanted = found !== undefined && found !== present;
      if (isWanted && isVersion(state, found, version)) return { state, files, fingerprint: found };
      // The resource as of a time: not an older one.
      if (found !== undefined && version !== undefined && isTime(version)) break;
    }
    throw invalidOption(
      version === undefined
        ? `No earlier upload has another configuration of ${resource}`
        : `No earlier upload has a configuration of ${resource} that differs from the present one, at --to ${version}`,
      `"gateloop history ${this.#workspace}" lists the uploads. The bucket keeps replaced files for a year.`,
    );
  }

  /** @returns the files to upload: the manifest with the earlier entry, and the schemas that it names */
  #changedFiles(files: Files, { state, files: earlier }: Found): Files {
    const [now, then] = [files.get(MANIFEST), earlier.get(MANIFEST)];
    const entry = now && then && withEarlierEntry(now.toString(), then.toString(), this.#options.resource);
    if (!now || !entry) throw this.#cannot(state);
    const changed = new Map<string, Buffer>();
    const manifest = Buffer.from(entry.manifest);
    for (const file of entry.schemaFiles) {
      const content = earlier.get(file);
      if (content && !files.get(file)?.equals(content)) changed.set(file, content);
    }
    // Where only a schema differs, the manifest keeps its own formatting.
    if (!isSameEntry(now, then, this.#options.resource)) changed.set(MANIFEST, manifest);
    return changed;
  }

  #cannot({ time }: UploadState): CommandError {
    return new CommandError('CannotRollBack', {
      what: `The entry of ${this.#options.resource} in the upload of ${new Date(time).toISOString()} cannot be put into the present files.`,
      where: this.#workspace,
      remedy:
        'The present manifest has errors or another structure, or the entry needs what is not there any more. Correct the files of the workspace and push them.',
    });
  }

  #push(files: Files): Promise<PushResult> {
    const { planOnly, minutes, json } = this.#options;
    const { to, destination } = this.#ports;
    const workspace = this.#workspace;
    const common = { reconcile: false, untilReady: false, allowWaiting: false, policy: false };
    return this.#inFolder(files, (folder) =>
      push({ ...common, folder, workspace, to, planOnly, minutes, json }, () => destination, this.#follow),
    );
  }

  async #filesOf({ files }: UploadState): Promise<Files> {
    const read = [...files].map(async ([path, version]): Promise<[string, Buffer]> => {
      const key = `${version.versionId} ${path}`;
      const content = this.#content.get(key) ?? this.#ports.readVersion(this.#workspace, version);
      this.#content.set(key, content);
      return [path, await content];
    });
    return new Map(await Promise.all(read));
  }

  /** The folder has the name of the workspace. It is gone afterwards. */
  async #inFolder<Result>(files: Files, work: (folder: string) => Promise<Result>): Promise<Result> {
    const parent = mkdtempSync(join(tmpdir(), 'gateloop-rollback-'));
    try {
      const folder = join(parent, this.#workspace);
      writeFiles(folder, files);
      return await work(folder);
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  }

  #say(text: string): void {
    this.#follow.screen.say(terminalText(text));
  }
}

/** Guardrails and documents are read once, and not for each upload. */
function oncePerRun(stored: StoredObjects): StoredObjects {
  const guardrails = stored.readGuardrails();
  return { ...stored, readGuardrails: () => guardrails };
}

function fingerprintOf(
  config: Parameters<typeof fingerprint>[0],
  applied: OutcomeDocument['applied'] = {},
): string {
  const resolved = resolveReferences(config, (address, field) => applied[address]?.outputs?.[field]);
  return fingerprint('config' in resolved ? resolved.config : config);
}

function isSameEntry(now: Buffer, then: Buffer, address: Address): boolean {
  const own = withEarlierEntry(now.toString(), now.toString(), address)?.manifest;
  return own !== undefined && own === withEarlierEntry(now.toString(), then.toString(), address)?.manifest;
}

function isTime(version: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(version);
}

/** Whether an upload can be the wanted one, as far as its files need not be read for that. */
function mayBe({ time }: UploadState, version: string | undefined): boolean {
  return version === undefined || !isTime(version) || time <= Date.parse(version);
}

function isVersion({ revision }: UploadState, found: string, version: string | undefined): boolean {
  if (version === undefined || isTime(version)) return true;
  return revision.startsWith(version) || found.startsWith(version);
}

function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
