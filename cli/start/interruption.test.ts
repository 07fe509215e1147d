import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { listenForInterruption } from './interruption.ts';

function listen() {
  const source = new EventEmitter();
  const endAtOnce = vi.fn();
  const time = { now: 0 };
  const interruption = listenForInterruption(source, endAtOnce, () => time.now);
  return { source, endAtOnce, time, interruption };
}

describe('listenForInterruption', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'listenForInterruption: requests a stop for %s',
    async (signal) => {
      const { source, interruption, endAtOnce } = listen();
      expect(interruption.isRequested).toBe(false);
      source.emit(signal);
      await interruption.requested;
      expect(interruption.isRequested).toBe(true);
      expect(endAtOnce).not.toHaveBeenCalled();
    },
  );

  it('listenForInterruption: counts a Ctrl-C once although npm forwards it a second time', () => {
    const { source, endAtOnce, time } = listen();
    source.emit('SIGINT');
    time.now = 40;
    source.emit('SIGINT');
    expect(endAtOnce).not.toHaveBeenCalled();
  });

  it('listenForInterruption: ends the process at once at a second Ctrl-C', () => {
    const { source, endAtOnce, time } = listen();
    source.emit('SIGINT');
    time.now = 1500;
    source.emit('SIGINT');
    expect(endAtOnce).toHaveBeenCalledOnce();
  });
});
