import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { uploadPolicy } from '../../cli/push/uploadPolicy.ts';
import type { Cloud } from './cloud.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

/** The result of an operator's command. */
export interface CommandResult {
  readonly code: number | null;
  /** Standard output and standard error, in the order in which they were written. */
  readonly text: string;
}

/** The access key of an IAM user, as environment variables. */
export interface AwsCredentials {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
}

/** Creates an IAM user with the documented policy for uploads to one workspace, and no other permission. */
export async function createUploader({ client, outputs }: Cloud, workspace: string): Promise<AwsCredentials> {
  const iam = new IAMClient(client);
  const UserName = `uploader-of-${workspace}`;
  const PolicyDocument = JSON.stringify(uploadPolicy(outputs.SpecBucketName ?? '', workspace));
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'push', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
  };
}

/** Runs `gateloop <command>` against MiniStack, as the account's root by default. */
export function runCommand(
  { miniStack }: Cloud,
  [command, ...args]: readonly [string, ...string[]],
  identity?: AwsCredentials,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, ['--disable-warning=ExperimentalWarning', 'cli/main.ts', command, ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, ...miniStack.environment, ...identity },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const append = (chunk: Buffer) => {
      text += chunk;
    };
    child.stdout.on('data', append);
    child.stderr.on('data', append);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}
