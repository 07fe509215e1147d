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

describe('the wish to stop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('comes by %s', async (signal) => {
    const { source, interruption, endAtOnce } = listen();
    expect(interruption.isRequested).toBe(false);
    source.emit(signal);
    await interruption.requested;
    expect(interruption.isRequested).toBe(true);
    expect(endAtOnce).not.toHaveBeenCalled();
  });

  it('is one wish, though npm passes on the Ctrl-C that the terminal has sent already', () => {
    const { source, endAtOnce, time } = listen();
    source.emit('SIGINT');
    time.now = 40;
    source.emit('SIGINT');
    expect(endAtOnce).not.toHaveBeenCalled();
  });

  it('is urgent when it comes a second time', () => {
    const { source, endAtOnce, time } = listen();
    source.emit('SIGINT');
    time.now = 1500;
    source.emit('SIGINT');
    expect(endAtOnce).toHaveBeenCalledOnce();
  });
});
