import { describe, expect, it } from 'vitest';
import { openPages, PAGE } from '../authorization-pages/testing/openPages.ts';
import { networkOf, VisitorRate } from './visitorRate.ts';

const NOW = 1_000_000;
const times = (count: number, act: () => boolean) =>
  Array.from({ length: count }, act).filter(Boolean).length;

describe('VisitorRate', () => {
  it('VisitorRate: allows a visitor forty requests at once, and then two a second', () => {
    const rate = new VisitorRate();
    expect(times(60, () => rate.allows('a', NOW))).toBe(40);
    expect(rate.allows('a', NOW + 499)).toBe(false);
    expect(times(10, () => rate.allows('a', NOW + 1000))).toBe(2);
    expect(times(60, () => rate.allows('a', NOW + 3_600_000))).toBe(40);
  });

  it('VisitorRate: leaves other visitors their requests', () => {
    const rate = new VisitorRate();
    times(1000, () => rate.allows('a', NOW));
    expect(rate.allows('b', NOW)).toBe(true);
  });

  it('VisitorRate: gives a visitor nothing when a clock goes back', () => {
    const rate = new VisitorRate();
    times(40, () => rate.allows('a', NOW));
    expect(rate.allows('a', NOW - 60_000)).toBe(false);
    expect(rate.allows('a', NOW)).toBe(false);
  });

  it('VisitorRate: counts a thousand visitors, and forgets the one whose requests are oldest', () => {
    const rate = new VisitorRate();
    times(41, () => rate.allows('first', NOW));
    for (let visitor = 1; visitor < 1000; visitor += 1) rate.allows(`${visitor}`, NOW);
    expect(rate.allows('first', NOW)).toBe(false);
    for (let visitor = 1; visitor <= 1000; visitor += 1) rate.allows(`${visitor}`, NOW);
    expect(rate.allows('first', NOW)).toBe(true);
  });
});

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::ffff:203.0.113.9', '0:0:0:0'],
])('networkOf: tells the visitor %s by %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe('pages: rate', () => {
  it('the app answers a visitor with too many requests at once, and goes on serving others', async () => {
    const { send, ledger } = openPages();
    for (let request = 0; request < 40; request += 1)
      expect((await send('GET', PAGE, { visitor: 'flood' })).status).toBe(200);
    const before = ledger.script.calls().length;
    for (const method of ['GET', 'POST'] as const)
      expect(await send(method, PAGE, { visitor: 'flood' })).toMatchObject({
        status: 429,
        title: 'Too many requests at once',
      });
    expect(ledger.script.calls()).toHaveLength(before);
    expect((await send('GET', PAGE, { visitor: 'other' })).status).toBe(200);
  });

  it('the app takes a callback whatever its visitor has sent before: one that is turned away would not make its session void', async () => {
    const { send, click, callBack, request } = openPages();
    await send('GET', `${PAGE}/go`, { cookie: await click() });
    for (let sent = 0; sent < 60; sent += 1) await send('GET', PAGE);
    expect((await callBack(undefined)).status).toBe(403);
    expect(request().voidSessions).toHaveLength(1);
  });
});
