import { isDeepStrictEqual } from 'node:util';
import { hostReach } from '../hostReach.ts';
import { nearest } from '../nearest.ts';
import type { Path } from '../problem.ts';
import { asMapping, type FieldReader, readFields, readString } from './readFields.ts';
import type { Report } from './report.ts';
import { isSecretName, secretNameProblem } from './secrets.ts';
import { describeValue, type Tree } from './tree.ts';

/** The name of a secret in Secrets Manager. Gateloop fetches the value on use and never stores it. */
export interface SecretName {
  readonly secretsManager: string;
}

/** One way to reach an owner. A webhook's URL is often itself a secret, so it may be the name of a secret. */
export type Contact =
  | { readonly channel: 'email'; readonly address: string }
  | { readonly channel: 'slack'; readonly address: string | SecretName }
  | { readonly channel: 'webhook'; readonly address: string | SecretName };

/** The owner of a resource. Gateloop notifies every contact. */
export interface Owner {
  readonly contacts: readonly Contact[];
}

/**
 * The owners of a workspace by name. `default` owns resources without an owner; Gateloop asks `escalation` when an
 * owner does not respond.
 */
export type Owners = Readonly<Record<string, Owner>>;

type Channel = Contact['channel'];

/** Deliberately loose, since mail servers decide; it rejects names, lists and header injection. */
const EMAIL = /^[^\s@<>,;:"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;
const SLACK_CHANNEL = /^(#[^\s#]{1,80}|@[^\s@]{1,80}|[CGUD][A-Z0-9]{8,})$/;
const MAX_CONTACTS = 20;
/** The pattern for JSON Schema. */
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
    expected: "a channel such as '#payments' (in quotes), or { secretsManager: <name> } for a webhook's URL",
    allowsSecret: true,
    accepts: (text) => SLACK_CHANNEL.test(text),
  },
  webhook: {
    expected: 'an https URL of a public host, or { secretsManager: <name> } for one',
    allowsSecret: true,
    accepts: isPublicHttpsUrl,
  },
};

/** Reads the section `owners`: each entry is an owner under a name that `owner:` may use. */
export function readOwners(tree: Tree, path: Path, report: Report): Owners {
  const mapping = asMapping(tree, path, report);
  const owners: [string, Owner][] = [];
  for (const [name, entry] of mapping?.entries ?? []) {
    if (!OWNER_NAME.test(name)) {
      report.error([...path, name], 'This is not a valid owner name.', {
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
  report.error(path, '"owners" has no owner of this name.', {
    expected: 'the name of an owner, or contacts such as { email: team@example.com }',
    suggestion: () => nearest(name, Object.keys(owners)),
  });
  return undefined;
}

/** Reads one mapping of channels or a list of them; every channel takes one address or a list. */
export function readContacts(tree: Tree, path: Path, report: Report): Owner | undefined {
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
  if (contacts.length > MAX_CONTACTS) {
    report.error(path, `This owner has ${contacts.length} contacts.`, {
      expected: `at most ${MAX_CONTACTS}`,
    });
  }
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
  report.error(path, `This is not a valid ${channel} address.`, { expected });
  return undefined;
}

/** Reads the name of a secret in Secrets Manager. */
export const readSecretName: FieldReader<string> = (tree, path, report) => {
  const expected = 'the name or ARN of a secret in AWS Secrets Manager';
  const name = readString(tree, path, report, expected);
  if (name === undefined) return undefined;
  if (!isSecretName(name)) {
    report.error(path, 'Secrets Manager does not allow this name.', { expected });
    return undefined;
  }
  checkSecretWorkspace(name, path, report);
  return name;
};

/** Reports a secret that the workspace may not use. */
export function checkSecretWorkspace(name: string, path: Path, report: Report): void {
  const problem = report.workspace === undefined ? undefined : secretNameProblem(name, report.workspace);
  if (problem) report.error(path, problem);
}

/** Whether a name leads to a private address is known when a message is sent: the channel refuses it then. */
function isPublicHttpsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash, hostname } = new URL(text);
  const isPlain = protocol === 'https:' && username === '' && password === '' && hash === '';
  return isPlain && hostReach(hostname) === 'public';
}

/**
 * Labels an owner for the dashboard, logs and outcome documents, which many people can read. The label is the name
 * under "owners", or else the masked contacts: only messages contain e-mail addresses and the paths of webhooks.
 *
 * @returns a label such as `platform`, `#payments`, `e-mail at example.com`, `webhook at hooks.example.com`
 */
export function ownerLabel(owner: Owner | undefined, owners: Owners): string {
  if (!owner) return 'nobody';
  const named = Object.entries(owners).find(([, each]) => isDeepStrictEqual(each, owner));
  return named ? named[0] : [...new Set(owner.contacts.map(maskedContact))].join(', ');
}

/** @returns a label of a contact that does not reveal an e-mail address or the path of a webhook */
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
