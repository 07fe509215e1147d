import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emailSubject } from './message.ts';

it('emailSubject: returns a subject that SNS accepts for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(emailSubject(text)).toMatch(/^[\x20-\x7e]{0,99}$/);
    }),
  );
});

it('emailSubject: keeps accepted characters and replaces each other character with a question mark', () => {
  expect(emailSubject('Gateloop: payments is up to date')).toBe('Gateloop: payments is up to date');
  expect(emailSubject('Zürich \u{1f680}\n')).toBe('Z?rich ??');
});
