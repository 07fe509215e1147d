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
export function secretNameFault(name: string, workspace: string): string | undefined {
  const secretName = name.replace(ARN_PREFIX, '');
  if (secretName.startsWith(RESERVED_PREFIX))
    return `Secrets below "${RESERVED_PREFIX}" are Gateloop's own, and no manifest may name them.`;
  if (secretName.startsWith(`${workspace}/`) || secretName.startsWith(SHARED_PREFIX)) return undefined;
  return `The workspace ${workspace} may only name secrets of its own, "${workspace}/…", and those for everybody, "${SHARED_PREFIX}…". Keep the secret under such a name.`;
}
