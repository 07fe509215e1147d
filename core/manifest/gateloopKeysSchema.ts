import { ownerNamePattern } from './owners.ts';
import { referenceForm, referencePattern } from './reference.ts';
import { hostPattern, MAX_HOSTS, registryIdPattern } from './registrySources.ts';
import { approvalRules, defaultSettings, durationPattern, ratePattern } from './settings.ts';

/** A JSON Schema, draft 7, as far as the manifest's is made of it. */
export interface JsonSchemaNode {
  readonly [keyword: string]: unknown;
}

/** @returns a mapping of exactly these keys */
export function mappingOf(
  properties: Readonly<Record<string, JsonSchemaNode>>,
  keywords: JsonSchemaNode = {},
): JsonSchemaNode {
  return { type: 'object', additionalProperties: false, properties, ...keywords };
}

/** @returns a reference to another definition; in draft 7, keywords beside `$ref` are ignored */
export function definitionRef(name: string): JsonSchemaNode {
  return { $ref: `#/definitions/${name}` };
}

const oneOrMore = (item: JsonSchemaNode): JsonSchemaNode => ({
  anyOf: [item, { type: 'array', minItems: 1, items: item }],
});
const duration = (description: string): JsonSchemaNode => ({
  type: 'string',
  pattern: durationPattern,
  description,
});

const targetSettings: Readonly<Record<string, JsonSchemaNode>> = {
  resync: {
    anyOf: [{ const: 'never' }, { type: 'string', pattern: ratePattern }],
    description: 'How often the tools of MCP server targets are listed again, such as rate(6 hours).',
    default: defaultSettings.resync,
  },
  approve: {
    enum: approvalRules,
    description: "Which changes of a tool schema wait for the owner's yes.",
    default: defaultSettings.approve,
  },
  authorization: mappingOf(
    {
      remindAfter: {
        type: 'array',
        maxItems: 10,
        items: duration('Since the first message.'),
        description: 'When to remind, in rising order.',
      },
      escalateAfter: duration('When to ask owners.escalation.'),
      expireAfter: duration('When the request lapses.'),
    },
    { description: "How long a person's consent is waited for." },
  ),
};

/** What Gateloop adds to the API's own members. */
export const gateloopKeyDefinitions: Readonly<Record<string, JsonSchemaNode>> = {
  reference: {
    type: 'string',
    pattern: referencePattern,
    description: `A field of another resource: ${referenceForm}.`,
  },
  secret: mappingOf(
    {
      secretsManager: {
        type: 'string',
        minLength: 1,
        maxLength: 512,
        description: 'The name or ARN of a secret in AWS Secrets Manager: <workspace>/… or shared/….',
      },
    },
    { required: ['secretsManager'], description: 'A secret, fetched when it is used.' },
  ),
  schemaFile: {
    type: 'string',
    minLength: 1,
    maxLength: 512,
    pattern: String.raw`^(?!/)(?!.*(\\|//|%[0-9A-Fa-f]{2}|://))(?!(.*/)?\.{1,2}(/|$)).*[^/]$`,
    description: 'A schema file of this workspace, such as schemas/ledger.openapi.yaml.',
  },
  owners: {
    type: 'object',
    propertyNames: { pattern: ownerNamePattern },
    additionalProperties: definitionRef('contacts'),
    description: 'Who answers for what: "default" for all without an owner, "escalation" when nobody reacts.',
  },
  owner: {
    anyOf: [definitionRef('contacts'), { type: 'string', pattern: ownerNamePattern }],
    description: 'Contacts, or the name of an owner in "owners".',
  },
  contacts: {
    ...oneOrMore(
      mappingOf(
        {
          email: oneOrMore({ type: 'string', pattern: '^[^@\\s]+@[^@\\s]+$' }),
          slack: oneOrMore({ anyOf: [{ type: 'string', minLength: 2 }, definitionRef('secret')] }),
          webhook: oneOrMore({ anyOf: [{ type: 'string', pattern: '^https://' }, definitionRef('secret')] }),
        },
        { minProperties: 1 },
      ),
    ),
    description: 'Everyone who is told: e-mail, Slack channel, webhook.',
  },
  settings: mappingOf(
    {
      prune: {
        type: 'boolean',
        default: defaultSettings.prune,
        description: 'Delete what left the manifest.',
      },
      selfHeal: {
        type: 'boolean',
        default: defaultSettings.selfHeal,
        description: 'Undo changes made by hand.',
      },
      ...targetSettings,
    },
    { description: 'How the workspace is kept in step.' },
  ),
  targetSettings: mappingOf(targetSettings, { description: "The workspace's settings, for this target." }),
};

/** The keys of `targetsFromRegistry` that are not those of every target. */
export const sourceKeys: Readonly<Record<string, JsonSchemaNode>> = {
  registryId: {
    anyOf: [{ type: 'string', pattern: registryIdPattern }, definitionRef('reference')],
    description: 'The registry whose approved records become targets.',
  },
  hosts: {
    type: 'array',
    minItems: 1,
    maxItems: MAX_HOSTS,
    items: { type: 'string', pattern: hostPattern },
    description: 'The servers that may become targets, such as mcp.example.com or *.example.com.',
  },
};
