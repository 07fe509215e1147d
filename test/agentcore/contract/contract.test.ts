import { afterAll, describe, expect, inject, it, onTestFinished, type TestContext } from 'vitest';
import type { AcceptedRow, RejectedRow } from './contract.ts';
import { contracts } from './contracts.ts';
import { type Endpoint, type EndpointSubject, openEndpoint, RowNotRun } from './endpointSubject.ts';
import { OPERATIONS } from './operations.ts';
import './report.ts';
import { observedTransitions } from './observedTransitions.ts';
import { writeRecording } from './recording/replay.ts';
import { scrubCalls } from './recording/scrub.ts';
import { openSubject, type Subject } from './subject.ts';

/** Set by `npm run test:contract`. Without it, every row has an emulator of its own in this process. */
const endpoint = inject('contractEndpoint');

/** Operations on AWS take minutes. */
const TIMEOUT_MS = endpoint ? 20 * 60_000 : 30_000;

/** The end of the last links, and the time to delete their targets. */
const LAST_CLEAN_UP_MS = 3 * 60 * 60_000;

type Row = AcceptedRow | RejectedRow;
type Check = (subject: Subject) => Promise<void>;

async function prepare(row: Row, subject: Subject) {
  const fixture = (await row.setUp?.(subject)) ?? {};
  const input = typeof row.input === 'function' ? row.input(fixture, subject) : row.input;
  return { fixture, input };
}

const verifyAccepted =
  (operation: string, row: AcceptedRow): Check =>
  async (subject) => {
    const { fixture, input } = await prepare(row, subject);
    const response = await subject.call(operation, input);
    if (row.expectedResponse) expect(response).toMatchObject(row.expectedResponse);
    await row.verify?.(subject, response, fixture);
  };

const verifyRejected =
  (operation: string, row: RejectedRow): Check =>
  async (subject) => {
    const { code, message, field } = row.expectedError;
    const { input } = await prepare(row, subject);
    const error: unknown = await subject.call(operation, input).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: code });
    if (message) expect(String(Object(error).message)).toMatch(message);
    // The documentation does not say for every rule which fields AWS names. The emulator names all.
    if (field !== undefined && !endpoint) {
      expect(Object(error).fieldList).toContainEqual(expect.objectContaining({ name: field }));
    }
  };

/** @returns why the endpoint cannot run the row; undefined if it can */
function reasonNotToRun({ options, needsEmulator }: Row): string | undefined {
  if (options) return `it needs settings of the emulator: ${Object.keys(options).join(', ')}`;
  if (needsEmulator && endpoint?.url === undefined)
    return 'it names a server, function, image or secret that an account does not have, or takes long';
  return undefined;
}

async function runInProcess(row: Row, check: Check): Promise<void> {
  const subject = await openSubject(row.options);
  onTestFinished(() => subject.close());
  await check(subject);
}

async function runAtEndpoint(at: Endpoint, title: string, row: Row, check: Check, test: TestContext) {
  const reason = reasonNotToRun(row);
  if (reason !== undefined) test.skip(reason);
  const subject = openEndpoint(at);
  try {
    await check(subject);
    if (at.recordTo !== undefined) record(at.recordTo, at.source, title, subject);
  } catch (error) {
    if (error instanceof RowNotRun) test.skip(error.message);
    // What the service answered instead is worth keeping most of all.
    if (at.recordTo !== undefined) record(at.recordTo, at.source, title, subject);
    throw error;
  } finally {
    const calls = scrubCalls(subject.calls(), subject.identity);
    const last = calls.at(-1);
    test.task.meta.contractRow = {
      ...(last && { answered: { operation: last.operation, ...last.answer } }),
      transitions: observedTransitions(calls),
    };
    const leftovers = await subject.cleanUp(false);
    if (leftovers.length > 0) unfinished.push(subject);
    else await subject.close();
  }
}

/** Subjects whose resources could not be deleted at the end of their rows. */
const unfinished: EndpointSubject[] = [];

if (endpoint && !endpoint.isDisposable)
  // biome-ignore lint/correctness/noEmptyPattern: Vitest demands a pattern, and no fixture is needed.
  afterAll(async ({}, suite) => {
    const left = await Promise.all(unfinished.map((subject) => subject.cleanUp(true)));
    suite.meta.contractLeftovers = left.flat();
    for (const subject of unfinished) await subject.close();
  }, LAST_CLEAN_UP_MS);

function record(directory: string, source: string, row: string, subject: EndpointSubject): void {
  writeRecording(directory, { source, row, calls: scrubCalls(subject.calls(), subject.identity) });
}

function declare(operation: string, title: string, row: Row, check: Check): void {
  if (endpoint?.rows !== undefined && !new RegExp(endpoint.rows).test(`${operation} ${title}`)) return;
  if (endpoint)
    it(title, (test) => runAtEndpoint(endpoint, `${operation} ${title}`, row, check, test), TIMEOUT_MS);
  else it(title, () => runInProcess(row, check), TIMEOUT_MS);
}

for (const { operation, accepted, rejected } of contracts) {
  describe(operation, { concurrent: endpoint !== undefined }, () => {
    for (const row of accepted)
      declare(operation, `accepts ${row.title}`, row, verifyAccepted(operation, row));
    for (const row of rejected)
      declare(operation, `rejects ${row.title}`, row, verifyRejected(operation, row));
  });
}

describe.skipIf(endpoint !== undefined)('contract', () => {
  it('has accepted and rejected requests for every operation', () => {
    const complete = contracts.filter(({ accepted, rejected }) => accepted.length > 0 && rejected.length > 0);
    expect(complete.map(({ operation }) => operation).sort()).toEqual([...OPERATIONS].sort());
  });

  it('covers exactly the emulated operations', async () => {
    const subject: Subject = await openSubject();
    onTestFinished(() => subject.close());
    const emulated = Object.keys(subject.emulator?.agentCore.service.operations ?? {});
    expect(emulated.sort()).toEqual([...OPERATIONS].sort());
  });
});
