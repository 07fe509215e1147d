import { expect, it } from 'vitest';
import { formatPath, formatProblem, messageText } from './problem.ts';

it('messageText: writes out line breaks, control characters and marks of direction, which a terminal or a mail obeys', () => {
  expect(messageText('Field "a\u001b[2J\r\nb\u202ec"\ud800.')).toBe(
    String.raw`Field "a\u{1b}[2J\u{d}\u{a}b\u{202e}c"\u{d800}.`,
  );
});

it('messageText: shortens a text to 600 characters after it has written it out', () => {
  expect(messageText('x'.repeat(600))).toHaveLength(600);
  expect(messageText('x'.repeat(601))).toBe(`${'x'.repeat(600)}…`);
  expect(messageText('\u202e'.repeat(600))).toHaveLength(601);
});

it('formatPath: writes out invisible characters of a key', () => {
  expect(formatPath(['tags', 'a\u202eb'])).toBe(String.raw`tags["a\u{202e}b"]`);
});

const problem = { severity: 'error' as const, path: '', message: 'No.', line: 3, column: 1 };

it('formatProblem: begins a line with a plain path only, so that a path is no command of a build server', () => {
  expect(formatProblem({ ...problem, file: 'schemas/a-b.yaml' })).toBe('schemas/a-b.yaml:3:1: error: No.');
  expect(formatProblem({ ...problem, file: '::error::all is well.yaml' })).toBe(
    '"::error::all is well.yaml":3:1: error: No.',
  );
});

it('formatProblem: stays on one line whatever the path of the file is', () => {
  expect(formatProblem({ ...problem, file: 'a\n::error::b', path: 'c\nd' })).toBe(
    String.raw`"a\n::error::b":3:1: error: c\u{a}d: No.`,
  );
});
