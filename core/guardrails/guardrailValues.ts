import { hostPattern } from '../manifest/registrySources.ts';
import { workspaceNamePattern } from '../storage/uploads.ts';

/** The version of the format that this version of Gateloop reads. */
export const GUARDRAILS_VERSION = 1;

/** What the entries of a list look like. Entries are exact: the beginning of a name proves nothing. */
export interface ValueRule {
  /** The pattern of JSON Schema, which the parser uses too. */
  readonly pattern: string;
  /** For messages: what an entry is, with an example. */
  readonly expected: string;
}

const ACCOUNT = '(\\d{12})';
/** No wildcard: `*` and `?` have no place in a name. */
const REST = '[^*?\\s]{1,1000}';
const PARTITION = 'arn:aws[a-z-]*';

/** The rules of lists whose entries are texts. */
export const valueRules = {
  roles: {
    pattern: `^${PARTITION}:iam::${ACCOUNT}:role/${REST}$`,
    expected: 'the ARN of a role, such as arn:aws:iam::123456789012:role/payments-gateway',
  },
  credentialProviders: {
    pattern: `^${PARTITION}:bedrock-agentcore:[a-z0-9-]+:${ACCOUNT}:token-vault/${REST}$`,
    expected:
      'the ARN of a credential provider, such as arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/oauth2credentialprovider/github',
  },
  lambdas: {
    pattern: `^${PARTITION}:lambda:[a-z0-9-]+:${ACCOUNT}:function:[A-Za-z0-9_-]{1,140}(:([A-Za-z0-9_$-]{1,128}|\\*))?$`,
    expected:
      'the ARN of a function, such as arn:aws:lambda:eu-west-1:123456789012:function:refunds, with :live at the end for an alias, or :* for every version and alias',
  },
  resources: {
    pattern: `^arn:[^*?\\s]{1,2000}$`,
    expected: 'an ARN, such as arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/search-a1b2c3d4e5',
  },
  principals: {
    pattern: `^(\\*|${ACCOUNT}|${PARTITION}:(iam|sts)::${ACCOUNT}:${REST}|[a-z0-9.-]{1,100}\\.amazonaws\\.com(\\.cn)?)$`,
    expected:
      'principals as policies name them, such as arn:aws:iam::123456789012:role/caller, the number of an account for all in it, a service such as events.amazonaws.com, or * for anybody',
  },
  hosts: {
    pattern: hostPattern,
    expected: 'host names such as mcp.example.com, or *.example.com for every name below example.com',
  },
  authorizerTypes: { pattern: '^[A-Z_]{1,50}$', expected: 'types such as AWS_IAM and CUSTOM_JWT' },
  returnUrls: {
    pattern: '^https://[^\\s?#@]{1,2000}$',
    expected: 'https URLs without query, such as https://portal.example.com/consented',
  },
} as const satisfies Readonly<Record<string, ValueRule>>;

/** The rule of `movedFrom`. */
export const movedFromRule: ValueRule = {
  pattern: workspaceNamePattern,
  expected: 'earlier names of the workspace, such as payments-old',
};

/** The rule of `sharedWith`. */
export const sharedWithRule: ValueRule = {
  pattern: workspaceNamePattern,
  expected: 'names of workspaces, such as billing',
};

/** A contact whose address lies in a secret of this name. */
const SECRET = 'secret:[A-Za-z0-9/_+=.@:-]{1,512}';

/** The rules of `ownerChannels`. */
export const channelRules = {
  email: {
    pattern: '^([A-Za-z0-9-]{1,63}\\.)+[A-Za-z0-9-]{2,63}$',
    expected: 'mail domains such as example.com',
  },
  slack: {
    pattern: `^([#@][^\\s#@]{1,80}|[CGUD][A-Z0-9]{8,}|${SECRET})$`,
    expected: "channels such as '#payments', or secret:payments/slack for a webhook's URL in a secret",
  },
  webhook: {
    pattern: `^(([A-Za-z0-9-]{1,63}\\.)+[A-Za-z0-9-]{2,63}|${SECRET})$`,
    expected: 'hosts such as hooks.example.com, or secret:payments/webhook for a URL in a secret',
  },
} as const satisfies Readonly<Record<string, ValueRule>>;

/** Enough for every team of an account, and few enough for the parser. */
export const MAX_ENTRIES = 1000;

/** More than the quotas of the service, which AWS raises on request. */
export const MAX_COUNT = 10_000;
