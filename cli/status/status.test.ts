import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadWorkspace } from '../../test/system/system.ts';
import { openTerminal } from '../display/testing/terminal.ts';
import { readCommandLine } from '../program.ts';
import { type LocalEnvironment, startLocalEnvironment } from '../testing/localEnvironment.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { statusCommand } from './command.ts';
import { watchStatus } from './status.ts';

let local: LocalEnvironment;
beforeAll(async () => {
  local = await startLocalEnvironment();
  uploadWorkspace(local.system, 'orders', ['ledger']);
  await local.system.settle();
});
afterAll(() => local.close());

/** Pauses as often as there are actions, and does one in each pause. */
function pauses(...actions: readonly (() => Promise<void>)[]): () => Promise<boolean> {
  const left = [...actions];
  return async () => {
    const action = left.shift();
    await action?.();
    return action !== undefined;
  };
}

describe('gateloop status --watch', () => {
  it('status --watch: writes each change once, and nothing while nothing changes', async () => {
    const io = recordedIo();
    await local.withFlags((flags) => {
      const options = readCommandLine(statusCommand, ['-w', '--json', ...flags], io);
      return watchStatus(
        options,
        io,
        pauses(
          async () => {},
          async () => {
            uploadWorkspace(local.system, 'payments', ['ledger']);
            await local.system.settle();
          },
        ),
      );
    });
    const lines = io.written().stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).workspaces.length)).toEqual([1, 2]);
  });

  it('status --watch: redraws on a terminal', async () => {
    const terminal = openTerminal(200);
    await local.withFlags((flags) => {
      const options = readCommandLine(statusCommand, ['orders', '-w', ...flags], recordedIo());
      const io = { stdout: terminal.stream, environment: { NO_COLOR: '1' } };
      const settle = () => local.system.reconcile('orders');
      return watchStatus(options, io, pauses(settle, settle));
    });
    const lines = await terminal.lines();
    expect(lines.filter((line) => line.includes('orders  ready'))).toHaveLength(1);
  });
});
