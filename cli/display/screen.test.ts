import { describe, expect, it } from 'vitest';
import { screenOn } from './screen.ts';
import { openFile, openTerminal } from './testing/terminal.ts';

const ESCAPE = '\u001b';

describe('screenOn', () => {
  it('screenOn: colors text on a terminal', () => {
    const { stream } = openTerminal();
    expect(screenOn(stream, {}).paint('red', 'failed')).toContain(ESCAPE);
    expect(screenOn(stream, { NO_COLOR: '' }).paint('red', 'failed')).toContain(ESCAPE);
  });

  it('screenOn: does not color with NO_COLOR, nor on a stream that is no terminal', () => {
    expect(screenOn(openTerminal().stream, { NO_COLOR: '1' }).paint('red', 'failed')).toBe('failed');
    expect(screenOn(openFile().stream, {}).paint('red', 'failed')).toBe('failed');
  });

  it('screenOn: does not redraw on a dumb terminal', async () => {
    const terminal = openTerminal();
    const screen = screenOn(terminal.stream, { TERM: 'dumb' });
    screen.show(['drawn']);
    screen.say('said');
    expect(screen.isLive).toBe(false);
    expect(await terminal.lines()).toEqual(['said']);
  });

  it('screenOn: removes the redrawn lines for an empty list', async () => {
    const terminal = openTerminal();
    const screen = screenOn(terminal.stream, {});
    screen.show(['one', 'two']);
    screen.show([]);
    screen.say('said');
    screen.show(['three']);
    expect(await terminal.lines()).toEqual(['said', 'three']);
  });

  it('screenOn: annotates the lines of a pull request in a workflow of GitHub only', () => {
    const annotation = { severity: 'error', file: 'a.yaml', line: 3, message: 'No.' } as const;
    const [elsewhere, workflow] = [openFile(), openFile()];
    screenOn(elsewhere.stream, {}).annotate(annotation);
    screenOn(workflow.stream, { GITHUB_ACTIONS: 'true' }).annotate(annotation);
    expect(elsewhere.text()).toBe('');
    expect(workflow.text()).toBe('::error file=a.yaml,line=3::No.\n');
  });

  it('screenOn: writes out every escape of a text but the colors of Gateloop', async () => {
    const file = openFile();
    screenOn(file.stream, {}).say(`one\n\u001b]8;;https://evil.example.com\u0007two\u202e`);
    expect(file.text()).toBe(String.raw`one
\u{1b}]8;;https://evil.example.com\u{7}two\u{202e}
`);
  });
});
