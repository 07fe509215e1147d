import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assumeByToken } from './webIdentity.ts';

const role = 'arn:aws:iam::123456789012:role/payments-specs';
const job = () => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com/?api-version=2',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer-of-the-job',
  RUNNER_TEMP: mkdtempSync(join(tmpdir(), 'gateloop-runner-')),
  GITHUB_RUN_ID: '17',
});

describe('assumeByToken', () => {
  it("assumeByToken: lets AWS's clients read the token of the job from a file of this user alone", async () => {
    const environment: NodeJS.ProcessEnv = job();
    const requests: unknown[] = [];
    await assumeByToken(role, environment, async (url, options) => {
      requests.push([url, options?.headers]);
      return Response.json({ value: 'the-token' });
    });
    expect(requests).toEqual([
      [
        'https://token.example.com/?api-version=2&audience=sts.amazonaws.com',
        { authorization: 'Bearer bearer-of-the-job' },
      ],
    ]);
    const file = environment.AWS_WEB_IDENTITY_TOKEN_FILE ?? '';
    expect(readFileSync(file, 'utf8')).toBe('the-token');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(environment).toMatchObject({ AWS_ROLE_ARN: role, AWS_ROLE_SESSION_NAME: 'gateloop-17' });
  });

  it('assumeByToken: says which permission a job without a token lacks', async () => {
    const request = () => expect.fail('no request is due');
    await expect(assumeByToken(role, {}, request)).rejects.toThrow('id-token: write');
  });

  it.each([
    ['an error', () => new Response('no', { status: 503 })],
    ['an answer without a token', () => Response.json({})],
  ])('assumeByToken: fails on %s, and leaves the environment as it was', async (_, answer) => {
    const environment: NodeJS.ProcessEnv = job();
    await expect(assumeByToken(role, environment, async () => answer())).rejects.toThrow('GitHub answered');
    expect(environment.AWS_ROLE_ARN).toBeUndefined();
  });
});
