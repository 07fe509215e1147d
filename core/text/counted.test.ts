import { expect, it } from 'vitest';
import { counted } from './counted.ts';

it.each([
  [0, '0 targets'],
  [1, '1 target'],
  [2, '2 targets'],
])('counted: %i is "%s"', (count, text) => {
  expect(counted(count, 'target')).toBe(text);
});
