import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import type { Endpoint } from './endpointSubject.ts';
import { type ContractReport, ContractReporter, failureText } from './report.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Runs the contract suite at an endpoint.
 *
 * @param progress receives a mark for each row, and failures as they happen
 */
export async function runContract(
  endpoint: Endpoint,
  progress: (text: string) => void,
): Promise<ContractReport> {
  const marks = { passed: '.', failed: 'F', notRun: '-' };
  const reporter = new ContractReporter((row) => {
    progress(row.result === 'failed' ? `\n${failureText(row)}\n` : marks[row.result]);
  });
  const vitest = await startVitest('test', ['test/agentcore/contract/contract.test.ts'], {
    root: ROOT,
    watch: false,
    reporters: [reporter],
    provide: { contractEndpoint: endpoint },
    maxConcurrency: endpoint.concurrency,
  });
  await vitest.close();
  progress('\n');
  return reporter.report();
}
