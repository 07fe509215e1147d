import { expect, it } from 'vitest';
import { durationText } from './resourceRow.ts';

it.each([
  [-5, '0 s'],
  [499, '0 s'],
  [45_000, '45 s'],
  [59_700, '1 min'],
  [80_000, '1 min 20 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
])('durationText: formats %d ms as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
