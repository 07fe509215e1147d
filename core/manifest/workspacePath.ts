/**
 * Checks the path of a workspace file that a manifest names. A path that could lead out of the workspace is rejected,
 * never normalized.
 *
 * @returns why the path is rejected, as a clause after "the path"; undefined for a valid path
 */
export function workspacePathProblem(path: string): string | undefined {
  return PATH_RULES.find(({ isBroken }) => isBroken(path))?.problem;
}

const segments = (path: string): string[] => path.split('/');

const PATH_RULES: readonly { readonly problem: string; readonly isBroken: (path: string) => boolean }[] = [
  { problem: 'is empty', isBroken: (path) => path === '' },
  // An S3 key has at most 1024 bytes, and the prefix of the workspace needs some of them.
  { problem: 'is longer than 512 bytes', isBroken: (path) => new TextEncoder().encode(path).length > 512 },
  { problem: 'is a URL, not a path', isBroken: (path) => /^[a-z][a-z0-9+.-]*:\/\//i.test(path) },
  { problem: 'contains a backslash; separate folders with /', isBroken: (path) => path.includes('\\') },
  {
    problem: 'is absolute; write it relative to the workspace',
    isBroken: (path) => /^(\/|~|[a-z]:)/i.test(path),
  },
  { problem: 'leaves the workspace with ".."', isBroken: (path) => segments(path).includes('..') },
  {
    problem: 'contains "." or an empty segment',
    isBroken: (path) => segments(path).some((segment) => segment === '.' || segment === ''),
  },
  { problem: 'is URL-encoded; write the plain name', isBroken: (path) => /%[0-9a-f]{2}/i.test(path) },
  {
    problem: 'contains an invisible character',
    isBroken: (path) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path),
  },
  {
    problem: 'has a segment that begins or ends with a space',
    isBroken: (path) => segments(path).some((segment) => segment !== segment.trim()),
  },
  { problem: 'contains a reference; write a fixed path', isBroken: (path) => path.includes('${') },
];
