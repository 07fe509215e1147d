import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startAgentCore } from '../../../../local/agentcore/server.ts';
import { SimulatedClock } from '../../../../local/simulation/clock.ts';
import { Store } from '../../../../local/simulation/store.ts';
import { authorizationFor, serviceOf } from '../../rawRequest.ts';
import { type Difference, differences } from './differences.ts';
import {
  type Json,
  type RecordedAnswer,
  type RecordedCall,
  type RecordedRequest,
  recordedAnswer,
} from './recorder.ts';
import { findReplacements, isList, RECORDED_IDENTITY, restoreRequest, scrubCalls } from './scrub.ts';

/** The calls of one row of the contract, without anything that identifies an account. */
export interface Recording {
  /** Who answered, such as `recorded from the emulator`. */
  readonly source: string;
  /** The title of the row. */
  readonly row: string;
  readonly calls: readonly RecordedCall[];
}

/** Writes a recording into its file in a directory. The file depends only on the row and on what was answered. */
export function writeRecording(directory: string, recording: Recording): void {
  const [operation = '', ...words] = recording.row.split(' ');
  // One hyphen for each other character: collapsed ones would give several rows the same file.
  const slug = words
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '-')
    .slice(0, 100)
    .replace(/^-+|-+$/g, '');
  const file = join(directory, operation, `${slug}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ ...recording, calls: withoutRepeats(recording.calls) }, null, 2)}\n`,
  );
}

/** Leaves out a poll that was answered like the one before it: how often a client polls is chance. */
export function withoutRepeats(calls: readonly RecordedCall[]): readonly RecordedCall[] {
  return calls.filter((call, index) => {
    const before = calls[index - 1];
    return !(isRead(call) && before && JSON.stringify(call) === JSON.stringify(before));
  });
}

const isRead = ({ operation }: RecordedCall) => /^([A-Za-z]+\.)?(Get|List)/.test(operation);

/** @returns the recordings in a directory by their files, in the order of the files' names */
export function readRecordings(directory: string): readonly { file: string; recording: Recording }[] {
  return globSync(join(directory, '**/*.json'))
    .sort()
    .map((file) => ({ file, recording: JSON.parse(readFileSync(file, 'utf8')) }));
}

/** A call that the emulator answers differently. */
export interface DifferingCall {
  /** Its place among the calls of the recording, from 1. */
  readonly position: number;
  readonly operation: string;
  readonly differences: readonly Difference[];
}

/**
 * Sends the requests of a recording to a new emulator, and compares the answers. The emulator's time advances until a read has the
 * recorded answer. After a request that one side accepted and the other refused, the rest is not comparable and is left out.
 */
export async function replay({ calls }: Recording): Promise<readonly DifferingCall[]> {
  const clock = new SimulatedClock();
  const store = new Store(':memory:');
  const emulator = await startAgentCore({
    clock,
    store,
    seed: 1,
    behaviors: { unreachable: 'accepted' },
    quotas: { ratePerSecond: {} },
  });
  const identity = { ...RECORDED_IDENTITY, endpoint: emulator.url };
  const found: DifferingCall[] = [];
  const answered: RecordedCall[] = [];
  try {
    for (const [index, recorded] of calls.entries()) {
      const request = restoreRequest(recorded.request, findReplacements(answered));
      let differing: readonly Difference[] = [];
      let answer: RecordedAnswer | undefined;
      const attempt = async (): Promise<boolean> => {
        answer = await send(emulator.url, recorded.operation, request);
        const actual = scrubCalls([...answered, { ...recorded, request, answer }], identity).at(-1);
        differing = differences({ ...recorded.answer }, { ...actual?.answer });
        return differing.length === 0;
      };
      if (isRead(recorded))
        await clock.until(attempt).catch(() => {}); // The last difference is reported below.
      else await attempt();
      if (answer) answered.push({ ...recorded, request, answer });
      if (differing.length > 0)
        found.push({ position: index + 1, operation: recorded.operation, differences: outcome(differing) });
      if (differing.some(isOfStatus)) break;
    }
  } finally {
    await emulator.close();
    store.close();
  }
  return found;
}

const isOfStatus = ({ path }: Difference) => path === 'status';

/** If one side accepted and the other refused, all members differ, and only the outcome counts. */
function outcome(found: readonly Difference[]): readonly Difference[] {
  return found.some(isOfStatus)
    ? found.filter(({ path }) => ['status', 'error', 'body.message'].includes(path))
    : found;
}

async function send(
  endpoint: string,
  operation: string,
  { method, path, query, body }: RecordedRequest,
): Promise<RecordedAnswer> {
  const url = new URL(`${endpoint}${path}`);
  for (const [name, value] of Object.entries(query ?? {}))
    for (const item of isList(value) ? value : [value]) url.searchParams.append(name, String(item));
  const response = await fetch(url, {
    method,
    headers: { authorization: authorizationFor(serviceOf(operation)), 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return recordedAnswer(response.status, Object.fromEntries(response.headers), await response.text());
}

/** @returns one line for each differing member */
export function differenceText(file: string, calls: readonly DifferingCall[]): string {
  const text = (value: Json | undefined) => (value === undefined ? 'nothing' : JSON.stringify(value));
  return calls
    .flatMap(({ position, operation, differences: members }) =>
      members.map(
        ({ path, recorded, answered }) =>
          `${file}: call ${position}, ${operation}, ${path}: recorded ${text(recorded)}, the emulator answered ${text(answered)}`,
      ),
    )
    .join('\n');
}
