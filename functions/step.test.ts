import type { Context } from 'aws-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { lambdaStep, logger } from './runtime/lambdaStep.ts';

const TRACE = '1-5759e988-bd862e3fe1be46a994272793';

describe('the log of a step', () => {
  /** Runs a step that logs one line, and reads the line. */
  async function loggedLine(): Promise<unknown> {
    let text = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    onTestFinished(() => {
      write.mockRestore();
      vi.unstubAllEnvs();
    });
    const handler = lambdaStep(
      () => undefined,
      async () => logger.info('Looked.'),
    );
    // Powertools reads only these of the context.
    const context = { awsRequestId: 'request-1', functionName: 'poll' } as Context;
    await handler({ input: { workspace: 'payments' }, execution: 'execution-1' }, context);
    return JSON.parse(text.split('\n').find((line) => line.includes('Looked.')) ?? '');
  }

  it('has the trace of a traced invocation, with the workspace and the execution', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', `Root=${TRACE};Parent=53995c3f42cd8ad8;Sampled=1`);
    expect(await loggedLine()).toMatchObject({
      message: 'Looked.',
      xray_trace_id: TRACE,
      workspace: 'payments',
      execution: 'execution-1',
      function_request_id: 'request-1',
    });
  });

  it('has no trace where the invocation is not traced', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
    expect(await loggedLine()).not.toHaveProperty('xray_trace_id');
  });
});
