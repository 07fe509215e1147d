import { describe, expect, it } from 'vitest';
import { parsePollEvent, parseUnreadUpload } from './pollEvent.ts';

const now = '2026-01-01T00:00:00Z';
const started = { workspace: 'payments' };

describe('parsePollEvent', () => {
  it.each([
    ['a name that is no workspace', { workspace: '../books', leaseHolder: 'first', iteration: 4 }],
    ['a negative count of polls', { workspace: 'payments', leaseHolder: 'first', iteration: -1 }],
    [
      'a count of polls that is no whole number',
      { workspace: 'payments', leaseHolder: 'first', iteration: 0.5 },
    ],
  ])('parsePollEvent: refuses a poll before with %s', (_, previous) => {
    expect(() => parsePollEvent({ previous, input: started, execution: 'second', now })).toThrow(
      expect.objectContaining({ code: 'InvalidEvent', retryable: false }),
    );
  });

  it('parsePollEvent: reads no mapping as a text, also one with a member that JavaScript calls', () => {
    const odd = { toString: 'a' };
    const input = { ...started, 'detail-type': odd };
    expect(parsePollEvent({ input, execution: 'first', now })).not.toHaveProperty('command');
    const previous = { workspace: 'payments', leaseHolder: 'first', iteration: 4, unread: [odd] };
    expect(parsePollEvent({ previous, input, execution: 'first', now })).toMatchObject({ unread: [] });
    const upload = { detail: { object: { key: odd } } };
    expect(() => parsePollEvent({ input: upload, execution: 'first', now })).toThrow(
      expect.objectContaining({ code: 'InvalidEvent' }),
    );
  });

  it('takes the workspace from the event that started the execution, and the execution as lease holder', () => {
    expect(parsePollEvent({ previous: started, input: started, execution: 'first', now })).toEqual({
      workspace: 'payments',
      leaseHolder: 'first',
      iteration: 0,
      isFull: true,
      now: Date.UTC(2026, 0, 1),
    });
  });

  it('takes the workspace from the folder of an uploaded object', () => {
    const input = { detail: { object: { key: 'workspaces/payments/schemas/cards.yaml' } } };
    expect(parsePollEvent({ input, execution: 'first', now })).toMatchObject({ workspace: 'payments' });
  });

  it('takes the lease holder of the execution whose work it continues', () => {
    const input = { workspace: 'payments', leaseHolder: 'first' };
    expect(parsePollEvent({ input, execution: 'second', now })).toMatchObject({
      leaseHolder: 'first',
      iteration: 0,
    });
  });

  it('counts the polls of a reconciliation', () => {
    const previous = { workspace: 'payments', leaseHolder: 'first', iteration: 4 };
    expect(parsePollEvent({ previous, input: {}, execution: 'second', now })).toMatchObject({
      workspace: 'payments',
      leaseHolder: 'first',
      iteration: 5,
      isFull: false,
    });
  });

  it('reads everything again after another execution has marked the workspace dirty', () => {
    const previous = { workspace: 'payments', leaseHolder: 'first', iteration: 4, lease: { dirty: true } };
    expect(parsePollEvent({ previous, input: {}, execution: 'second', now })).toMatchObject({
      iteration: 5,
      isFull: true,
    });
  });

  it('takes what the poll before could not read, and no text that is no address', () => {
    const unread = ['gateway/front', 'gatewayTarget/front/news', 'front', 7];
    const previous = { workspace: 'payments', leaseHolder: 'first', iteration: 4, unread };
    expect(parsePollEvent({ previous, input: {}, execution: 'second', now })).toMatchObject({
      unread: ['gateway/front', 'gatewayTarget/front/news'],
    });
  });

  it('says that a step of the execution has failed', () => {
    const previous = { workspace: 'payments', leaseHolder: 'first', iteration: 4 };
    const failed = { hasFailed: true, input: started, execution: 'first', now };
    expect(parsePollEvent({ ...failed, previous })).toMatchObject({ hasFailed: true });
    expect(parsePollEvent(failed)).toMatchObject({ hasFailed: true });
  });

  it.each([
    ['no mapping', 'payments'],
    ['no time', { input: started, execution: 'first' }],
    ['no input', { execution: 'first', now }],
    ['no execution', { input: started, now }],
    ['no workspace', { input: {}, execution: 'first', now }],
    ['a workspace with a slash', { input: { workspace: 'a/b' }, execution: 'first', now }],
    ['a poll before without a lease holder', { previous: { workspace: 'payments', iteration: 0 }, now }],
  ])('refuses an event with %s', (_, event) => {
    expect(() => parsePollEvent(event)).toThrow(expect.objectContaining({ code: 'InvalidEvent' }));
  });
});

