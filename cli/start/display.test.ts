import { describe, expect, it } from 'vitest';
import type { Activity, NewActivity } from '../../local/aws/activity.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import type { Row } from '../display/resourceRow.ts';
import { type Screen, screenOn } from '../display/screen.ts';
import { openFile, openTerminal } from '../display/testing/terminal.ts';
import { Display } from './display.ts';
import type { EndedPass } from './reconcileTracker.ts';
import type { PassLines } from './workspaceTable.ts';

interface Scene {
  readonly clock: SimulatedClock;
  readonly display: Display;
  readonly ended: EndedPass[];
  /** The rows of the ledger. */
  rows: readonly Row[];
  tell(activity: NewActivity): void;
}

/** A display of a ledger that the test writes; each finished reconciliation prints `table of <workspace>`. */
function open(screen: Screen, report?: (ended: readonly EndedPass[]) => PassLines): Scene {
  const clock = new SimulatedClock();
  const ended: EndedPass[] = [];
  const scene = { rows: [] as readonly Row[] };
  const tables = (passes: readonly EndedPass[]) => {
    ended.push(...passes);
    return { tables: passes.map(({ workspace }) => `table of ${workspace}`) };
  };
  const display = new Display({ screen, clock, rows: async () => scene.rows, report: report ?? tables });
  const tell = (activity: NewActivity) => display.onActivity({ at: clock.now(), ...activity } as Activity);
  return Object.assign(scene, { clock, display, ended, tell });
}

const execution = (
  status: 'RUNNING' | 'SUCCEEDED',
  workspace = 'payments',
  startedAt = Date.UTC(2026, 0, 1),
) => ({
  kind: 'execution' as const,
  execution: {
    arn: `arn:${workspace}`,
    machine: 'reconcile',
    name: workspace,
    status,
    input: { workspace },
    startedAt,
    events: 1,
    transitions: 1,
    redrives: 0,
  },
});

const row = (name: string, more: Partial<Row> = {}): Row => ({
  workspace: 'payments',
  address: `gatewayTarget/${name}`,
  state: 'in-progress',
  doing: 'create',
  since: Date.UTC(2026, 0, 1),
  reasons: [],
  ...more,
});

describe('Display on a terminal', () => {
  it('Display: redraws a line for each resource and a bar during a reconciliation', async () => {
    const terminal = openTerminal();
    const scene = open(screenOn(terminal.stream, {}));
    scene.tell(execution('RUNNING'));
    await scene.display.draw();
    expect(await terminal.lines()).toEqual(['payments  reading the manifest 0 s', 'Reconciling      0:00']);

    await scene.clock.advance(4000);
    scene.rows = [row('payments/one'), row('payments/two', { state: 'ready' })];
    scene.tell(execution('RUNNING'));
    await scene.display.draw();
    expect(await terminal.lines()).toEqual([
      'payments',
      '  … gatewayTarget/payments/one  creating 4 s',
      '  ✓ gatewayTarget/payments/two  ready 4 s',
      `${'█'.repeat(15)}${'░'.repeat(15)} 1 of 2 settled      0:04`,
    ]);
  });

  it('Display: leaves only the table after a reconciliation', async () => {
    const terminal = openTerminal();
    const scene = open(screenOn(terminal.stream, {}));
    scene.rows = [row('payments/one')];
    scene.tell(execution('RUNNING'));
    await scene.display.draw();
    scene.rows = [row('payments/one', { state: 'ready' })];
    scene.tell(execution('SUCCEEDED'));
    await scene.display.draw();
    expect(await terminal.lines()).toEqual(['table of payments']);
    expect(scene.ended).toEqual([{ workspace: 'payments', acted: false }]);
  });

  it('Display: keeps permanent lines above the redrawn lines', async () => {
    const terminal = openTerminal();
    const scene = open(screenOn(terminal.stream, {}));
    scene.rows = [row('payments/one')];
    scene.tell(execution('RUNNING'));
    await scene.display.draw();
    scene.display.say('Uploaded payments');
    scene.display.printOnce('Skipped: a');
    scene.display.printOnce('Skipped: a');
    await scene.display.draw();
    expect((await terminal.lines()).slice(0, 4)).toEqual([
      '    0:00  Uploaded payments',
      '    0:00  Skipped: a',
      'payments',
      '  … gatewayTarget/payments/one  creating 0 s',
    ]);
  });

  it('Display: shows operations in progress and the number of hidden lines on a low screen', async () => {
    const terminal = openTerminal(80, 10);
    const scene = open(screenOn(terminal.stream, {}));
    const names = Array.from({ length: 40 }, (_, index) => `payments/target-${index + 10}`);
    scene.rows = names.map((name, index) => row(name, index < 35 ? { state: 'ready' } : {}));
    scene.tell(execution('RUNNING'));
    for (let draws = 0; draws < 3; draws += 1) {
      await scene.clock.advance(1000);
      await scene.display.draw();
    }
    const lines = await terminal.lines();
    expect(lines).toHaveLength(8);
    expect(lines[1]).toContain('payments/target-45  creating 3 s');
    expect(lines[6]).toBe('  and 35 more lines than the screen has');
    expect(lines[7]).toContain('35 of 40 settled');
  });

  it('Display: truncates lines on a narrow screen, addresses at their start, and counts double-width characters', async () => {
    const terminal = openTerminal(60, 24);
    const scene = open(screenOn(terminal.stream, {}));
    const reasons = ['権限がありません。ゲートウェイのロールを確認してください。\nもう一度試します。'];
    scene.rows = [
      row('payments/bank-details', { reasons }),
      row('payments/a', { state: 'failed', reasons: ['x'.repeat(500)] }),
    ];
    scene.tell(execution('RUNNING'));
    await scene.display.draw();
    await scene.clock.advance(1000);
    await scene.display.draw();
    const lines = await terminal.lines();
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^ {2}… …\S+\/payments\/bank-details {2}creating 1 s {2}権限.*…$/);
    expect(lines[2]).toMatch(/^ {2}✗ gatewayTarget\/payments\/a +failed 1 s {2}x+…$/);
  });

  it('Display: redraws without remnants after the terminal becomes narrower', async () => {
    const terminal = openTerminal(100, 24);
    const scene = open(screenOn(terminal.stream, {}));
    scene.rows = [row('payments/one', { reasons: ['x'.repeat(90)] })];
    scene.tell(execution('RUNNING'));
    await scene.display.draw();
    await terminal.lines();
    terminal.resize(50, 24);
    await scene.clock.advance(1000);
    await scene.display.draw();
    const lines = await terminal.lines();
    expect(lines.at(-1)).toContain('0 of 1 settled');
    expect(lines.filter((line) => line.includes('creating 1 s'))).toHaveLength(1);
  });

  it('Display: shows any number of reconciliations without changes as one line', async () => {
    const terminal = openTerminal();
    const scene = open(screenOn(terminal.stream, {}), (ended) => ({
      tables: [],
      ...(ended.length > 0 && { quiet: 'Reconciled payments: nothing to do' }),
    }));
    for (let looks = 1; looks <= 3; looks += 1) {
      await scene.clock.advance(900_000);
      scene.tell(execution('RUNNING'));
      await scene.display.draw();
      scene.tell(execution('SUCCEEDED'));
      await scene.display.draw();
    }
    expect(await terminal.lines()).toEqual(['   45:00  Reconciled payments: nothing to do']);
  });

  it('Display: does not read the ledger without activity', async () => {
    const terminal = openTerminal();
    let reads = 0;
    const display = new Display({
      screen: screenOn(terminal.stream, {}),
      clock: new SimulatedClock(),
      rows: async () => {
        reads += 1;
        return [];
      },
      report: () => ({ tables: [] }),
    });
    for (let draws = 0; draws < 5; draws += 1) await display.draw();
    expect(reads).toBe(1);
  });
});

