import { isJsonObject, type JsonValue } from '../json.ts';

/**
 * The API's model also marks descriptions, names and payloads as sensitive, to keep them out of logs. So a member is a
 * secret if it is sensitive and its name says so; the same words recognize the secrets of a newer SDK.
 */
const SECRET_MEMBER = /(secret|password|passphrase|api_?key|private_?key|token)$/i;

/** Keys of free maps (environment variables, headers) that name a secret. */
const SECRET_KEY =
  /(^|[_-])(secret|password|passwd|passphrase|token|api[_-]?key|private[_-]?key|credentials?|authorization|cookie)$/i;

/** Formats that only credentials have, according to the issuer's documentation of the prefix. */
const CREDENTIAL_FORMATS: readonly { readonly label: string; readonly pattern: RegExp }[] = [
  { label: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { label: 'a GitHub token', pattern: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/ },
  { label: 'a Slack token', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10}/ },
  { label: 'a Slack webhook', pattern: /hooks\.slack\.com\/(services|workflows|triggers)\/\w/ },
  { label: 'an AWS access key', pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { label: 'a Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}/ },
  { label: 'a Stripe key', pattern: /\b[rs]k_live_[A-Za-z0-9]{16}/ },
];

/** @returns whether a member that the API's model marks sensitive is a secret */
export function isSecretMemberName(name: string): boolean {
  return SECRET_MEMBER.test(name);
}

/** @returns whether the key of a free map names a secret; numbers and booleans are not secrets */
export function isSecretEntry(key: string, value: string): boolean {
  return SECRET_KEY.test(key) && value !== '' && !/^(\d+|true|false)$/.test(value);
}

/** @returns which credential a text contains, such as `a private key` */
export function detectCredential(text: string): string | undefined {
  return CREDENTIAL_FORMATS.find(({ pattern }) => pattern.test(text))?.label;
}

/** Secrets Manager's rule for names; ARNs match too. */
const SECRET_NAME = /^[A-Za-z0-9/_+=.@:-]{1,512}$/;

/** @returns whether Secrets Manager allows this name */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The prefix of secrets that every workspace may use. */
const SHARED_PREFIX = 'shared/';
/** The prefix of Gateloop's own secrets, which no manifest may use, even if its workspace is called `gateloop`. */
const RESERVED_PREFIX = 'gateloop/';
/** The six parts before the name in an ARN, such as `arn:aws:secretsmanager:eu-west-1:123456789012:secret:`. */
const ARN_PREFIX = /^arn:(?:[^:]*:){5}/;

/**
 * The name of a secret says who may use it: a workspace may use `<workspace>/…` and `shared/…`. So a manifest that
 * names another team's secret is rejected before Gateloop reads any secret.
 *
 * @param name the name or the ARN of a secret
 * @returns why the workspace may not use the secret, and what to do; undefined if it may
 */
export function secretNameProblem(name: string, workspace: string): string | undefined {
  const secretName = name.replace(ARN_PREFIX, '');
  if (secretName.startsWith(RESERVED_PREFIX))
    return `Secrets below "${RESERVED_PREFIX}" are reserved for Gateloop itself. Use another secret.`;
  if (secretName.startsWith(`${workspace}/`) || secretName.startsWith(SHARED_PREFIX)) return undefined;
  return `The workspace ${workspace} may use only secrets named "${workspace}/…" or "${SHARED_PREFIX}…". Store the secret under such a name.`;
}

/** @returns whether a value of a configuration stands for a secret: `{ secretsManager: name }` and nothing else */
export function isSecretReference(value: JsonValue): value is { readonly secretsManager: string } {
  return isJsonObject(value) && typeof value.secretsManager === 'string' && Object.keys(value).length === 1;
}
