import { readContacts } from '../manifest/owners.ts';
import {
  asMapping,
  type FieldReader,
  type FieldReaders,
  readEnum,
  readFields,
} from '../manifest/readFields.ts';
import { readYaml } from '../manifest/readYaml.ts';
import { Report } from '../manifest/report.ts';
import { approvalRules } from '../manifest/settings.ts';
import { describeValue, type Tree } from '../manifest/tree.ts';
import { defined } from '../objects.ts';
import { byPosition, hasErrors, type Path, type Problem } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { kindNames } from '../resources/resourceKinds.ts';
import { GUARDRAILS_KEY } from '../storage/keys.ts';
import { isWorkspaceName, workspaceNameRule } from '../storage/uploads.ts';
import type {
  Allowed,
  ApproveGuardrail,
  GivenGuardrails,
  Guardrails,
  GuardrailsGroup,
  OwnerChannels,
  WorkspaceGuardrails,
} from './guardrails.ts';
import {
  channelRules,
  GUARDRAILS_VERSION,
  MAX_COUNT,
  MAX_ENTRIES,
  movedFromRule,
  sharedWithRule,
  type ValueRule,
  valueRules,
} from './guardrailValues.ts';

/** A file of 256 KB has some 3,000 lines, more than an account has roles. */
const LIMITS = { bytes: 256 * 1024, tokens: 40_000, lines: 20_000, values: 20_000, depth: 16 };

/**
 * Parses the operators' guardrails and reports all problems at once, each with its location. Never throws, whatever the
 * bytes are.
 *
 * @param bytes the content of the file: YAML 1.2 or JSON
 * @returns `guardrails` only where there is no error: half a file may lack what forbids something
 */
export function parseGuardrails(
  bytes: Uint8Array,
  file: string = GUARDRAILS_KEY,
): { guardrails?: Guardrails; problems: Problem[] } {
  const { tree, problems } = readYaml(bytes, file, LIMITS);
  if (!tree) return { problems };
  const report = new Report(file, tree);
  const guardrails = readGuardrails(tree, report);
  const all = [...problems, ...report.problems()].sort(byPosition);
  return defined({ guardrails: hasErrors(all) ? undefined : guardrails, problems: all });
}

interface GuardrailsFields {
  readonly version: 1;
  readonly defaults: GivenGuardrails;
  readonly groups: readonly GuardrailsGroup[];
  readonly workspaces: Readonly<Record<string, GivenGuardrails>>;
}

function readGuardrails(tree: Tree, report: Report): Guardrails {
  const {
    defaults = {},
    groups = [],
    workspaces = {},
  } = readFields<GuardrailsFields>(tree, [], report, {
    version: readVersion,
    defaults: readEntry,
    groups: readGroups,
    workspaces: readWorkspaces,
  });
  if (tree.type === 'mapping' && !tree.entries.has('version'))
    report.error([], 'The version of the format is missing.', { expected: `version: ${GUARDRAILS_VERSION}` });
  return { version: GUARDRAILS_VERSION, defaults, groups, workspaces };
}

const readVersion: FieldReader<1> = (tree, path, report) => {
  if (tree.type === 'scalar' && tree.value === GUARDRAILS_VERSION) return GUARDRAILS_VERSION;
  report.error(path, 'This version of Gateloop does not read that version of the format.', {
    expected: String(GUARDRAILS_VERSION),
  });
  return undefined;
};

/** @returns a reader of `any`, or of a list of texts that match the rule */
function readAllowed<Value extends string = string>(
  { expected, pattern }: ValueRule,
  normalize: (text: string) => string = (text) => text,
): FieldReader<Allowed<Value>> {
  const known = new RegExp(pattern);
  return (tree, path, report) => {
    if (tree.type === 'scalar' && tree.value === 'any') return 'any';
    if (tree.type !== 'sequence' || tree.items.length > MAX_ENTRIES) {
      const found = tree.type === 'sequence' ? `a list of ${tree.items.length}` : describeValue(tree);
      report.error(path, `This is ${found}.`, {
        expected: `any, or a list of at most ${MAX_ENTRIES}: ${expected}`,
      });
      return undefined;
    }
    return tree.items.flatMap((item, index) => {
      const text = item.type === 'scalar' && typeof item.value === 'string' ? item.value : undefined;
      // The pattern is that of `Value`, where it is no plain text.
      if (text !== undefined && known.test(text)) return [normalize(text) as Value];
      const wildcard = text !== undefined && /[*?]/.test(text);
      report.error(
        [...path, index],
        wildcard
          ? 'An entry stands for one thing, and has no wildcard here.'
          : text === undefined
            ? `This is ${describeValue(item)}.`
            : 'This is not what the list holds.',
        { expected },
      );
      return [];
    });
  };
}

const lowerCase = (text: string) => text.toLowerCase();

const readKinds: FieldReader<Allowed<KindName>> = (tree, path, report) => {
  if (tree.type === 'scalar' && tree.value === 'any') return 'any';
  const expected = `any, or a list of ${kindNames.join(', ')}`;
  if (tree.type !== 'sequence') {
    report.error(path, `This is ${describeValue(tree)}.`, { expected });
    return undefined;
  }
  const readKind = readEnum(kindNames);
  return tree.items.flatMap((item, index) => readKind(item, [...path, index], report) ?? []);
};

