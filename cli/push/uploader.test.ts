import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { uploaderMetadata } from './uploader.ts';

function repository(name = 'Ada Lovelace'): { folder: string; commit: string } {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-git-'));
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
  git('init', '--quiet');
  git('config', 'user.name', name);
  git('config', 'user.email', 'ada@example.com');
  writeFileSync(join(folder, 'manifest.yaml'), '');
  git('add', '.');
  git('commit', '--quiet', '--no-gpg-sign', '-m', 'first');
  return { folder, commit: git('rev-parse', 'HEAD').trim() };
}

describe('uploaderMetadata', () => {
  it('uploaderMetadata: names the user and the commit of Git, and tells of changes since', () => {
    const { folder, commit } = repository('Zoë \u202e😀');
    expect(uploaderMetadata(folder, {})).toEqual({ 'gateloop-by': 'Zoe', 'gateloop-commit': commit });
    writeFileSync(join(folder, 'manifest.yaml'), 'a: 1');
    expect(uploaderMetadata(folder, {})['gateloop-commit']).toBe(`${commit} with changes`);
  });

  it('uploaderMetadata: takes the variables of a pipeline first', () => {
    const { folder } = repository();
    expect(uploaderMetadata(folder, { GITHUB_ACTOR: 'octocat', GITHUB_SHA: 'abc' })).toEqual({
      'gateloop-by': 'octocat',
      'gateloop-commit': 'abc',
    });
    expect(uploaderMetadata(folder, { GITLAB_USER_LOGIN: 'tanuki', CI_COMMIT_SHA: 'def' })).toEqual({
      'gateloop-by': 'tanuki',
      'gateloop-commit': 'def',
    });
  });

  it('uploaderMetadata: has no commit outside of a repository', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateloop-no-git-'));
    expect(uploaderMetadata(folder, {})).not.toHaveProperty('gateloop-commit');
  });
});
