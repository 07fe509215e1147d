import type { Identity } from './approver.ts';

/** Which groups of the login see which workspaces. */
export interface ReaderGroups {
  /** The claim of the token that lists a person's groups, such as `cognito:groups`. */
  readonly claim: string;
  /** Groups whose members see every workspace. */
  readonly operators: readonly string[];
  /** By group: the names of the workspaces that its members see; `*` stands for any characters. */
  readonly workspaces: Readonly<Record<string, readonly string[]>>;
}

/** Who may see which workspace in the console. */
export interface ReaderRules {
  /** E-mail addresses of operators, who see every workspace. */
  readonly operators: readonly string[];
  readonly groups?: ReaderGroups;
}

/** A logged-in person with their groups. */
export interface Reader extends Identity {
  readonly groups: readonly string[];
}

/** @returns whether a person sees every workspace */
export function isOperator({ email, groups }: Reader, { operators, groups: rules }: ReaderRules): boolean {
  return isAmong(email, operators) || groups.some((group) => rules?.operators.includes(group));
}

/**
 * Whether a person may see a workspace: an operator sees all, the member of a group those of the group, and an owner those
 * whose manifest names the address that the login has verified.
 *
 * @param owners the e-mail addresses of its owners
 */
export function maySee(
  workspace: string,
  owners: readonly string[],
  reader: Reader,
  rules: ReaderRules,
): boolean {
  if (isOperator(reader, rules) || isAmong(reader.email, owners)) return true;
  const patterns = reader.groups.flatMap((group) => ownPatterns(rules, group));
  return patterns.some((pattern) => matches(workspace, pattern));
}

/** A group may be named like a member that every object has. */
function ownPatterns({ groups }: ReaderRules, group: string): readonly string[] {
  return groups && Object.hasOwn(groups.workspaces, group) ? (groups.workspaces[group] ?? []) : [];
}

function isAmong(email: string | undefined, addresses: readonly string[]): boolean {
  return email !== undefined && addresses.some((address) => address.toLowerCase() === email.toLowerCase());
}

/** Compares from both ends, so that no pattern takes long. Names of workspaces have no `*`. */
function matches(name: string, pattern: string): boolean {
  const [start = '', ...parts] = pattern.split('*');
  const end = parts.pop();
  if (end === undefined) return name === pattern;
  if (!name.startsWith(start) || !name.endsWith(end) || name.length < start.length + end.length) return false;
  const limit = name.length - end.length;
  let at = start.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > limit) return false;
    at = found + part.length;
  }
  return true;
}
