import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { GateloopError } from '../core/errors.ts';
import { type CommandRow, defineCommand } from './commandSpec.ts';
import { commands } from './commands.ts';
import { CommandError } from './errorReport.ts';
import { runAlone, runProgram } from './program.ts';
import { recordedIo } from './testing/recordedIo.ts';

async function gateloop(...args: string[]) {
  const io = recordedIo();
  const code = await runProgram(commands, args, io);
  return { code, ...io.written() };
}

/** A command that ends with the given exit code or error. */
function ending(run: () => Promise<number>): CommandRow<unknown> {
  return defineCommand({
    name: 'end',
    summary: 'end',
    description: 'Ends.',
    options: [new Option('--speed <n>')],
    jsonOutput: 'print nothing',
    examples: { end: 'ends' },
    exits: { done: 'ended' },
    read: () => ({}),
    run,
  });
}

async function endWith(error: unknown, ...flags: string[]) {
  const io = recordedIo();
  const code = await runProgram([ending(() => Promise.reject(error))], ['end', ...flags], io);
  return { code, ...io.written() };
}

const names = commands.map(({ name }) => name);
/** The required arguments of each command. */
const words: Readonly<Record<string, readonly string[]>> = {
  plan: ['.'],
  validate: ['.'],
  push: ['.'],
  policy: ['lambda'],
  import: ['gateway', 'front'],
  migrate: ['.'],
  describe: ['front/ledger'],
  tools: ['front'],
  history: ['payments'],
  completion: ['bash'],
  answer: ['9f86d081'],
  retry: ['front/ledger'],
  sync: ['front/ledger'],
  reconcile: ['payments'],
  rollback: ['front/ledger'],
  redrive: ['dead-letters'],
  heal: ['payments'],
};

describe('gateloop', () => {
  it('commands: lists every command in one table', () => {
    expect(names).toEqual([
      'start',
      'dev',
      'init',
      'validate',
      'plan',
      'push',
      'pipeline',
      'import',
      'migrate',
      'policy',
      'guardrails',
      'status',
      'get',
      'describe',
      'diff',
      'tools',
      'history',
      'trace',
      'logs',
      'events',
      'waiting',
      'answer',
      'retry',
      'sync',
      'reconcile',
      'rollback',
      'suspend',
      'resume',
      'heal',
      'doctor',
      'redrive',
      'deploy',
      'destroy',
      'emulator',
      'completion',
    ]);
  });

  it('gateloop --help: lists every command on stdout and ends with 0', async () => {
    const { code, stdout, stderr } = await gateloop('--help');
    expect([code, stderr]).toEqual([0, '']);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it('gateloop --version: prints the version of the package on stdout and ends with 0', async () => {
    expect(await gateloop('--version')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it('gateloop without a command: writes its help to stderr and ends with 2', async () => {
    const { code, stdout, stderr } = await gateloop();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: gateloop');
  });

  it('gateloop: names the nearest command', async () => {
    expect(await gateloop('pish')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "error: Unknown command 'pish'.\n  where: gateloop\n  remedy: Did you mean push? See gateloop --help.\n",
    });
  });

  it.each(names)(
    'gateloop %s --help: shows options, examples and exit codes, and ends with 0',
    async (name) => {
      const { code, stdout, stderr } = await gateloop(name, '--help');
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: gateloop ${name} `);
      for (const part of ['--json', '-h, --help', `\nExamples:\n  gateloop ${name}`, '\nExit codes:\n  0 '])
        expect(stdout).toContain(part);
    },
  );

  it.each(names)('gateloop %s: names the nearest option, and ends with 2', async (name) => {
    const { code, stdout, stderr } = await gateloop(name, ...(words[name] ?? []), '--jsno');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `error: Unknown option '--jsno'.\n  where: gateloop ${name}\n  remedy: Did you mean --json? See gateloop ${name} --help.\n`,
    );
  });

  it.each(names)('gateloop %s --json: writes an error as one object on stderr', async (name) => {
    const { code, stdout, stderr } = await gateloop(
      name,
      ...(words[name] ?? []),
      '--json',
      '--nothing-like-it',
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'InvalidOption',
        what: "Unknown option '--nothing-like-it'.",
        where: `gateloop ${name}`,
        remedy: `See gateloop ${name} --help.`,
      },
    });
  });

  it.each([
    [['start', 'folder'], 'Too many arguments'],
    [['start', '--speed', 'fast'], '--speed takes a number from 0.1 to 1000, not "fast".'],
    [['push'], "Missing required argument 'folder'."],
    [['push', '/nowhere/at/all', '--bucket', 'b'], '/nowhere/at/all does not exist.'],
    [['redrive'], "Missing required argument 'kind'."],
    [['redrive', 'everything'], 'Allowed choices are dead-letters.'],
    [['redrive', 'dead-letters', '--env', 'Main!'], '"Main!" is not a valid name of an environment'],
    [['destroy', 'staging'], 'Too many arguments'],
    [['emulator', '--behaviors', 'x'], '--behaviors takes name=value, not "x".'],
    [['emulator', '--behaviors', 'x=y'], 'There is no '],
    [['emulator', '--faults', '{'], '--faults cannot be read'],
    [['emulator', '--settings', 'none.json'], '--settings cannot be read'],
    [
      ['emulator', '--settings', '{"speed":2}'],
      '--settings: There is no setting speed. Use behaviors, latencies',
    ],
    [['start', '--settings', '{"behaviors":{"x":1}}'], '--settings: There is no behavior x'],
  ])('gateloop %j: ends with 2 and explains the usage error', async (args, what) => {
    const { code, stdout, stderr } = await gateloop(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*\n {2}where: .*\n/);
    expect(stderr).toContain(what);
  });
});

describe('errorReport', () => {
  it.each([
    ['FolderMissing', 2],
    ['InvalidSetting', 2],
    ['NotFollowed', 3],
    ['AwsTrouble', 3],
    ['NotDeployed', 2],
    ['UnknownWorkspace', 2],
    ['PortInUse', 1],
  ])('exitCodeOfError: an error %s ends a command with %d', async (code, exitCode) => {
    expect((await endWith(new GateloopError(code, 'It failed.'))).code).toBe(exitCode);
  });

  it('gateloop: prints problem, place and remedy of an error on separate lines', async () => {
    const error = new CommandError('NotFollowed', { what: 'No answer.', where: 'specs', remedy: 'Wait.' });
    expect(await endWith(error)).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: No answer.\n  where: specs\n  remedy: Wait.\n',
    });
    expect(JSON.parse((await endWith(error, '--json')).stderr)).toEqual({
      error: { code: 'NotFollowed', what: 'No answer.', where: 'specs', remedy: 'Wait.' },
    });
  });

  it('gateloop: prints the stack trace of an unexpected error, and ends with 1', async () => {
    const { code, stderr } = await endWith(new RangeError('a fault'));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: Unexpected error: a fault\n {2}where: gateloop end\n {2}remedy: .*\n {2}RangeError: a fault\n {6}at /,
    );
  });
});

it('runAlone: names a script as the user types it', async () => {
  const io = recordedIo();
  const row = ending(async () => 4);
  expect(await runAlone(row, 'npm run end --', ['--sped', '1'], io)).toBe(2);
  expect(io.written().stderr).toContain('Did you mean --speed? See npm run end -- --help.');
  expect(await runAlone(row, 'npm run end --', ['--speed', '1'], io)).toBe(4);
});
