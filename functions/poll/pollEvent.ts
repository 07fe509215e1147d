import { asText, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { defined, own } from '../../core/objects.ts';
import type { ResourceCommand } from '../../core/reconcile/ledgerRecord.ts';
import { readAddress } from '../../core/resources/resourceKinds.ts';
import { prefixes } from '../../core/storage/keys.ts';
import { isIgnoredFile, strayUpload } from '../../core/storage/uploads.ts';
import {
  type ToolReading,
  type ToolReadResult,
  toolSources,
  watchObstacles,
} from '../../core/toolContracts/toolWatch.ts';
import {
  invalidEvent,
  readCount,
  readMapping,
  readText,
  readTime,
  readWorkspaceName,
} from '../runtime/eventFields.ts';
import { workspaceOf } from '../workspaceOf.ts';

/** The event of poll and of release. */
export interface PollEvent {
  readonly workspace: string;
  readonly leaseHolder: string;
  /** How many polls came before this one in the same reconciliation. */
  readonly iteration: number;
  /** The first poll of a reconciliation, or the first after the workspace was found dirty at its end. */
  readonly isFull: boolean;
  /** What the poll before could not read, as the service had too many requests. */
  readonly unread?: readonly string[];
  /** The lists of tools that the step before has read. */
  readonly toolReadings?: readonly ToolReading[];
  /** In ms since the epoch. */
  readonly now: number;
  /** What the event that started the execution asks for, in its first poll. */
  readonly command?: ResourceCommand;
  /** A step of the execution has failed after all its retries. */
  readonly hasFailed?: true;
}

/** An upload that is part of no workspace, or a file that Gateloop ignores: no workspace is polled for it. */
export interface UnreadUpload {
  readonly next: 'stray' | 'ignored';
  /** The key of the file. */
  readonly key: string;
}

/**
 * Reads the event of an upload that no workspace is polled for. A deleted file that was part of no workspace is ignored, and
 * so is the marker of a folder, with which an upload by hand begins.
 *
 * @returns undefined for any other event
 */
export function parseUnreadUpload(event: unknown): UnreadUpload | undefined {
  const input = isJsonObject(event) && isJsonObject(event.input) ? event.input : {};
  const detail = isJsonObject(input.detail) ? input.detail : {};
  const key = isJsonObject(detail.object) ? detail.object.key : undefined;
  if (typeof key !== 'string' || !key.startsWith(prefixes.uploads)) return undefined;
  const isStray = strayUpload(key) !== undefined && !key.endsWith('/');
  if (isStray) return { next: input['detail-type'] === 'Object Deleted' ? 'ignored' : 'stray', key };
  return isIgnoredFile(key) ? { next: 'ignored', key } : undefined;
}

/**
 * Reads what the state machine passes: the state after the poll before, or, for the first poll, the event that started
 * the execution.
 *
 * @throws GateloopError `InvalidEvent`
 */
export function parsePollEvent(event: unknown): PollEvent {
  const { previous, input, execution, now, hasFailed } = readMapping(
    event,
    'a mapping with "previous", "input", "execution", "now"',
  );
  const time = readTime(now);
  const failure = hasFailed === true ? { hasFailed } : {};
  if (isJsonObject(previous) && typeof previous.iteration === 'number') {
    const workspace = readWorkspaceName(previous.workspace, 'the workspace of the poll before');
    const holder = readText(previous.leaseHolder, 'the lease holder of the poll before');
    const isFull = isJsonObject(previous.lease) && previous.lease.dirty === true;
    const unread = parseUnread(previous.unread);
    const toolReadings = parseToolReadings(previous);
    return {
      workspace,
      leaseHolder: holder,
      iteration: readCount(previous.iteration, 'a count of polls in the poll before') + 1,
      isFull,
      now: time,
      ...failure,
      ...unread,
      ...toolReadings,
    };
  }
  const started = readMapping(input, 'the event that started the execution under "input"');
  // An execution that continues another one's work gets the lease holder in its input.
  const holder = started.leaseHolder ?? execution;
  return {
    workspace: workspaceOf(started),
    leaseHolder: readText(holder, 'the id of the execution'),
    iteration: 0,
    isFull: true,
    now: time,
    ...failure,
    ...defined({ command: parseCommand(started, time) }),
  };
}

function parseUnread(unread: JsonValue | undefined): Pick<PollEvent, 'unread'> {
  if (!Array.isArray(unread)) return {};
  // A list of all targets of a gateway is written as an address.
  return { unread: unread.map(asText).filter((entry) => readAddress(entry.replace(/\/\*$/, '/all'))) };
}

/**
 * Reads what the step brought that reads lists of tools. Where that step failed, every list that it was to read has a
 * failure, so that no poll plans the same read again for ever.
 */
function parseToolReadings({ next, toolReads, toolReadings }: JsonObject): Pick<PollEvent, 'toolReadings'> {
  if (next !== 'watch' || !Array.isArray(toolReads)) return {};
  const brought: readonly JsonValue[] = Array.isArray(toolReadings) ? toolReadings : [];
  return { toolReadings: toolReads.flatMap((planned: JsonValue) => readReading(planned, brought) ?? []) };
}

function readReading(planned: JsonValue, brought: readonly JsonValue[]): ToolReading | undefined {
  if (!isJsonObject(planned)) return undefined;
  const address = readAddress(asText(planned.address));
  const { moment, synchronizedAt } = planned;
  if (!address || (moment !== 'before' && moment !== 'after') || typeof synchronizedAt !== 'number')
    return undefined;
  const found = brought.filter(isJsonObject).find((each) => each.address === planned.address);
  const results = toolSources
    .filter((source) => planned[source] !== undefined)
    .map((source) => [source, readResult(found?.[source])]);
  const configuration = asText(planned.configuration);
  return { address, moment, synchronizedAt, configuration, ...Object.fromEntries(results) };
}

/** The digest becomes a part of a key, and comes from the function that reads what strangers send. */
const SHA_256 = /^[0-9a-f]{64}$/;

function readResult(result: JsonValue | undefined): ToolReadResult {
  const { digest, failure } = isJsonObject(result) ? result : {};
  if (typeof digest === 'string' && SHA_256.test(digest)) return { digest };
  return { failure: watchObstacles.find((each) => each === failure) ?? 'notRead' };
}

const actionByDetailType: Readonly<Record<string, ResourceCommand['action']>> = {
  'Retry Requested': 'retry',
  'Sync Requested': 'sync',
};

/**
 * Reads what an event asks for about one resource.
 *
 * @param now in ms since the epoch
 * @throws GateloopError `InvalidEvent`
 */
export function parseCommand(started: JsonObject, now: number): ResourceCommand | undefined {
  const action = own(actionByDetailType, asText(started['detail-type']));
  if (action === undefined) return undefined;
  const { resource } = readMapping(started.detail, 'a mapping under "detail"');
  const address = typeof resource === 'string' ? readAddress(resource) : undefined;
  if (address === undefined)
    throw invalidEvent(
      'the address of a resource under "detail.resource", such as gatewayTarget/payments/ledger',
      resource,
    );
  return { action, address, givenAt: now };
}
