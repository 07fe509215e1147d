import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { readLambda } from './command.ts';
import { lambdaFunctions } from './lambdaFunctions.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:refunds';
const folder = mkdtempSync(join(tmpdir(), 'functions-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'refunds.mjs');
writeFileSync(
  file,
  `export const handler = async (event, context) => ({ event, tool: context.clientContext.custom.bedrockAgentCoreToolName, arn: context.invokedFunctionArn });`,
);

describe('readLambda', () => {
  it('--lambda: takes a file that exists, and a URL on this machine', () => {
    expect(readLambda(`${ARN}=${file}`)).toEqual({ [ARN]: file });
    expect(readLambda(`${ARN}:live=http://127.0.0.1:9000`)).toEqual({
      [`${ARN}:live`]: 'http://127.0.0.1:9000',
    });
  });

  it.each([`refunds=${file}`, `${ARN}=${file}.missing`, `${ARN}=https://example.com/`, ARN])(
    '--lambda: refuses %s',
    (text) => {
      expect(() => readLambda(text)).toThrow('--lambda takes the ARN of a function');
    },
  );
});

describe('lambdaFunctions', () => {
  it('lambdaFunctions: calls the handler of a module with the context of a gateway', async () => {
    const functions = lambdaFunctions({ [ARN]: file });
    const custom = { bedrockAgentCoreToolName: 'ledger___refund' };
    expect(await functions[ARN]?.({ amount: 7 }, custom)).toEqual({
      event: { amount: 7 },
      tool: 'ledger___refund',
      arn: ARN,
    });
  });

  it("lambdaFunctions: calls a server as AWS's Runtime Interface Emulator, and takes its errors for those of the function", async () => {
    const server = createServer(async (request, response) => {
      const event = await json(request);
      const context = Buffer.from(String(request.headers['x-amz-client-context']), 'base64').toString();
      const isFailing = Object(event).fail === true;
      const answer = isFailing
        ? { errorType: 'RangeError', errorMessage: 'Too much' }
        : { path: request.url, event, context: JSON.parse(context) };
      response.end(JSON.stringify(answer));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const functions = lambdaFunctions({ [ARN]: `http://127.0.0.1:${port}` });
    const custom = { bedrockAgentCoreToolName: 'ledger___refund' };
    expect(await functions[ARN]?.({ amount: 7 }, custom)).toEqual({
      path: '/2015-03-31/functions/function/invocations',
      event: { amount: 7 },
      context: { custom },
    });
    await expect(functions[ARN]?.({ fail: true }, custom)).rejects.toThrow('RangeError: Too much');
    server.close();
  });
});
