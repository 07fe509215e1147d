import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';
import type { ManifestEdit, ManifestMigration } from './migrations.ts';

const CLOSED = 'AWS closed the registries of AgentCore on 2026-10-30; those of Agent Registry';

/** The members of an old registry that Agent Registry has inside of `discoveryConfiguration`. */
const DISCOVERY_MEMBERS = ['authorizerType', 'authorizerConfiguration'] as const;

/** Rewrites `registries` of AgentCore's API, which AWS closed, as those of Agent Registry. */
export const registriesMigration: ManifestMigration = {
  name: 'agent-registry',
  summary: 'writes registries as AWS Agent Registry has them',
  sections: ['registries'],
  edits: ({ registries }) =>
    entriesOf(registries).flatMap(([name, registry]) => registryEdits(registry, ['registries', name])),
};

function registryEdits(registry: JsonObject, path: Path): ManifestEdit[] {
  const moved = DISCOVERY_MEMBERS.filter((member) => member in registry).map((member): ManifestEdit => {
    const to = [...path, 'discoveryConfiguration', member];
    const why = `${CLOSED} have ${member} inside of discoveryConfiguration.`;
    return { path: [...path, member], change: 'move', to, why };
  });
  const approval = registry.approvalConfiguration;
  if (!isJsonObject(approval) || !('autoApproval' in approval)) return moved;
  return [...moved, ...approvalEdits(approval.autoApproval, [...path, 'approvalConfiguration'])];
}

function approvalEdits(autoApproval: JsonValue | undefined, path: Path): ManifestEdit[] {
  const old = [...path, 'autoApproval'];
  if (typeof autoApproval !== 'boolean') {
    const why = `${CLOSED} have autoApprovalRules. Write autoApprovalRules: [APPROVE_ALL], or leave it out so that a person approves.`;
    return [{ path: old, change: 'byHand', why }];
  }
  const meaning = autoApproval ? 'APPROVE_ALL is automatic approval.' : 'Without a rule, a person approves.';
  return [
    {
      path: old,
      change: 'rename',
      to: 'autoApprovalRules',
      why: `${CLOSED} have autoApprovalRules.`,
    },
    {
      path: [...path, 'autoApprovalRules'],
      change: 'set',
      value: autoApproval ? ['APPROVE_ALL'] : [],
      why: meaning,
    },
  ];
}

function entriesOf(section: JsonValue | undefined): [name: string, entry: JsonObject][] {
  if (!isJsonObject(section)) return [];
  return Object.entries(section).flatMap(([name, entry]): [string, JsonObject][] =>
    isJsonObject(entry) ? [[name, entry]] : [],
  );
}
