import type { S3Client } from '@aws-sdk/client-s3';
import type { Address } from '../../core/address.ts';
import { cachesListedTools } from '../../core/resources/gatewayTarget.ts';
import { revisionOf } from '../../core/storage/desiredDocument.ts';
import { contractKey, outcomeKey } from '../../core/storage/keys.ts';
import { type OutcomeDocument, outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { contractDocument } from '../../core/storage/toolContractDocuments.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { explainedBucketError } from '../awsErrors.ts';
import { invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { type PublishedDocuments, readPublished } from '../push/follow.ts';
import { outcomeText } from '../push/outcomeText.ts';
import { type FollowPorts, followOnScreen } from '../push/progressDisplay.ts';
import { UploadBucket } from '../push/uploadBucket.ts';
import type { RequestDestination, RequestTo } from './destination.ts';
import { outcomesIn } from './outcomesIn.ts';
import { putEvent } from './putEvent.ts';

export type RequestedAction = 'retry' | 'sync' | 'reconcile';

export interface RequestOptions {
  readonly action: RequestedAction;
  readonly to: RequestTo;
  /** Absent with `reconcile`. */
  readonly resource?: Address;
  /** Without it, the workspace is looked up by the resource. */
  readonly workspace?: string;
  readonly minutes: number;
  readonly detach: boolean;
  readonly json: boolean;
}

/** The result of `gateloop retry`, `sync` and `reconcile`, as `--json` prints it. */
export interface RequestResult {
  readonly exitCode: number;
  readonly action: RequestedAction;
  readonly workspace: string;
  readonly resource?: Address;
  /** The id of the event. */
  readonly event: string;
  /** Absent with `--detach`. */
  readonly outcome?: OutcomeDocument;
}

const detailTypes: Readonly<Record<RequestedAction, string>> = {
  retry: 'Retry Requested',
  sync: 'Sync Requested',
  reconcile: 'Reconcile Requested',
};

/**
 * Sends a request to Gateloop's bus, and follows the reconciliation that it starts.
 *
 * @throws CommandError `InvalidOption` when no workspace has the resource; `NotFollowed`, `AwsTrouble`
 */
export async function request(
  options: RequestOptions,
  openDestination: () => Promise<RequestDestination>,
  ports: FollowPorts,
): Promise<RequestResult> {
  const destination = await openDestination();
  try {
    return await send(options, destination, ports);
  } catch (error) {
    throw explainedBucketError(error, destination.bucket);
  }
}

async function send(
  options: RequestOptions,
  { client, bucket, events, bus }: RequestDestination,
  ports: FollowPorts,
): Promise<RequestResult> {
  const { action, resource, detach } = options;
  const workspace = options.workspace ?? (await workspaceWith(resource, client, bucket));
  const files = new UploadBucket(client, bucket, workspace);
  const before = await readPublished(files, workspace);
  await checkRequest(options, workspace, before, files);
  const detail = { workspace, ...(resource && { resource }) };
  const event = await putEvent({ bus, detailType: detailTypes[action], detail }, events);
  const parts = { action, workspace, ...(resource && { resource }), event };
  ports.screen.say(`${detailTypes[action]}: ${terminalText(resource ?? workspace)}, on the bus ${bus}.`);
  if (detach) return { ...parts, exitCode: exitCodes.done };
  const outcome = await followRequest(options, workspace, before, files, ports);
  ports.screen.say(outcomeText(outcome, ports.screen));
  const exitCode = outcome.outcome === 'ready' ? exitCodes.done : exitCodes[outcome.outcome];
  return { ...parts, outcome, exitCode };
}

/**
 * Finds the workspace whose outcome names the resource.
 *
 * @throws CommandError `InvalidOption`
 */
export async function workspaceWith(
  resource: Address | undefined,
  client: S3Client,
  bucket: string,
): Promise<string> {
  for (const workspace of await outcomesIn(client, bucket)) {
    const { outcome } = await readPublished(new UploadBucket(client, bucket, workspace), workspace);
    if (outcome && names(outcomeOf(workspace, outcome.document), resource)) return workspace;
  }
  throw invalidOption(
    `No workspace in ${bucket} has the resource ${resource}`,
    'Check its name in the manifest, or name its workspace with --workspace.',
  );
}

function outcomeOf(workspace: string, document: unknown): OutcomeDocument {
  return outcomeDocument.parse(outcomeKey(workspace), document);
}

function names({ resources }: OutcomeDocument, resource: Address | undefined): boolean {
  return resources.some(({ address }) => address === resource);
}

/** Refuses what Gateloop would leave without an effect. */
async function checkRequest(
  { action, resource }: RequestOptions,
  workspace: string,
  { outcome }: PublishedDocuments,
  files: UploadBucket,
): Promise<void> {
  const known = outcome && outcomeOf(workspace, outcome.document);
  if (resource === undefined) {
    if (known || (await files.listFiles()).length > 0) return;
    throw invalidOption(`There is no workspace ${workspace}`, 'Push it first, or correct the name.');
  }
  if (!known || !names(known, resource))
    throw invalidOption(
      `The workspace ${workspace} has no resource ${resource}`,
      `Its outcome names ${known?.resources.map(({ address }) => address).join(', ') || 'none'}.`,
    );
  if (action !== 'sync') return;
  const { fingerprint } = known.applied[resource] ?? {};
  const key = fingerprint === undefined ? undefined : contractKey(workspace, fingerprint);
  const contract = key === undefined ? undefined : await files.read(key);
  if (key === undefined || !contract) return;
  if (!cachesListedTools(contractDocument.parse(key, contract.document).config))
    throw invalidOption(
      `${resource} has nothing to synchronize: its gateway reads no tools from an MCP server for it`,
      'Change its schema and push, or change the listing mode of the target.',
    );
}

async function followRequest(
  { minutes }: RequestOptions,
  workspace: string,
  before: PublishedDocuments,
  bucket: UploadBucket,
  ports: FollowPorts,
): Promise<OutcomeDocument> {
  const revision = revisionOf(await bucket.listFiles());
  const onAwaiting = () => {};
  return followOnScreen(
    { bucket, workspace, revision, before, minutes, untilReady: false, onAwaiting },
    ports,
  );
}
