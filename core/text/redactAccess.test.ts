import { expect, it } from 'vitest';
import { redactAccess, withoutAccess } from './redactAccess.ts';

const ID = '0123456789abcdef0123456789abcdef';

it.each([
  [`open https://pages.example.com/authorizations/${ID}.`, 'open [link]'],
  ['see https://login.example.com/authorize?state=1&code=2 now', 'see [link] now'],
  ['urn:ietf:params:oauth:request_uri:bWFpbg== expired', '[link] expired'],
  [`request ${ID} is open`, 'request [link] is open'],
  ['ask ada.lovelace+x@mail.example.com', 'ask [address]'],
  // These name things, and give access to none of them.
  [`sha256 ${ID}${ID}`, `sha256 ${ID}${ID}`],
  ['https://mcp.example.com/v1', 'https://mcp.example.com/v1'],
  ['arn:aws:iam::123456789012:role/front', 'arn:aws:iam::123456789012:role/front'],
  ['7d2b6b0e-1c5a-4d0c-9a55-0d5f8f6f3a11', '7d2b6b0e-1c5a-4d0c-9a55-0d5f8f6f3a11'],
])('redactAccess: makes of "%s" "%s"', (text, expected) => {
  expect(redactAccess(text)).toBe(expected);
});

it('withoutAccess: hides members that are named as tokens, and reads JSON in texts', () => {
  expect(
    withoutAccess({
      TaskToken: { any: 'form' },
      list: ['ada@example.com', 1, null, true],
      cause: `{"userId":"u","note":"${ID}"}`,
      broken: `{ ${ID}`,
    }),
  ).toEqual({
    TaskToken: '[token]',
    list: ['[address]', 1, null, true],
    cause: '{"userId":"[address]","note":"[link]"}',
    broken: '{ [link]',
  });
});
