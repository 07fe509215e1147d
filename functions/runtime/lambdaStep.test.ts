import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { GateloopError } from '../../core/errors.ts';
import { lambdaStep } from './lambdaStep.ts';
import { logger, measure } from './observability.ts';

const TRACE = '1-5759e988-bd862e3fe1be46a994272793';

// Powertools reads only these members of the context.
const context = { awsRequestId: 'request-1', functionName: 'poll' } as Context;

/** Collects what the step writes to stdout and stderr, where Lambda reads logs and metrics from. */
function captureOutput(): () => string[] {
  let text = '';
  const writes = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    }),
  );
  const log = vi.spyOn(console, 'log').mockImplementation((line) => {
    text += `${line}\n`;
  });
  onTestFinished(() => {
    for (const write of writes) write.mockRestore();
    log.mockRestore();
    vi.unstubAllEnvs();
  });
  return () => text.split('\n').filter((line) => line !== '');
}

describe('lambdaStep', () => {
  async function loggedLine(): Promise<unknown> {
    const output = captureOutput();
    const handler = lambdaStep(
      () => undefined,
      async () => logger.info('Looked.'),
      Date.now,
    );
    await handler({ input: { workspace: 'payments' }, execution: 'execution-1' }, context);
    return JSON.parse(output().find((line) => line.includes('Looked.')) ?? '');
  }

  it('adds the trace, the workspace and the execution to the log of a traced invocation', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', `Root=${TRACE};Parent=53995c3f42cd8ad8;Sampled=1`);
    expect(await loggedLine()).toMatchObject({
      message: 'Looked.',
      xray_trace_id: TRACE,
      workspace: 'payments',
      execution: 'execution-1',
      function_request_id: 'request-1',
    });
  });

  it('logs each field that a query of the runbook asks for', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', `Root=${TRACE};Parent=53995c3f42cd8ad8;Sampled=1`);
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const queries = [...runbook.matchAll(/^fields (.+)$/gm)].map(([, query = '']) => query);
    expect(queries.length).toBeGreaterThan(1);
    const output = captureOutput();
    const handler = lambdaStep(
      () => undefined,
      async () => logger.error('Failed.', { resource: 'gateway/payments' }),
      Date.now,
    );
    await handler({ input: { workspace: 'payments' }, execution: 'execution-1' }, context);
    const line = JSON.parse(output().find((text) => text.includes('Failed.')) ?? '');
    for (const query of queries) {
      const [shown = '', ...commands] = query.split(' | ');
      const filtered = [...commands.join(' ').matchAll(/(\w+) = "([^"]*)"/g)];
      // Logs Insights adds @timestamp itself.
      for (const field of shown.split(', ').filter((name) => !name.startsWith('@'))) {
        expect(line, query).toHaveProperty(field);
      }
      expect(line, query).toMatchObject(
        Object.fromEntries(filtered.map(([, field, value]) => [field, value])),
      );
    }
  });

  it('adds no trace to the log of an invocation that is not traced', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
    expect(await loggedLine()).not.toHaveProperty('xray_trace_id');
  });

  it('forgets the log keys of the invocation before', async () => {
    const output = captureOutput();
    const handler = lambdaStep(
      () => undefined,
      async () => logger.info('Looked.'),
      Date.now,
    );
    await handler({ input: { workspace: 'payments' }, execution: 'execution-1' }, context);
    await handler({ input: {}, execution: 'execution-2' }, context);
    const lines = output().map((line) => JSON.parse(line));
    expect(lines.map(({ execution }) => execution)).toEqual(['execution-1', 'execution-2']);
    expect(lines[1]).not.toHaveProperty('workspace');
  });

  it('gives the parsed event to the use case and returns its result', async () => {
    const handler = lambdaStep(
      (event) => ({ parsed: event }),
      async (event) => ({ got: event }),
      Date.now,
    );
    expect(await handler('event', context)).toEqual({ got: { parsed: 'event' } });
  });

  it.each([
    [
      'the time of its clock, since all retries of a state have the time at which it was entered',
      1000,
      700_000,
      700_000,
    ],
    ['the time at which the state was entered, where the clock of the function is behind', 1000, 900, 1000],
  ])('lambdaStep: gives the step %s', async (_, entered, clock, expected) => {
    const handler = lambdaStep(
      () => ({ workspace: 'payments', now: entered }),
      async (event) => event,
      () => clock,
    );
    expect(await handler({}, context)).toEqual({ workspace: 'payments', now: expected });
  });

  it('publishes the metrics of an invocation that succeeds, and of one that fails', async () => {
    const output = captureOutput();
    const measured = (error?: Error) =>
      lambdaStep(
        () => undefined,
        async () => {
          measure([{ name: 'CallsAccepted', value: 1 }]);
          if (error) throw error;
        },
        Date.now,
      );
    await measured()({}, context);
    expect(output().filter((line) => line.includes('CallsAccepted'))).toHaveLength(1);
    await expect(measured(new Error('broken'))({}, context)).rejects.toThrow('broken');
    expect(output().filter((line) => line.includes('CallsAccepted'))).toHaveLength(2);
  });

  it('fails with a stack trace that shows the positions in the sources', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    // Column 10 of the bundle's line 1 comes from line 3, column 5 of the source (`UAEI`: 10, 0, 2, 4).
    const map = { version: 3, sources: ['../../functions/poll/poll.ts'], names: [], mappings: 'UAEI' };
    const bundle = join(directory, 'index.mjs');
    writeFileSync(`${bundle}.map`, JSON.stringify(map));
    const handler = lambdaStep(
      () => undefined,
      async () => {
        const error = new Error('broken');
        error.stack = `Error: broken\n    at poll (${pathToFileURL(bundle).href}:1:11)`;
        throw error;
      },
      Date.now,
    );
    await expect(handler({}, context)).rejects.toMatchObject({
      stack: 'Error: broken\n    at poll (functions/poll/poll.ts:3:5)',
    });
  });

  it('writes no metrics for an invocation that measured nothing, and does not warn about that', async () => {
    const output = captureOutput();
    const warn = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => warn.mockRestore());
    await lambdaStep(
      () => undefined,
      async () => undefined,
      Date.now,
    )({}, context);
    expect(output().filter((line) => line.includes('CloudWatchMetrics'))).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('fails with the error of the parser under the name that the state machine matches', async () => {
    const handler = lambdaStep(
      () => {
        throw new GateloopError('InvalidEvent', 'Expected a mapping.');
      },
      async () => undefined,
      Date.now,
    );
    await expect(handler({}, context)).rejects.toMatchObject({ name: 'InvalidEvent' });
  });
});
