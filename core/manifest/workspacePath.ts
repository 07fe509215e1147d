/**
 * Checks a path that a manifest gives for a file of its workspace. Object keys are no file system: no link, drive or
 * encoding may lead out of the workspace, so whatever could is refused rather than resolved.
 *
 * @returns why the path is refused, or undefined for a good one
 */
export function workspacePathProblem(path: string): string | undefined {
  return PATH_FAULTS.find(({ found }) => found(path))?.why;
}

const segments = (path: string): string[] => path.split('/');

const PATH_FAULTS: readonly { readonly why: string; readonly found: (path: string) => boolean }[] = [
  { why: 'is empty', found: (path) => path === '' },
  // S3 keys hold 1024 bytes, and the workspace's prefix needs some of them.
  { why: 'is longer than 512 bytes', found: (path) => new TextEncoder().encode(path).length > 512 },
  { why: 'is a URL, not a path', found: (path) => /^[a-z][a-z0-9+.-]*:\/\//i.test(path) },
  { why: 'holds a backslash; write / between folders', found: (path) => path.includes('\\') },
  { why: 'is absolute; write it relative to the workspace', found: (path) => /^(\/|~|[a-z]:)/i.test(path) },
  { why: 'leaves the workspace with ".."', found: (path) => segments(path).includes('..') },
  {
    why: 'holds "." or an empty step',
    found: (path) => segments(path).some((step) => step === '.' || step === ''),
  },
  { why: 'is URL-encoded; write the plain name', found: (path) => /%[0-9a-f]{2}/i.test(path) },
  {
    why: 'holds a character that cannot be seen',
    found: (path) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path),
  },
  {
    why: 'has a step that begins or ends with a space',
    found: (path) => segments(path).some((step) => step !== step.trim()),
  },
  { why: 'holds a reference; the path of a file is fixed', found: (path) => path.includes('${') },
];
