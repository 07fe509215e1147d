import { describe, expect, it } from 'vitest';
import { outboxScreen } from './outboxScreen.ts';

const ID = '0123456789abcdef0123456789abcdef';
const bodyOf = (message: string) =>
  String(
    outboxScreen([{ id: '1', at: 0, topic: 'people', message, attributes: {} }], {
      origin: 'http://127.0.0.1:5000',
      open: new Set(),
      now: 0,
    }).body,
  );

describe('outboxScreen', () => {
  it('outboxScreen: leads a link of a start at another port to the present one', () => {
    expect(bodyOf(`Open http://127.0.0.1:4700/authorizations/${ID} now`)).toContain(
      `<a href="http://127.0.0.1:5000/authorizations/${ID}">http://127.0.0.1:4700/authorizations/${ID}</a>`,
    );
  });

  it('outboxScreen: makes no link of an address of another site', () => {
    const body = bodyOf(
      `https://evil.example.com/authorizations/${ID} http://127.0.0.1:4700.evil/authorizations/${ID}`,
    );
    expect(body).not.toContain('href="http');
  });
});
