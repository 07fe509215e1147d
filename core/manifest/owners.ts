import { isDeepStrictEqual } from 'node:util';
import { nearest } from '../nearest.ts';
import type { Path } from '../problem.ts';
import { asMapping, type FieldReader, readFields, readString } from './readFields.ts';
import type { Report } from './report.ts';
import { isSecretName, secretNameProblem } from './secrets.ts';
import { describeValue, type Tree } from './tree.ts';

/** The value stands in Secrets Manager under this name; it is fetched when it is used and never kept. */
export interface SecretName {
  readonly secretsManager: string;
}

/** One way to reach an owner. A webhook's URL is often itself a secret, and may then stand in Secrets Manager. */
export type Contact =
  | { readonly channel: 'email'; readonly address: string }
  | { readonly channel: 'slack'; readonly address: string | SecretName }
  | { readonly channel: 'webhook'; readonly address: string | SecretName };

/** Who answers for a resource: every contact is told. */
export interface Owner {
  readonly contacts: readonly Contact[];
}

/** The owners that a workspace names. `default` answers for what has no owner; `escalation` is asked when nobody reacts. */
export type Owners = Readonly<Record<string, Owner>>;

type Channel = Contact['channel'];

/** Deliberately loose: mail servers decide, but a name, a list or a header in place of an address is caught. */
const EMAIL = /^[^\s@<>,;:"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;
const SLACK_CHANNEL = /^(#[^\s#]{1,80}|@[^\s@]{1,80}|[CGUD][A-Z0-9]{8,})$/;
const MAX_CONTACTS = 20;
/** As JSON Schema writes it. */
export const ownerNamePattern = '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$';
const OWNER_NAME = new RegExp(ownerNamePattern);

interface ChannelRule {
  readonly expected: string;
  readonly allowsSecret: boolean;
  readonly accepts: (address: string) => boolean;
}

const CHANNEL_RULES: Readonly<Record<Channel, ChannelRule>> = {
  email: {
    expected: 'an address such as team@example.com',
    allowsSecret: false,
    accepts: (text) => EMAIL.test(text),
  },
  slack: {
    expected: "a channel such as '#payments' (in quotes), or { secretsManager: name } of a webhook's URL",
    allowsSecret: true,
    accepts: (text) => SLACK_CHANNEL.test(text),
  },
  webhook: {
    expected: 'an https URL, or { secretsManager: name } of one',
    allowsSecret: true,
    accepts: isPlainHttpsUrl,
  },
};

/** Reads the section `owners`: each entry an owner under a name that `owner:` may use. */
export function readOwners(tree: Tree, path: Path, report: Report): Owners {
  const mapping = asMapping(tree, path, report);
  const owners: [string, Owner][] = [];
  for (const [name, entry] of mapping?.entries ?? []) {
    if (!OWNER_NAME.test(name)) {
      report.error([...path, name], 'This is no name for an owner.', {
        expected: 'letters, digits, - and _',
      });
    }
    const owner = readContacts(entry.value, [...path, name], report);
    if (owner) owners.push([name, owner]);
  }
  return Object.fromEntries(owners);
}

/** Reads `owner:` of a resource: contacts, or the name of one of the workspace's owners. */
export function readOwner(tree: Tree, path: Path, report: Report, owners: Owners): Owner | undefined {
  if (tree.type !== 'scalar' || typeof tree.value !== 'string') return readContacts(tree, path, report);
  const name = tree.value;
  if (Object.hasOwn(owners, name)) return owners[name];
  report.error(path, 'No owner of this name stands in "owners".', {
    expected: 'the name of an owner, or contacts such as { email: team@example.com }',
    suggestion: () => nearest(name, Object.keys(owners)),
  });
  return undefined;
}

/** One mapping of channels, or a list of them; every channel takes one address or a list. */
function readContacts(tree: Tree, path: Path, report: Report): Owner | undefined {
  const isEmpty =
    (tree.type === 'mapping' && tree.entries.size === 0) ||
    (tree.type === 'sequence' && tree.items.length === 0);
  if (isEmpty) {
    const expected = `one of ${Object.keys(CHANNEL_RULES).join(', ')}`;
    report.error(path, 'This owner has no contact.', { expected });
  }
  const contacts =
    tree.type === 'sequence'
      ? tree.items.flatMap((item, index) => readContactMapping(item, [...path, index], report))
      : readContactMapping(tree, path, report);
  if (contacts.length > MAX_CONTACTS) report.error(path, `An owner has at most ${MAX_CONTACTS} contacts.`);
  return contacts.length > 0 ? { contacts } : undefined;
}

function readContactMapping(tree: Tree, path: Path, report: Report): Contact[] {
  if (tree.type === 'scalar') {
    report.error(path, `This is ${describeValue(tree)}.`, {
      expected: 'contacts such as { email: team@example.com }',
    });
    return [];
  }
  const given = readFields<Record<Channel, Contact[]>>(tree, path, report, {
    email: readAddresses('email'),
    slack: readAddresses('slack'),
    webhook: readAddresses('webhook'),
  });
  return Object.values(given).flat();
}

function readAddresses(channel: Channel): FieldReader<Contact[]> {
  return (tree, path, report) => {
    const items =
      tree.type === 'sequence'
        ? tree.items.map((item, index) => [item, [...path, index]] as const)
        : [[tree, path] as const];
    return items.flatMap(([item, at]) => readAddress(channel, item, at, report) ?? []);
  };
}

function readAddress(channel: Channel, tree: Tree, path: Path, report: Report): Contact | undefined {
  const { expected, allowsSecret, accepts } = CHANNEL_RULES[channel];
  if (channel !== 'email' && allowsSecret && tree.type === 'mapping') {
    const { secretsManager } = readFields<SecretName>(tree, path, report, { secretsManager: readSecretName });
    return secretsManager === undefined ? undefined : { channel, address: { secretsManager } };
  }
  const address = readString(tree, path, report, expected);
  if (address === undefined) return undefined;
  if (accepts(address)) return { channel, address };
  report.error(path, `This is no address for ${channel}.`, { expected });
  return undefined;
}

/** Reads the name of a secret in Secrets Manager. */
export const readSecretName: FieldReader<string> = (tree, path, report) => {
  const expected = 'the name or ARN of a secret in AWS Secrets Manager';
  const name = readString(tree, path, report, expected);
  if (name === undefined) return undefined;
  if (!isSecretName(name)) {
    report.error(path, 'This is no name that Secrets Manager allows.', { expected });
    return undefined;
  }
  checkSecretWorkspace(name, path, report);
  return name;
};

/** Refuses a secret that belongs to another workspace. */
export function checkSecretWorkspace(name: string, path: Path, report: Report): void {
  const problem = report.workspace === undefined ? undefined : secretNameProblem(name, report.workspace);
  if (problem) report.error(path, problem);
}

function isPlainHttpsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
}

/**
 * What an owner goes by where many can read: on the dashboard, in logs, in outcome documents. The name under "owners",
 * or else what the contacts show without an address that could be written to: e-mail addresses and the paths of
 * webhooks belong into messages alone.
 *
 * @returns such as `platform`, `#payments`, `e-mail at example.com`, `webhook at hooks.example.com`
 */
export function ownerLabel(owner: Owner | undefined, owners: Owners): string {
  if (!owner) return 'nobody';
  const named = Object.entries(owners).find(([, each]) => isDeepStrictEqual(each, owner));
  return named ? named[0] : [...new Set(owner.contacts.map(maskedContact))].join(', ');
}

/** @returns what a contact shows without an address that could be written to */
export function maskedContact({ channel, address }: Contact): string {
  if (typeof address !== 'string') return `${channel} of the secret ${address.secretsManager}`;
  switch (channel) {
    case 'email':
      return `e-mail at ${address.slice(address.lastIndexOf('@') + 1)}`;
    case 'slack':
      return address;
    case 'webhook':
      return `webhook at ${new URL(address).hostname}`;
  }
}
