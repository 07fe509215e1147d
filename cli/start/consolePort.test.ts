import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ConsolePort } from './consolePort.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-port-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('ConsolePort: tells a later start the port that links in messages have', () => {
  const data = join(emptyFolder(), 'new');
  expect(new ConsolePort(data).read()).toBeUndefined();
  new ConsolePort(data).write(40_123);
  expect(new ConsolePort(data).read()).toBe(40_123);
});

it.each(['', 'x', '0', '70000', '80.5'])('ConsolePort: reads no port from a file with "%s"', (content) => {
  const data = emptyFolder();
  writeFileSync(join(data, 'port'), content);
  expect(new ConsolePort(data).read()).toBeUndefined();
});