describe('parseUnreadUpload', () => {
  const upload = (key: string, type = 'Object Created') => ({
    input: { 'detail-type': type, detail: { object: { key } } },
    execution: 'first',
    now,
  });

  it.each([
    ['workspaces/Über/manifest.yaml', 'stray'],
    ['workspaces/README.md', 'stray'],
    ['workspaces//manifest.yaml', 'stray'],
    ['workspaces/', 'ignored'],
    ['workspaces/payments/', 'ignored'],
    ['workspaces/payments/schemas/', 'ignored'],
    ['workspaces/a b/', 'ignored'],
    ['workspaces/payments/.DS_Store', 'ignored'],
    ['workspaces/Thumbs.db', 'stray'],
    ['workspaces/.DS_Store', 'stray'],
  ])('takes %s for a file that is %s', (key, next) => {
    expect(parseUnreadUpload(upload(key))).toEqual({ next, key });
  });

  it('ignores the deletion of a file in no workspace', () => {
    const event = upload('workspaces/README.md', 'Object Deleted');
    expect(parseUnreadUpload(event)).toEqual({ next: 'ignored', key: 'workspaces/README.md' });
  });

  it.each([
    ['a file of a workspace', upload('workspaces/payments/manifest.yaml')],
    ['a file elsewhere', upload('desired/.DS_Store')],
    ['a request', { input: started, execution: 'first', now }],
    ['no mapping', 'payments'],
  ])('leaves %s to parsePollEvent', (_, event) => {
    expect(parseUnreadUpload(event)).toBeUndefined();
  });
});

describe('parsePollEvent after the step that reads lists of tools', () => {
  const planned = {
    address: 'gatewayTarget/front/issues',
    moment: 'after',
    synchronizedAt: 7,
    configuration: 'c',
    gateway: { url: 'https://g.example.com', credentials: 'none' },
    server: { url: 'https://mcp.example.com' },
  };
  const read = { address: planned.address, moment: 'after', synchronizedAt: 7, configuration: 'c' };
  const parse = (previous: object) =>
    parsePollEvent({
      previous: { workspace: 'payments', leaseHolder: 'e', iteration: 1, ...previous },
      input: {},
      execution: 'e',
      now: '2026-01-01T00:00:00Z',
    }).toolReadings;

  it('parsePollEvent: has what the step read of each planned list', () => {
    const results = { gateway: { digest: 'd'.repeat(64) }, server: { failure: 'tooSlow' } };
    const toolReadings = [{ ...read, ...results }];
    expect(parse({ next: 'watch', toolReads: [planned], toolReadings })).toEqual(toolReadings);
  });

  it('parsePollEvent: takes lists for unread where the step failed, or brought something else', () => {
    const failure = { failure: 'notRead' };
    const unread = [{ ...read, gateway: failure, server: failure }];
    const state = { next: 'watch', toolReads: [planned] };
    expect(parse(state)).toEqual(unread);
    expect(
      parse({
        ...state,
        toolReadings: [{ address: planned.address, gateway: 7, server: { failure: 'x', digest: '../d' } }],
      }),
    ).toEqual(unread);
  });

  it('parsePollEvent: has no lists after another step, and none of a read that cannot be understood', () => {
    expect(parse({ next: 'sync', toolReads: [planned] })).toBeUndefined();
    expect(
      parse({ next: 'watch', toolReads: [{ ...planned, address: 'x' }, 7, { ...planned, moment: 'x' }] }),
    ).toEqual([]);
  });
});
