import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../program.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { startCommand } from './command.ts';

const read = (...args: string[]) => readCommandLine(startCommand, args, recordedIo());

describe('startCommand', () => {
  it('startCommand: has the defaults of its help text', () => {
    expect(read()).toEqual({
      workspaces: resolve('playground/workspaces'),
      playgroundIn: resolve('.'),
      guardrails: resolve('playground/guardrails.yaml'),
      once: false,
      json: false,
      speed: 10,
      data: resolve('.gateloop'),
      allowedHosts: [],
      settings: {},
    });
    const io = recordedIo();
    expect(() => readCommandLine(startCommand, ['--help'], io)).toThrow('outputHelp');
    for (const named of [
      'default: playground/workspaces',
      'default: 10',
      '4700 at first',
      'default: .gateloop',
    ])
      expect(io.written().stdout.replace(/\s+/g, ' ')).toContain(named);
  });

  it('startCommand: reads every option', () => {
    const args =
      '--workspaces w --guardrails package.json --once --json --speed 0.5 --port 0 --data d --allow-host Box.Example.com --allow-host b'.split(
        ' ',
      );
    const settings = { behaviors: { afterConsent: 'staysPending' } };
    expect(read(...args, '--settings', JSON.stringify(settings))).toEqual({
      workspaces: resolve('w'),
      guardrails: resolve('package.json'),
      once: true,
      json: true,
      speed: 0.5,
      port: 0,
      data: resolve('d'),
      allowedHosts: ['box.example.com', 'b'],
      settings,
    });
  });

  it.each([
    ['playground/workspaces/', '.gateloop'],
    ['examples/workspaces/', '.gateloop/folders/examples-workspaces'],
    ['examples/refused', '.gateloop/folders/examples-refused'],
    ['..', '.gateloop/folders/up'],
    ['.', '.gateloop/folders/this'],
    ['../specs', '.gateloop/folders/up-specs'],
  ])('startCommand: keeps the data of --workspaces %s in %s', (workspaces, data) => {
    expect(read('--workspaces', workspaces).data).toBe(resolve(data));
  });

  it.each([
    [['--sped', '3'], "unknown option '--sped'\n(Did you mean --speed?)"],
    [['--guardrails', 'none.yaml'], 'where no file is'],
    [['folder'], 'too many arguments'],
    [['--allow-host', 'a.example.com:80'], '--allow-host takes a host name without a port'],
    [['--allow-host', '*'], '--allow-host takes a host name without a port'],
    [['--speed', 'fast'], '--speed takes a number from 0.1 to 1000, not "fast"'],
    [['--speed', ''], '--speed takes a number'],
    [['--speed', '0'], '--speed takes a number'],
    [['--speed', 'Infinity'], '--speed takes a number'],
    [['--port', '80.5'], '--port takes a whole number, not "80.5"'],
    [['--port', '65536'], '--port takes a number from 0 to 65535'],
    [['--port', '-1'], '--port takes a number from 0 to 65535, not "-1"'],
    [['--workspaces'], "option '--workspaces <dir>' argument missing"],
    [['--once=yes'], "unknown option '--once=yes'"],
  ])('startCommand: rejects %j with an explanation', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
