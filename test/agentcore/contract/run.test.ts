import { describe, expect, it } from 'vitest';
import { readCommandLine, runAlone } from '../../../cli/program.ts';
import { recordedIo } from '../../../cli/testing/recordedIo.ts';
import { contractCommand } from './run.ts';

const ROLE = 'arn:aws:iam::111122223333:role/contract';
const read = (...args: string[]) => readCommandLine(contractCommand, args, recordedIo());

describe('npm run test:contract', () => {
  it.each([
    { args: [], problem: /exactly one of --emulator, --endpoint, --account and --replay/ },
    { args: ['--emulator', '--replay', 'recorded'], problem: /exactly one/ },
    { args: ['--endpoint', 'localhost'], problem: /takes a URL/ },
    {
      args: ['--endpoint', 'https://bedrock-agentcore-control.us-east-1.amazonaws.com'],
      problem: /give --account/,
    },
    { args: ['--account', '1111'], problem: /12 digits/ },
    { args: ['--account', '111122223333'], problem: /needs --role/ },
    { args: ['--account', '444455556666', '--role', ROLE], problem: /in account 444455556666/ },
    { args: ['--replay', 'recorded', '--record', 'again'], problem: /exclude each other/ },
    { args: ['--emulator', '--rows', '('], problem: /regular expression/ },
  ])('refuses $args', ({ args, problem }) => {
    expect(() => read(...args)).toThrow(problem);
  });

  it('runs on an account only if its id and a role of that account are given', () => {
    expect(read('--account', '111122223333', '--role', ROLE, '--region', 'eu-central-1')).toMatchObject({
      on: { account: '111122223333' },
      roleArn: ROLE,
      region: 'eu-central-1',
      concurrency: 1,
    });
  });

  it('exits with 3 and names the remedy if nothing listens at the endpoint', async () => {
    const io = recordedIo();
    // Port 1 is reserved, so that no service listens there.
    const code = await runAlone(contractCommand, 'test:contract', ['--endpoint', 'http://127.0.0.1:1'], io);
    expect(code).toBe(3);
    expect(io.written().stderr).toMatch(/does not respond/);
  });

  it('exits with 2 if the directory has no recording to replay', async () => {
    const io = recordedIo();
    expect(await runAlone(contractCommand, 'test:contract', ['--replay', 'no-such-directory'], io)).toBe(2);
    expect(io.written().stderr).toMatch(/no recording in no-such-directory/);
  });
});
