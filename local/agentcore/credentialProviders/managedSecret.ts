import type { EmulatorContext } from '../emulatorContext.ts';

/** Secrets Manager appends a hyphen and six letters to a name. */
const SUFFIX_LENGTH = 6;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The ARN of the secret in which the service stores a provider's credential, such as the one of `oauth2/github`.
 *
 * @param path the type of the provider and its name
 */
export function managedSecretArn({ region, account, random }: EmulatorContext, path: string): string {
  const name = `bedrock-agentcore-identity!default/${path}-${random.ids.text(SUFFIX_LENGTH, LETTERS)}`;
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
}
