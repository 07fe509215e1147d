/**
 * The model marks descriptions, names and payloads as sensitive too, since they are kept out of logs. A member holds a
 * secret when it is so marked and is called like one; a new SDK's secrets are recognised by the same words.
 */
const SECRET_MEMBER = /(secret|password|passphrase|api_?key|private_?key|token)$/i;

/** Keys of free maps (environment variables, headers) whose values are secrets by their name. */
const SECRET_KEY =
  /(^|[_-])(secret|password|passwd|passphrase|token|api[_-]?key|private[_-]?key|credentials?|authorization|cookie)$/i;

/** Formats that nothing but a credential has, by the issuer's own documentation of the prefix. */
const CREDENTIAL_FORMATS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { what: 'a GitHub token', pattern: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/ },
  { what: 'a Slack token', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10}/ },
  { what: 'a Slack webhook', pattern: /hooks\.slack\.com\/(services|workflows|triggers)\/\w/ },
  { what: 'an AWS access key', pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: 'a Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}/ },
  { what: 'a Stripe key', pattern: /\b[rs]k_live_[A-Za-z0-9]{16}/ },
];

/** @returns whether a member that the model marks sensitive holds a secret */
export function isSecretMemberName(name: string): boolean {
  return SECRET_MEMBER.test(name);
}

/** @returns whether the value of a free key is a secret, judged by the key; counts and switches are not */
export function isSecretEntry(key: string, value: string): boolean {
  return SECRET_KEY.test(key) && value !== '' && !/^(\d+|true|false)$/.test(value);
}

/** @returns what credential a text holds, such as `a private key` */
export function detectCredential(text: string): string | undefined {
  return CREDENTIAL_FORMATS.find(({ pattern }) => pattern.test(text))?.what;
}

/** Secrets Manager's rule for names, or an ARN, which may stand in the name's place. */
const SECRET_NAME = /^[A-Za-z0-9/_+=.@:-]{1,512}$/;

/** @returns whether Secrets Manager could hold a secret of this name */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The prefix of secrets that every workspace may name. */
const SHARED_PREFIX = 'shared/';
/** The prefix of Gateloop's own secrets, which no manifest may name, whatever its workspace is called. */
const RESERVED_PREFIX = 'gateloop/';
/** What stands before the name in an ARN: six parts, such as `arn:aws:secretsmanager:eu-west-1:123456789012:secret:`. */
const ARN_PREFIX = /^arn:(?:[^:]*:){5}/;

/**
 * Whose a secret is, is told by its name: a workspace may name `<workspace>/…` and `shared/…`. So nobody has to be
 * asked, and a manifest that reaches for another team's secret is refused before anything is read.
 *
 * @param name the name or the ARN of a secret
 * @returns what is wrong with naming it in this workspace, and what to do
 */
export function secretNameProblem(name: string, workspace: string): string | undefined {
  const secretName = name.replace(ARN_PREFIX, '');
  if (secretName.startsWith(RESERVED_PREFIX))
    return `Secrets below "${RESERVED_PREFIX}" are Gateloop's own, and no manifest may name them.`;
  if (secretName.startsWith(`${workspace}/`) || secretName.startsWith(SHARED_PREFIX)) return undefined;
  return `The workspace ${workspace} may only name secrets of its own, "${workspace}/…", and those for everybody, "${SHARED_PREFIX}…". Keep the secret under such a name.`;
}
