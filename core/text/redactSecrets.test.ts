import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactSecrets } from './redactSecrets.ts';

const SECRET = 'p+w/ä "7&x';
const json = JSON.stringify(SECRET).slice(1, -1);

it.each([
  ['as it is', SECRET],
  ['in JSON', json],
  ['in JSON in JSON', JSON.stringify(json).slice(1, -1)],
  ['in JSON that escapes slashes and letters', 'p+w\\/\\u00e4 \\"7\\u0026x'],
  ['in a URL', encodeURIComponent(SECRET)],
  ['in a form', String(new URLSearchParams({ value: SECRET })).slice('value='.length)],
  ['in a URL with lower-case digits', encodeURIComponent(SECRET).toLowerCase()],
  ['in a URL in a URL', encodeURIComponent(encodeURIComponent(SECRET))],
  ['in a URL in JSON', JSON.stringify(encodeURIComponent(SECRET)).slice(1, -1)],
  ['in HTML', 'p+w/&#228; &quot;7&amp;x'],
  ['in HTML with hexadecimal references', 'p+w/&#xE4; &#x22;7&#38;x'],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in base64url', Buffer.from(SECRET).toString('base64url')],
  ['in base64 in a URL', encodeURIComponent(Buffer.from(SECRET).toString('base64'))],
  ['in base64 after its encoding for a form', Buffer.from(encodeURIComponent(SECRET)).toString('base64')],
])('redactSecrets: redacts a secret %s', (_, spelled) => {
  expect(redactSecrets(`Sent (${spelled}).`, [SECRET])).toBe('Sent ([secret]).');
});

it.each(['a', 'ab', 'abc'])('redactSecrets: redacts a secret after "%s:" in base64', (client) => {
  const basic = Buffer.from(`${client}:swordfish`).toString('base64');
  expect(redactSecrets(`Authorization: Basic ${basic}`, ['swordfish'])).toBe('Authorization: Basic [secret]');
});

it('redactSecrets: leaves no rest of a secret that begins with another one', () => {
  expect(redactSecrets('a swordfish-and-more b', ['swordfish', 'swordfish-and-more'])).toBe('a [secret] b');
});

it('redactSecrets: redacts a secret of 64 KB, as Secrets Manager allows', () => {
  const long = 'aB+/="é\n9'.repeat(7_000);
  expect(redactSecrets(`a ${JSON.stringify(long)} b ${encodeURIComponent(long)} c`, [long])).toBe(
    'a "[secret]" b [secret] c',
  );
});

it('redactSecrets: leaves a text without a secret as it is', () => {
  const text = String.raw`100% of a+b, \u00e4 &amp; dGV4dA== stay.`;
  expect(redactSecrets(text, ['', 'swordfish'])).toBe(text);
});

it('redactSecrets: leaves no secret in any spelling', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 8 }), fc.string(), (secret, before) => {
      fc.pre(secret.isWellFormed() && !'[secret]'.includes(secret));
      const basic = Buffer.from(before + secret).toString('base64url');
      for (const spelled of [secret, JSON.stringify(secret), encodeURIComponent(secret), basic]) {
        const redacted = redactSecrets(`<${spelled}>`, [secret]);
        expect(redacted).toContain('[secret]');
        expect(redacted).not.toContain(spelled);
      }
    }),
  );
});
