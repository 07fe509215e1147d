import { publications } from '../resources/registryRecord.ts';
import { workspaceNamePattern } from '../storage/uploads.ts';
import { ownerNamePattern } from './owners.ts';
import { movedFromPattern } from './ownershipKeys.ts';
import { referenceForm, referencePattern } from './reference.ts';
import { hostPattern, MAX_HOSTS, registryIdPattern } from './registrySources.ts';
import { MAX_FOLLOWERS } from './rolloutSettings.ts';
import { approvalRules, cronPattern, defaultSettings, durationPattern, ratePattern } from './settings.ts';
import { MAX_GUESTS } from './sharedGateways.ts';

/** A part of a JSON Schema, draft 7. */
export interface JsonSchemaNode {
  readonly [keyword: string]: unknown;
}

/** @returns the schema of a mapping with exactly these keys */
export function mappingOf(
  properties: Readonly<Record<string, JsonSchemaNode>>,
  keywords: JsonSchemaNode = {},
): JsonSchemaNode {
  return { type: 'object', additionalProperties: false, properties, ...keywords };
}

/** @returns a reference to a definition; draft 7 ignores keywords beside `$ref` */
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
    anyOf: [
      { const: 'never' },
      { type: 'string', pattern: ratePattern },
      { type: 'string', pattern: cronPattern },
    ],
    description:
      'When Gateloop synchronizes the tools of MCP server targets: rate(6 hours), or cron(0 6 ? * MON-FRI *) in UTC.',
    default: defaultSettings.resync,
  },
  approve: {
    enum: approvalRules,
    description: 'Which changes of a tool schema the owner must approve.',
    default: defaultSettings.approve,
  },
  authorization: mappingOf(
    {
      remindAfter: {
        type: 'array',
        maxItems: 10,
        items: duration('Counted from the first message.'),
        description: 'When Gateloop sends reminders, in ascending order.',
      },
      escalateAfter: duration('When Gateloop asks owners.escalation.'),
      expireAfter: duration('When the request expires.'),
    },
    { description: "How long Gateloop waits for a person's authorization." },
  ),
};

/** The definitions of the keys that Gateloop adds to the members of the API. */
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
    { required: ['secretsManager'], description: 'A secret. Gateloop fetches it when it uses it.' },
  ),
  schemaFile: {
    type: 'string',
    minLength: 1,
    maxLength: 512,
    pattern: String.raw`^(?!/)(?!.*(\\|//|%[0-9A-Fa-f]{2}|://))(?!(.*/)?\.{1,2}(/|$)).*[^/]$`,
    description: 'A schema file of this workspace, such as schemas/ledger.openapi.yaml.',
  },
  textFile: mappingOf(
    { file: definitionRef('schemaFile') },
    { required: ['file'], description: 'The text of a file of this workspace.' },
  ),
  publication: {
    enum: publications,
    default: publications[0],
    description:
      'What the record is to be in its registry: submitted for approval after each change, a draft, or deprecated.',
  },
  owners: {
    type: 'object',
    propertyNames: { pattern: ownerNamePattern },
    additionalProperties: definitionRef('contacts'),
    description:
      'Contacts by name: "default" owns everything without an owner, Gateloop asks "escalation" when an owner does not respond.',
  },
  owner: {
    anyOf: [definitionRef('contacts'), { type: 'string', pattern: ownerNamePattern }],
    description: 'Contacts, or the name of an owner in "owners".',
  },
  adopt: {
    anyOf: [
      { type: 'boolean' },
      mappingOf({
        clear: {
          type: 'boolean',
          default: false,
          description: 'Give members that the manifest does not name the default of the service.',
        },
      }),
    ],
    description:
      'Take over the resource if it exists already and Gateloop did not make it. With clear, members that the manifest does not name are cleared.',
  },
  unmanage: {
    type: 'boolean',
    description: 'Give the resource away: Gateloop deletes nothing, and another workspace may adopt it.',
  },
  protect: {
    type: 'boolean',
    description:
      'Gateloop neither deletes the resource nor deletes and creates it again. Removing this key permits that to later uploads only. By default true for what holds data, such as memories, and false for the rest.',
  },
  movedFrom: {
    type: 'string',
    pattern: movedFromPattern,
    description:
      'The gateway and name that the target had before, such as front/issues. That target is deleted once this one is ready.',
  },
  sharedWith: {
    type: 'array',
    maxItems: MAX_GUESTS,
    items: { type: 'string', pattern: workspaceNamePattern },
    description: 'The workspaces that may add targets of their own to the gateway.',
  },
  sharedBy: {
    type: 'string',
    pattern: workspaceNamePattern,
    description:
      'The workspace that owns the gateway, and shares it with this one. The entry has only targets and an owner.',
  },
  contacts: {
    ...oneOrMore(
      mappingOf(
        {
          email: {
            ...oneOrMore({ type: 'string', pattern: '^[^@\\s]+@[^@\\s]+$' }),
            description: 'Addresses of mail.',
          },
          slack: {
            ...oneOrMore({ anyOf: [{ type: 'string', minLength: 2 }, definitionRef('secret')] }),
            description: "Channels such as '#payments', people, ids, or the secrets of webhook URLs.",
          },
          webhook: {
            ...oneOrMore({ anyOf: [{ type: 'string', pattern: '^https://' }, definitionRef('secret')] }),
            description: 'URLs of public hosts, or the secrets that hold them.',
          },
        },
        { minProperties: 1 },
      ),
    ),
    description: 'The contacts that Gateloop notifies: e-mail, Slack channel, webhook.',
  },
  settings: mappingOf(
    {
      prune: {
        type: 'boolean',
        default: defaultSettings.prune,
        description: 'Delete resources that were removed from the manifest.',
      },
      selfHeal: {
        type: 'boolean',
        default: defaultSettings.selfHeal,
        description: 'Revert changes made outside Gateloop.',
      },
      movedFrom: {
        type: 'string',
        pattern: workspaceNamePattern,
        description:
          'The earlier name of this workspace: Gateloop takes over the resources of that workspace, once its upload is gone.',
      },
      rollout: mappingOf(
        {
          canary: {
            type: 'string',
            pattern: workspaceNamePattern,
            description: 'The workspace that takes each version of a schema in shared/ first.',
          },
          followers: {
            type: 'array',
            maxItems: MAX_FOLLOWERS,
            items: { type: 'string', pattern: workspaceNamePattern },
            description:
              'The workspaces that take each version of a schema in shared/ once it is ready here.',
          },
        },
        { description: 'How new versions of the schemas in shared/ go from one workspace to others.' },
      ),
      ...targetSettings,
    },
    { description: 'How Gateloop reconciles the workspace.' },
  ),
  targetSettings: mappingOf(targetSettings, {
    description: "Overrides the workspace's settings for this target.",
  }),
};

/** The keys of `targetsFromRegistry` that other targets do not have. */
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
