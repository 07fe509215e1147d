import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emailSubject } from './message.ts';

it('makes a subject that SNS takes of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(emailSubject(text)).toMatch(/^[\x20-\x7e]{0,99}$/);
    }),
  );
});

it('leaves what SNS takes as it is, and puts one mark for each character that it does not', () => {
  expect(emailSubject('Gateloop: payments is in step')).toBe('Gateloop: payments is in step');
  expect(emailSubject('Zürich \u{1f680}\n')).toBe('Z?rich ??');
});
