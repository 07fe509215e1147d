import { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import type { CommandRow } from '../commandSpec.ts';
import { readCommandLine } from '../program.ts';
import { answering } from '../testing/answering.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { healCommand, resumeCommand, suspendCommand } from './command.ts';
import { connect } from './connect.ts';
import { type OperateOptions, operate } from './operate.ts';

const NOW = Date.UTC(2026, 0, 1);
const commands: Readonly<Record<string, CommandRow<OperateOptions>>> = {
  suspend: suspendCommand,
  resume: resumeCommand,
  heal: healCommand,
};

/** An environment `main`, whose state machines are on the second page of the account's. */
function environment() {
  const ledger = new InMemoryLedger();
  ledger.putWorkspace('payments', { acceptedRevision: 'r1' });
  const machine = (name: string) => ({ name, stateMachineArn: `arn:${name}` });
  const { client: sfn, calls } = answering(new SFNClient({ region: 'eu-west-1' }), {
    ListStateMachinesCommand: ({ nextToken }: { nextToken?: string }) =>
      nextToken
        ? { stateMachines: [machine('gateloop-main-resync'), machine('gateloop-main-reconcile')] }
        : { stateMachines: [machine('gateloop-main-2-resync'), machine('other')], nextToken: 'more' },
    StartExecutionCommand: () => ({}),
  });
  const said: string[] = [];
  const run = async (line: string) => {
    const [name = '', ...args] = line.split(' ');
    const row = commands[name];
    if (!row) throw new RangeError(`There is no command ${name}.`);
    const options = readCommandLine(row, args, recordedIo());
    const prefix = 'environment' in options.to ? `gateloop-${options.to.environment}-` : '';
    const result = await operate(options, {
      ...{ ledger, sfn, prefix },
      say: (text) => said.push(text),
      now: () => NOW,
    });
    return expectOutput('operation', `${JSON.stringify(result)}\n`);
  };
  const passes = () => calls.filter(({ name }) => name === 'StartExecutionCommand').map(({ input }) => input);
  return { ledger, run, said, passes };
}

describe('gateloop suspend', () => {
  it('gateloop suspend: stops the changes of all workspaces, with the reason', async () => {
    const { ledger, run, said } = environment();
    expect(await run('suspend --reason incident-7')).toEqual({
      exitCode: 0,
      action: 'suspend',
      workspace: null,
      changed: true,
    });
    expect(await ledger.readSuspension('payments')).toEqual({ since: NOW, reason: 'incident-7' });
    expect(said).toEqual(['All changes of all workspaces are suspended. To go on: gateloop resume']);
  });

  it('gateloop suspend: stops the changes of one workspace alone', async () => {
    const { ledger, run, said } = environment();
    await run('suspend payments');
    expect(await ledger.readSuspension('payments')).toEqual({ since: NOW });
    expect(await ledger.readSuspension('books')).toBeUndefined();
    expect(said.join()).toContain('gateloop resume payments');
  });

  it('gateloop suspend: refuses a misspelt workspace, which it would leave going on', async () => {
    const { ledger, run } = environment();
    await expect(run('suspend paymets')).rejects.toThrow('has never reconciled a workspace paymets');
    expect(await ledger.readSuspension('paymets')).toBeUndefined();
  });

  it.each(['suspend a/b', 'resume a/b', 'heal a/b'])('gateloop %s: is an invalid name', async (line) => {
    await expect(environment().run(line)).rejects.toThrow('is not a valid name of a workspace');
  });
});

describe('gateloop resume', () => {
  it('gateloop resume: ends the suspension, and starts a pass over all workspaces', async () => {
    const { ledger, run, passes } = environment();
    await run('suspend');
    expect(await run('resume')).toMatchObject({ exitCode: 0, changed: true });
    expect(await ledger.readSuspension('payments')).toBeUndefined();
    expect(passes()).toEqual([{ stateMachineArn: 'arn:gateloop-main-resync', input: '{"reason":"drift"}' }]);
  });

  it('gateloop resume: starts a pass over one workspace', async () => {
    const { run, passes } = environment();
    await run('suspend payments');
    await run('resume payments');
    expect(passes()).toEqual([
      { stateMachineArn: 'arn:gateloop-main-reconcile', input: '{"workspace":"payments"}' },
    ]);
  });

  it('gateloop resume: says that a workspace stays suspended while all are', async () => {
    const { run, said, passes } = environment();
    await run('suspend');
    await run('suspend payments');
    await run('resume payments');
    expect(said.at(-1)).toContain('stay suspended, because those of all workspaces are');
    expect(passes()).toEqual([]);
  });

  it('gateloop resume: changes nothing where nothing is suspended', async () => {
    const { run, passes } = environment();
    expect(await run('resume')).toMatchObject({ exitCode: 0, changed: false });
    expect(passes()).toEqual([]);
  });

  it('gateloop suspend: takes the environment and the Region from the name of a bucket', () => {
    const bucket = 'gateloop-staging-spec-123456789012-eu-west-1';
    const options = readCommandLine(suspendCommand, ['--bucket', bucket], recordedIo());
    expect(options.to).toEqual({ environment: 'main', bucket });
    expect(connect(options.to).prefix).toBe('gateloop-staging-');
  });

  it('gateloop resume: says that an environment is not deployed', async () => {
    const { ledger, run } = environment();
    await ledger.suspend(undefined, { since: NOW });
    await expect(run('resume --env staging')).rejects.toThrow('There is no environment staging');
  });
});

describe('gateloop heal', () => {
  const breaker = { kind: 'workspace', since: NOW, resources: 6 } as const;

  it('gateloop heal: lets the healing of a workspace go on, and starts a pass', async () => {
    const { ledger, run, passes, said } = environment();
    ledger.putWorkspace('payments', { acceptedRevision: 'r1', breaker });
    expect(await run('heal payments')).toMatchObject({ exitCode: 0, changed: true });
    expect(ledger.workspace('payments')?.healingAllowedAt).toBe(NOW);
    expect(passes()).toHaveLength(1);
    expect(said.join()).toContain('6 resources were held back');
  });

  it('gateloop heal: gives no leave in advance where nothing is held back', async () => {
    const { ledger, run, passes } = environment();
    expect(await run('heal payments')).toMatchObject({ exitCode: 0, changed: false });
    expect(ledger.workspace('payments')).not.toHaveProperty('healingAllowedAt');
    expect(passes()).toEqual([]);
  });

  it('gateloop heal: refuses a workspace that was never reconciled', async () => {
    await expect(environment().run('heal orders')).rejects.toThrow('has never reconciled a workspace orders');
  });
});
