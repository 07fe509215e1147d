import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makePlayground } from './playground.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-playground-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('makePlayground: copies the example workspaces with their guardrails, and nothing else', () => {
  const folder = emptyFolder();
  expect(makePlayground(folder)).toMatch(/^Copied the examples to .*playground\//);
  expect(readdirSync(folder)).toEqual(['playground']);
  expect(readdirSync(join(folder, 'playground')).sort()).toEqual(['guardrails.yaml', 'workspaces']);
  expect(readdirSync(join(folder, 'playground/workspaces')).sort()).toEqual(['payments', 'repositories']);
});

it('makePlayground: keeps what a person has edited', () => {
  const folder = emptyFolder();
  makePlayground(folder);
  const manifest = join(folder, 'playground/workspaces/payments/manifest.yaml');
  writeFileSync(manifest, 'edited');
  expect(makePlayground(folder)).toBeUndefined();
  expect(readFileSync(manifest, 'utf8')).toBe('edited');
});
