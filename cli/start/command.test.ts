import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { help, parseOptions } from './options.ts';

describe('the command line', () => {
  it('has the defaults that its help names', () => {
    expect(parseOptions([])).toEqual({
      workspaces: resolve('examples/workspaces'),
      once: false,
      json: false,
      speed: 10,
      port: 4700,
      portGiven: false,
      data: resolve('.gateloop'),
      help: false,
    });
    for (const named of ['examples/workspaces', '(10)', '(4700)', '(.gateloop)'])
      expect(help).toContain(named);
  });

  it('takes every option that its help names', () => {
    const args = '--workspaces w --once --json --speed 0.5 --port 0 --data d --help'.split(' ');
    expect(parseOptions(args)).toEqual({
      workspaces: resolve('w'),
      once: true,
      json: true,
      speed: 0.5,
      port: 0,
      portGiven: true,
      data: resolve('d'),
      help: true,
    });
    for (const option of args.filter((arg) => arg.startsWith('--'))) expect(help).toContain(option);
  });

  it.each([
    [['--sped', '3'], "Unknown option '--sped'. See npm start -- --help."],
    [['--port', '-1'], "Option '--port' argument is ambiguous. See npm start -- --help."],
    [['folder'], '"folder" is no option'],
    [['--speed', 'fast'], '--speed takes a number from 0.1 to 1000, not "fast"'],
    [['--speed', ''], '--speed takes a number'],
    [['--speed', '0'], '--speed takes a number'],
    [['--speed', 'Infinity'], '--speed takes a number'],
    [['--port', '80.5'], '--port takes a whole number, not "80.5"'],
    [['--port', '65536'], '--port takes a number from 0 to 65535'],
    [['--port', '-1'], '--port'],
    [['--workspaces'], '--workspaces'],
    [['--once=yes'], '--once'],
  ])('refuses %j, and says why', (args, message) => {
    expect(() => parseOptions(args)).toThrow(
      expect.objectContaining({ code: 'InvalidOption', message: expect.stringContaining(message) }),
    );
  });
});
