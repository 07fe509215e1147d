import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from '../../workflows/packageRoot.ts';
import { readCommandLine } from '../program.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { pipelineCommand } from './command.ts';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly [{ readonly run: string; readonly env: Record<string, string> }];
  };
}

const action: Action = parse(readFileSync(join(packageRoot, 'action.yml'), 'utf8'));
const [{ run, env }] = action.runs.steps;

/** Runs the script of the action, with a program in the place of npx that prints its arguments. */
function runScript(inputs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-action-'));
  const npx = join(folder, 'npx');
  writeFileSync(npx, '#!/bin/sh\nprintf "%s\\0" "$AWS_REGION" "$@"\n');
  chmodSync(npx, 0o755);
  const values = Object.entries(env).map(([variable, expression]) => {
    const name = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(expression)?.[1] ?? '';
    return [variable, inputs[name] ?? action.inputs[name]?.default ?? expect.fail(`no input ${name}`)];
  });
  const output = execFileSync('bash', ['-c', run], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, AWS_REGION: '', ...Object.fromEntries(values) },
  });
  const [region, ...args] = output.split('\0').slice(0, -1);
  return { region, args };
}

describe('action.yml', () => {
  it('action.yml: validates the folder "workspaces" without any input', () => {
    expect(runScript({})).toEqual({
      region: '',
      args: ['--yes', '--package', 'gateloop', '--', 'gateloop', 'pipeline', '--', 'workspaces'],
    });
  });

  it('action.yml: passes each input to an option that the command knows', () => {
    const role = 'arn:aws:iam::123456789012:role/payments-specs';
    const { region, args } = runScript({
      folders: 'payments orders',
      bucket: 'specs',
      push: 'true',
      role,
      region: 'eu-west-1',
      guardrails: 'guardrails.yaml',
      package: './gateloop.tgz',
    });
    expect([region, args.slice(0, 6)]).toEqual([
      'eu-west-1',
      ['--yes', '--package', './gateloop.tgz', '--', 'gateloop', 'pipeline'],
    ]);
    expect(readCommandLine(pipelineCommand, args.slice(6), recordedIo())).toMatchObject({
      folders: ['payments', 'orders'],
      bucket: 'specs',
      push: true,
      role,
      guardrails: 'guardrails.yaml',
    });
  });

  it('action.yml: takes no input for a part of its script', () => {
    const { args } = runScript({ bucket: '$(echo b) "; exit 1 #', folders: 'a;b' });
    expect(args.slice(-4)).toEqual(['--bucket', '$(echo b) "; exit 1 #', '--', 'a;b']);
    expect(run).not.toContain('${{');
  });
});
