import { describe, expect, it } from 'vitest';
import { readDeployment } from '../../infra/deployment.ts';
import { region, testAccount } from '../testing/testAccount.ts';
import { accountReport, RESERVED } from './accountReport.ts';

const report = (settings: object, given: Parameters<typeof testAccount>[0], place = region) =>
  accountReport(readDeployment('main', settings), place, testAccount(given));

describe('accountReport', () => {
  it('accountReport: says what the account has, what the Region lacks, and what is used again', async () => {
    expect(await report({}, {})).toEqual([
      expect.stringContaining('The account runs at most 1000 functions at once'),
      'AgentCore has no harnesses, payment credential providers, payment managers, evaluators, online evaluation configs, capacity providers, memories in eu-south-1.',
      'Found from an earlier deployment, and used again: bucket gateloop-main-spec-123456789012-eu-south-1 with every version.',
    ]);
  });

  it('accountReport: says that a small account has no room for pages while steps run', async () => {
    const [line] = await report({}, { limit: 10 });
    expect(line).toContain('at most 10 functions at once, which all its functions share');
  });

  it('accountReport: refuses to reserve what the account does not have, before a deployment', async () => {
    expect(RESERVED).toBe(22);
    await expect(report({ reserveConcurrency: true }, { limit: 121 })).rejects.toThrow('needs 122');
    const [line] = await report({ reserveConcurrency: true }, { limit: 122 });
    expect(line).toContain('of which Gateloop reserves 22');
  });

  it('accountReport: counts the executions of this environment that go on', async () => {
    const lines = await report({}, { hasStack: true, running: 3 }, 'us-east-1');
    expect(lines.slice(1)).toEqual([
      expect.stringContaining('3 executions of gateloop-main-authorize are running'),
    ]);
  });

  it('accountReport: says what this version cannot carry over from the deployed one', async () => {
    const formats = JSON.stringify({ ledger: 2, outcome: 1 });
    const lines = await report({}, { hasStack: true, formats }, 'us-east-1');
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/items of the ledger in format 2.*leaves them as they are/),
    ]);
  });
});
