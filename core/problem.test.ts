import { expect, it } from 'vitest';
import { escapeInvisible, formatPath, messageText } from './problem.ts';

it('messageText: escapes line breaks, control characters and marks of direction, which a terminal or a mail obeys', () => {
  expect(messageText('Field "a\u001b[2J\r\nb\u202ec"\ud800.')).toBe(
    String.raw`Field "a\u001b[2J\u000d\u000ab\u202ec"\ud800.`,
  );
});

it('messageText: shortens a text to 600 characters after it has escaped it', () => {
  expect(messageText('x'.repeat(600))).toHaveLength(600);
  expect(messageText('x'.repeat(601))).toBe(`${'x'.repeat(600)}…`);
  expect(messageText('\u202e'.repeat(600))).toHaveLength(601);
});

it('formatPath: escapes invisible characters of a key', () => {
  expect(formatPath(['tags', 'a\u202eb'])).toBe(String.raw`tags["a\u202eb"]`);
});

it('escapeInvisible: leaves visible characters of all alphabets as they are', () => {
  expect(escapeInvisible('größe 大小 🦊')).toBe('größe 大小 🦊');
});
