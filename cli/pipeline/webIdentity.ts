import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject } from '../../core/json.ts';
import { CommandError } from '../errorReport.ts';

/** Whom AWS's trust policies name as the audience of GitHub's tokens. */
const AUDIENCE = 'sts.amazonaws.com';

/**
 * Lets the clients of AWS assume a role by the token that GitHub gives a job with `id-token: write`. They read the token from a
 * file of this user alone.
 *
 * @param environment the variables of the job; those for the clients are set in it
 * @throws CommandError `AwsTrouble` where the job may get no token
 */
export async function assumeByToken(
  role: string,
  environment: NodeJS.ProcessEnv,
  request: typeof fetch = fetch,
): Promise<void> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment;
  if (!url || !bearer)
    throw new CommandError('AwsTrouble', {
      what: `GitHub gives this job no token to assume ${role} with.`,
      remedy:
        'Give the job "permissions: { id-token: write, contents: read }", or configure credentials and leave out --role.',
    });
  const response = await request(`${url}&audience=${AUDIENCE}`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  const answer: unknown = response.ok ? await response.json() : undefined;
  const value = isJsonObject(answer) ? answer.value : undefined;
  if (typeof value !== 'string')
    throw new CommandError('AwsTrouble', {
      what: `GitHub answered the request for a token with ${response.status}.`,
      remedy: 'Run the job again; see https://www.githubstatus.com.',
    });
  const file = join(environment.RUNNER_TEMP ?? tmpdir(), 'gateloop-web-identity-token');
  writeFileSync(file, value, { mode: 0o600 });
  environment.AWS_WEB_IDENTITY_TOKEN_FILE = file;
  environment.AWS_ROLE_ARN = role;
  environment.AWS_ROLE_SESSION_NAME = `gateloop-${environment.GITHUB_RUN_ID ?? 'pipeline'}`;
}
