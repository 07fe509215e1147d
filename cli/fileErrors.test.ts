import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorReport } from './errorReport.ts';
import { explainedFileError } from './fileErrors.ts';

const reportOf = (error: unknown) => errorReport(explainedFileError(error), 'gateloop plan');

const systemError = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: failed`), { code, syscall: 'open', ...more });

/** @returns the error that the work throws */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('The work succeeded.');
}

describe('explainedFileError', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gateloop-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['a full disk', 'ENOSPC', 'The disk is full: /data/out.json could not be written.'],
    ['a used-up quota', 'EDQUOT', 'The disk is full: /data/out.json could not be written.'],
    ['a read-only file system', 'EROFS', '/data/out.json cannot be written: its file system is read-only.'],
    ['a file of another user', 'EACCES', 'Access to /data/out.json was denied.'],
  ])('explainedFileError: tells %s in words, with a remedy and no stack', (_, code, what) => {
    const report = reportOf(systemError(code, { path: '/data/out.json' }));
    expect(report).toMatchObject({ code: 'FileTrouble', what, remedy: expect.any(String) });
    expect(report.stack).toBeUndefined();
  });

  it('explainedFileError: explains what Node says of folders and files that do not fit', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const report = (work: () => unknown) => reportOf(thrownBy(work)).what;
    expect(report(() => writeFileSync(folder, ''))).toBe(`${folder} is a folder, where a file is expected.`);
    expect(report(() => writeFileSync(join(file, 'a'), ''))).toContain(
      'is a file, where a folder is expected',
    );
    expect(report(() => readFileSync(join(folder, 'none', 'a')))).toContain('There is no ');
  });

  it('explainedFileError: explains errors of the stores of the embedded AWS', () => {
    const sqlite = thrownBy(() => new DatabaseSync(join(folder, 'none', 'a.sqlite')));
    expect(reportOf(sqlite).what).toBe('Access to the state was denied.');
    const full = Object.assign(new Error('database or disk is full'), {
      ...{ code: 'ERR_SQLITE_ERROR', errcode: 13 },
    });
    expect(reportOf(full).what).toContain('The disk is full: the state');
    const level = Object.assign(new Error('IO error: /data/d/000003.log: No space left on device'), {
      code: 'LEVEL_IO_ERROR',
    });
    expect(reportOf(level).what).toBe('The disk is full: /data/d/000003.log could not be written.');
  });

  it('explainedFileError: leaves errors of sockets and programs as they are', () => {
    const error = systemError('EACCES', { syscall: 'listen', port: 80 });
    expect(explainedFileError(error)).toBe(error);
  });
});
