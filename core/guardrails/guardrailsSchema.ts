import {
  definitionRef,
  gateloopKeyDefinitions,
  type JsonSchemaNode,
  mappingOf,
} from '../manifest/gateloopKeysSchema.ts';
import { approvalRules } from '../manifest/settings.ts';
import { kindNames } from '../resources/resourceKinds.ts';
import { workspaceNamePattern } from '../storage/uploads.ts';
import { safeGuardrails } from './guardrails.ts';
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

/** Builds the JSON Schema of the operators' guardrails (draft 7), so that editors complete and check the file. */
export function guardrailsSchema(): JsonSchemaNode {
  const { contacts, secret } = gateloopKeyDefinitions;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:gateloop:guardrails:1',
    title: 'Gateloop guardrails',
    description: 'What the workspaces of a deployment may use and do, as its operators say.',
    ...mappingOf(
      {
        version: { const: GUARDRAILS_VERSION, description: 'The version of the format.' },
        defaults: definitionRef('entry'),
        groups: {
          type: ['object', 'null'],
          additionalProperties: definitionRef('group'),
          description:
            'Guardrails that several workspaces have in common. A workspace is in one group at most.',
        },
        workspaces: {
          type: ['object', 'null'],
          propertyNames: { pattern: workspaceNamePattern },
          additionalProperties: definitionRef('entry'),
          description:
            "The guardrails of single workspaces, which win over their group's and over the defaults.",
        },
      },
      { required: ['version'] },
    ),
    definitions: {
      entry: { ...mappingOf(entry), type: ['object', 'null'] },
      group: mappingOf({ workspaces: workspaceNames, ...entry }, { required: ['workspaces'] }),
      contacts,
      secret,
    },
  };
}

const workspaceNames: JsonSchemaNode = {
  type: 'array',
  maxItems: MAX_ENTRIES,
  items: { type: 'string', pattern: workspaceNamePattern },
  description: 'The workspaces of the group, by their exact names.',
};

function allowed(items: JsonSchemaNode, description: string, standard?: unknown): JsonSchemaNode {
  return {
    anyOf: [{ const: 'any' }, { type: 'array', maxItems: MAX_ENTRIES, items }],
    description,
    ...(standard !== undefined && { default: standard }),
  };
}

function texts({ pattern, expected }: ValueRule, standard: unknown): JsonSchemaNode {
  return allowed({ type: 'string', pattern }, `any, or a list: ${expected}.`, standard);
}

const count = { type: 'integer', minimum: 0, maximum: MAX_COUNT };

const entry: Readonly<Record<string, JsonSchemaNode>> = {
  kinds: allowed({ enum: kindNames }, 'The kinds of resource.', safeGuardrails.kinds),
  ...Object.fromEntries(
    Object.entries(valueRules).map(([key, rule]): [string, JsonSchemaNode] => [
      key,
      texts(rule, safeGuardrails[key as keyof typeof valueRules]),
    ]),
  ),
  movedFrom: texts(movedFromRule, safeGuardrails.movedFrom),
  sharedWith: texts(sharedWithRule, safeGuardrails.sharedWith),
  counts: mappingOf(Object.fromEntries(kindNames.map((kind) => [kind, count])), {
    description: 'The greatest number of resources of each kind.',
  }),
  ownerChannels: mappingOf(
    Object.fromEntries(Object.entries(channelRules).map(([key, rule]) => [key, texts(rule, [])])),
    { description: 'Who may be named as an owner.' },
  ),
  deletions: {
    ...count,
    default: safeGuardrails.deletions,
    description: 'How many things that agents use one upload may delete without a yes.',
  },
  approve: mappingOf(
    {
      least: {
        enum: approvalRules,
        default: safeGuardrails.approve.least,
        description: "The least that needs a yes. A manifest's approve may be stricter.",
      },
      by: definitionRef('contacts'),
    },
    { description: 'Which changes of tools need a yes, and whose.' },
  ),
};
