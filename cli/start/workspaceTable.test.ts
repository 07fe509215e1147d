import { describe, expect, it } from 'vitest';
import { screenOn } from '../display/screen.ts';
import { openFile, openTerminal } from '../display/testing/terminal.ts';
import type { WorkspaceResult } from './result.ts';
import { PassReport, summaryLine, workspaceTable } from './workspaceTable.ts';

const LINK = `http://127.0.0.1:4700/authorizations/${'0'.repeat(32)}`;
const plain = {
  screen: screenOn(openFile().stream, {}),
  linkOf: () => undefined,
  placeOf: (workspace: string, file: string) => `examples/${workspace}/${file}`,
};

const resource = (name: string, more: Partial<WorkspaceResult['resources'][number]> = {}) => ({
  kind: 'gatewayTarget' as const,
  name,
  id: null,
  state: 'ready' as const,
  reasons: [],
  ...more,
});

describe('workspaceTable', () => {
  it('workspaceTable: has a line for each resource, with reasons and links below', () => {
    const result: WorkspaceResult = {
      outcome: 'failed',
      problems: [],
      resources: [
        resource('payments', { kind: 'gateway' }),
        resource('payments/ledger', { state: 'failed', reasons: ['No such\nkey.', 'Tried three times.'] }),
        resource('payments/issues', { state: 'awaiting-authorization' }),
      ],
    };
    const linkOf = (_: string, { state }: { state: string }) =>
      state === 'awaiting-authorization' ? LINK : undefined;
    expect(workspaceTable('payments', result, { ...plain, linkOf })).toBe(String.raw`✗ payments  failed
  ✓ gateway/payments               ready
  ✗ gatewayTarget/payments/ledger  failed
      - No such\u{a}key.
      - Tried three times.
  ? gatewayTarget/payments/issues  awaiting-authorization
      ${LINK}`);
  });

  it('workspaceTable: shows place, message, expectation and suggestion of each problem', () => {
    const result: WorkspaceResult = {
      outcome: 'refused',
      resources: [],
      problems: [
        {
          severity: 'error',
          file: 'manifest.yaml',
          line: 16,
          column: 1,
          path: 'gatewayz',
          message: 'There is no section of this name.',
          expected: 'one of owners, gateways',
          suggestion: 'gateways',
        },
        { severity: 'warning', file: 'schemas/a.yaml', line: 3, path: '', message: 'Callbacks are ignored.' },
      ],
    };
    expect(workspaceTable('books', result, plain)).toBe(`✗ books  refused; nothing was changed
  ✗ examples/books/manifest.yaml:16:1
      at gatewayz
      error: There is no section of this name.
      expected one of owners, gateways
      did you mean "gateways"?
  ! examples/books/schemas/a.yaml:3
      warning: Callbacks are ignored.`);
  });

  it('workspaceTable: wraps sentences between words on a narrow terminal, and never wraps links', async () => {
    const terminal = openTerminal(60, 24);
    const screen = screenOn(terminal.stream, {});
    const reasons = [
      'The gateway execution role lacks permission to call the function that this target names.',
    ];
    const result: WorkspaceResult = {
      outcome: 'failed',
      problems: [],
      resources: [resource('a/b', { state: 'failed', reasons })],
    };
    screen.say(workspaceTable('payments', result, { ...plain, screen, linkOf: () => LINK }));
    const lines = await terminal.lines();
    expect(lines.slice(2, 4)).toEqual([
      '      - The gateway execution role lacks permission to call',
      '      the function that this target names.',
    ]);
    // The terminal wraps a link itself, and still treats it as one line.
    expect(lines.slice(4).join('')).toBe(`      ${LINK}`);
  });
});

describe('PassReport', () => {
  const ready: WorkspaceResult = { outcome: 'ready', problems: [], resources: [resource('a/b')] };
  const failed: WorkspaceResult = { ...ready, outcome: 'failed' };

  function openReport() {
    const results = { current: ready };
    const report = new PassReport({ table: plain, resultOf: () => results.current });
    return { report, results };
  }

  it('PassReport: prints a table the first time, after an operation, and after a changed outcome', () => {
    const { report, results } = openReport();
    const readOnly = [{ workspace: 'payments', acted: false }];
    expect(report.linesOf(readOnly).tables[0]).toContain('✓ payments  ready');
    expect(report.linesOf([{ workspace: 'payments', acted: true }]).tables[0]).toContain('✓ payments  ready');
    results.current = failed;
    expect(report.linesOf(readOnly).tables[0]).toContain('✗ payments  failed');
  });

  it('PassReport: prints one line for all workspaces without operations and changes', () => {
    const { report } = openReport();
    const readOnly = ['books', 'payments'].map((workspace) => ({ workspace, acted: false }));
    report.linesOf(readOnly);
    expect(report.linesOf(readOnly)).toEqual({
      tables: [],
      quiet: 'Reconciled books, payments: nothing to do',
    });
    expect(report.linesOf([])).toEqual({ tables: [] });
  });
});

it('summaryLine: counts calls, transitions and time of a run', () => {
  const calls = { CreateGateway: 1, ListGatewayTargets: 3 };
  expect(
    summaryLine({ ok: true, workspaces: {}, calls, transitions: 12, simulatedSeconds: 40, seconds: 5.1 }),
  ).toBe('4 calls to the control plane, 12 state transitions, 40 simulated seconds in 5.1 s.');
});