const readCount: FieldReader<number> = (tree, path, report) => {
  const count = tree.type === 'scalar' ? tree.value : undefined;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_COUNT) return count;
  report.error(path, `This is ${describeValue(tree)}.`, {
    expected: `a whole number from 0 to ${MAX_COUNT}`,
  });
  return undefined;
};

const readCounts: FieldReader<WorkspaceGuardrails['counts']> = (tree, path, report) =>
  readFields<Record<string, number>>(
    tree,
    path,
    report,
    Object.fromEntries(kindNames.map((kind) => [kind, readCount])),
  );

const readOwnerChannels: FieldReader<Partial<OwnerChannels>> = (tree, path, report) =>
  readFields<OwnerChannels>(tree, path, report, {
    email: readAllowed(channelRules.email, lowerCase),
    slack: readAllowed(channelRules.slack),
    webhook: readAllowed(channelRules.webhook, (text) =>
      text.startsWith('secret:') ? text : lowerCase(text),
    ),
  });

const readApprove: FieldReader<Partial<ApproveGuardrail>> = (tree, path, report) =>
  readFields<ApproveGuardrail>(tree, path, report, {
    least: readEnum(approvalRules),
    by: readContacts,
  });

const guardrailReaders: FieldReaders<GivenGuardrails> = {
  kinds: readKinds,
  roles: readAllowed(valueRules.roles),
  credentialProviders: readAllowed(valueRules.credentialProviders),
  lambdas: readAllowed(valueRules.lambdas),
  resources: readAllowed(valueRules.resources),
  principals: readAllowed(valueRules.principals),
  hosts: readAllowed(valueRules.hosts, lowerCase),
  authorizerTypes: readAllowed(valueRules.authorizerTypes),
  counts: readCounts,
  ownerChannels: readOwnerChannels,
  returnUrls: readAllowed(valueRules.returnUrls),
  movedFrom: readAllowed(movedFromRule),
  sharedWith: readAllowed(sharedWithRule),
  deletions: readCount,
  approve: readApprove,
};

/** The keys of an entry. */
export const guardrailKeys = Object.keys(guardrailReaders);

const readEntry: FieldReader<GivenGuardrails> = (tree, path, report) =>
  readFields<GivenGuardrails>(tree, path, report, guardrailReaders);

const readGroups: FieldReader<readonly GuardrailsGroup[]> = (tree, path, report) => {
  const mapping = asMapping(tree, path, report);
  const groupOf = new Map<string, string>();
  return [...(mapping?.entries ?? [])].map(([name, { value }]) => {
    const at = [...path, name];
    const { workspaces, ...guardrails } = readFields<GivenGuardrails & { workspaces: readonly string[] }>(
      value,
      at,
      report,
      { workspaces: readWorkspaceNames, ...guardrailReaders },
    );
    if (workspaces === undefined)
      report.error(at, 'The group has no workspaces.', { expected: WORKSPACES_EXPECTED });
    for (const [index, workspace] of (workspaces ?? []).entries()) {
      const other = groupOf.get(workspace);
      if (other !== undefined)
        report.error(
          [...at, 'workspaces', index],
          `${workspace} is in the group "${other}" already. A workspace is in one group at most, so that it is clear which one holds.`,
          {
            expected: 'each workspace in one group; what differs goes into its own entry under "workspaces"',
          },
        );
      groupOf.set(workspace, name);
    }
    return { workspaces: workspaces ?? [], guardrails };
  });
};

const WORKSPACES_EXPECTED = 'workspaces: a list of names such as [payments, ledger]';

const readWorkspaceNames: FieldReader<readonly string[]> = (tree, path, report) => {
  if (tree.type !== 'sequence' || tree.items.length > MAX_ENTRIES) {
    report.error(path, `This is ${describeValue(tree)}.`, { expected: WORKSPACES_EXPECTED });
    return undefined;
  }
  return tree.items.flatMap((item, index) => {
    const at = [...path, index];
    const name = item.type === 'scalar' ? item.value : undefined;
    if (typeof name === 'string' && checkName(name, at, report)) return [name];
    if (typeof name !== 'string')
      report.error(at, `This is ${describeValue(item)}.`, { expected: 'the name of a workspace' });
    return [];
  });
};

const readWorkspaces: FieldReader<Readonly<Record<string, GivenGuardrails>>> = (tree, path, report) => {
  const mapping = asMapping(tree, path, report);
  return Object.fromEntries(
    [...(mapping?.entries ?? [])].flatMap(([name, { value }]) => {
      const at = [...path, name];
      if (!checkName(name, at, report)) return [];
      const entry = readEntry(value, at, report);
      return entry ? [[name, entry]] : [];
    }),
  );
};

function checkName(name: string, path: Path, report: Report): boolean {
  if (isWorkspaceName(name)) return true;
  report.error(path, `This is no name of a workspace: a name has ${workspaceNameRule}.`, {
    expected: 'a name as workspaces have it; what holds for every workspace stands under "defaults"',
  });
  return false;
}
