import { execFileSync } from 'node:child_process';
import { uploadMetadata } from '../../core/fleet/uploads.ts';

/** S3 stores at most 2 KB of metadata with an object. */
const MAX_LENGTH = 200;

/**
 * Who uploads which commit, for `gateloop history`: in GitHub Actions, GitLab CI and the like as their variables say, elsewhere as
 * Git says. It proves nothing: every uploader can store anything.
 *
 * @param folder of the workspace
 * @returns metadata of S3; empty outside of a repository
 */
export function uploaderMetadata(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const by = environment.GITHUB_ACTOR ?? environment.GITLAB_USER_LOGIN ?? git(folder, 'config', 'user.name');
  const commit = environment.GITHUB_SHA ?? environment.CI_COMMIT_SHA ?? git(folder, 'rev-parse', 'HEAD');
  const isChanged = commit !== undefined && git(folder, 'status', '--porcelain', '--', '.');
  return Object.fromEntries(
    [
      [uploadMetadata.by, by],
      [uploadMetadata.commit, commit && `${commit}${isChanged ? ' with changes' : ''}`],
    ].flatMap(([name = '', value]) => (value ? [[name, headerText(value)]] : [])),
  );
}

function git(folder: string, ...args: string[]): string | undefined {
  try {
    const output = execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    });
    return output.trim() || undefined;
  } catch {
    // No Git, no repository, or no commit yet.
    return undefined;
  }
}

/** Metadata travels in headers, which have ASCII characters only. */
function headerText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, MAX_LENGTH)
    .trim();
}