describe('Display on a plain stream', () => {
  it('Display: writes a plain line for each change of a resource only', async () => {
    const file = openFile();
    const scene = open(screenOn(file.stream, {}));
    const reasons = ['Waits for gateway/payments.'];
    scene.rows = [{ ...row('payments/one', { reasons }), doing: undefined } as unknown as Row];
    scene.tell(execution('RUNNING'));
    await scene.display.draw();
    await scene.clock.advance(61_000);
    scene.rows = [row('payments/one')];
    for (let draws = 0; draws < 3; draws += 1) {
      scene.tell(execution('RUNNING'));
      await scene.display.draw();
    }
    scene.rows = [row('payments/one', { state: 'ready', since: scene.clock.now() })];
    scene.tell(execution('SUCCEEDED'));
    await scene.display.draw();
    await scene.display.stop();
    expect(file.text()).toBe(
      [
        '    0:00  payments … gatewayTarget/payments/one  waiting 0 s  Waits for gateway/payments.',
        '    1:01  payments … gatewayTarget/payments/one  creating 1 min 1 s',
        '    1:01  payments ✓ gatewayTarget/payments/one  ready 0 s',
        'table of payments',
        '',
      ].join('\n'),
    );
  });

  it('Display: writes no escape sequences, and no control characters of a service', async () => {
    const file = openFile();
    const scene = open(screenOn(file.stream, { TERM: 'xterm' }));
    scene.rows = [row('payments/one', { state: 'failed', reasons: ['\u001b[31mred\u0007\r\nmore'] })];
    scene.tell(execution('RUNNING'));
    await scene.display.draw();
    expect(file.text()).toContain(String.raw`failed 0 s  \u{1b}[31mred\u{7}\u{d}\u{a}more`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the output must not contain them
    expect(file.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('Display: shows a message to several contacts once, with its link', async () => {
    const file = openFile();
    const scene = open(screenOn(file.stream, {}));
    const message = {
      id: '1',
      at: scene.clock.now(),
      topic: 'people',
      subject: 'Gateloop: your consent is needed',
      message: 'Open http://127.0.0.1:4700/authorizations/abc now',
      attributes: {},
    };
    scene.tell({ kind: 'message', message });
    scene.tell({ kind: 'message', message: { ...message, id: '2' } });
    expect(file.text()).toBe(
      '    0:00  ✉ Gateloop: your consent is needed\n           http://127.0.0.1:4700/authorizations/abc\n',
    );
  });
});
