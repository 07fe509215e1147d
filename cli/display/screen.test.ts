import { describe, expect, it } from 'vitest';
import { screenOn } from './screen.ts';
import { openFile, openTerminal } from './testing/terminal.ts';

const ESCAPE = '\u001b';

describe('a screen', () => {
  it('colors on a terminal', () => {
    const { stream } = openTerminal();
    expect(screenOn(stream, {}).paint('red', 'failed')).toContain(ESCAPE);
    expect(screenOn(stream, { NO_COLOR: '' }).paint('red', 'failed')).toContain(ESCAPE);
  });

  it('does not color where NO_COLOR asks for that, nor what is no terminal', () => {
    expect(screenOn(openTerminal().stream, { NO_COLOR: '1' }).paint('red', 'failed')).toBe('failed');
    expect(screenOn(openFile().stream, {}).paint('red', 'failed')).toBe('failed');
  });

  it('does not redraw on a terminal that cannot', async () => {
    const terminal = openTerminal();
    const screen = screenOn(terminal.stream, { TERM: 'dumb' });
    screen.show(['drawn']);
    screen.say('said');
    expect(screen.isLive).toBe(false);
    expect(await terminal.lines()).toEqual(['said']);
  });

  it('takes away what it has drawn', async () => {
    const terminal = openTerminal();
    const screen = screenOn(terminal.stream, {});
    screen.show(['one', 'two']);
    screen.show([]);
    screen.say('said');
    screen.show(['three']);
    expect(await terminal.lines()).toEqual(['said', 'three']);
  });
});
