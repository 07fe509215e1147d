import { asText, isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { COMMON_STATUSES } from '../lifecycle.ts';
import { configurationBundles } from './configurationBundles.ts';
import type { GenericKind } from './genericKind.ts';
import { memories } from './memories.ts';

/** The statuses of policies and evaluations, whose waiters wait for ACTIVE. */
const ACTIVE_STATUSES = {
  create: ['CREATING', 'ACTIVE', 'CREATE_FAILED'],
  update: ['UPDATING', 'ACTIVE', 'UPDATE_FAILED'],
  delete: ['DELETING', 'DELETE_FAILED'],
} as const;
/** The statuses of what a gateway has besides targets: the model has none for a failure. */
const UNFAILING_STATUSES = {
  create: ['CREATING', 'ACTIVE', 'ACTIVE'],
  update: ['UPDATING', 'ACTIVE', 'ACTIVE'],
  delete: ['DELETING', 'ACTIVE'],
} as const;
/** The model has one status for the failures of creations and deletions of consent portals. */
const PORTAL_STATUSES = {
  create: ['CREATING', 'ACTIVE', 'FAILED'],
  update: ['UPDATING', 'ACTIVE', 'UPDATE_FAILED'],
  delete: ['DELETING', 'FAILED'],
} as const;
/** Evaluators and online evaluations have no status for a failed deletion. */
const EVALUATION_STATUSES = { ...ACTIVE_STATUSES, delete: ['DELETING', 'ACTIVE'] } as const;
/** A browser profile is READY with the answer to its creation. */
const PROFILE_STATUSES = {
  create: ['SAVING', 'READY', 'READY'],
  update: ['SAVING', 'READY', 'READY'],
  delete: ['DELETING', 'READY'],
} as const;

const IN_GATEWAY = { kind: 'gateway', member: 'gatewayIdentifier' } as const;

/** The generic kinds. Members, patterns and statuses are from the service model. */
export const genericKinds: readonly GenericKind[] = [
  {
    kind: 'policyEngine',
    noun: 'policy engine',
    operationNouns: ['PolicyEngine', 'PolicyEngines'],
    idFormat: 'policy',
    idMember: 'policyEngineId',
    nameMember: 'name',
    arnMember: 'policyEngineArn',
    arnPath: 'policy-engine/',
    statuses: ACTIVE_STATUSES,
    updatedAtMember: 'updatedAt',
    reasonMember: { name: 'statusReasons', isList: true, always: true },
    listMember: 'policyEngines',
    isTagged: true,
    quota: 'policyEnginesPerAccount',
  },
  {
    kind: 'policy',
    noun: 'policy',
    operationNouns: ['Policy', 'Policies'],
    parent: { kind: 'policyEngine', member: 'policyEngineId', responseMember: 'policyEngineId', shows: 'id' },
    idFormat: 'policy',
    idMember: 'policyId',
    nameMember: 'name',
    arnMember: 'policyArn',
    arnPath: '/policy/',
    statuses: ACTIVE_STATUSES,
    updatedAtMember: 'updatedAt',
    reasonMember: { name: 'statusReasons', isList: true, always: true },
    listMember: 'policies',
    isTagged: false,
    quota: 'policiesPerEngine',
    // The model: "Defaults to ACTIVE."
    defaults: { enforcementMode: 'ACTIVE' },
    refusal: cedarRefusal,
  },
  {
    kind: 'gatewayRule',
    noun: 'gateway rule',
    operationNouns: ['GatewayRule', 'GatewayRules'],
    parent: { ...IN_GATEWAY, responseMember: 'gatewayArn', shows: 'arn' },
    idFormat: 'uuid',
    idMember: 'ruleId',
    arnPath: '/rule/',
    statuses: UNFAILING_STATUSES,
    updatedAtMember: 'updatedAt',
    listMember: 'gatewayRules',
    isTagged: false,
  },
  {
    kind: 'gatewayRateLimit',
    noun: 'rate limit',
    operationNouns: ['GatewayRateLimit', 'GatewayRateLimits'],
    parent: { ...IN_GATEWAY, responseMember: 'gatewayIdentifier', shows: 'id' },
    idFormat: 'rateLimit',
    idMember: 'rateLimitId',
    chosenIdMember: 'rateLimitId',
    // The model: "no two rate limits can share the same dimension keys".
    uniqueMember: 'dimensionKeys',
    arnPath: '/rate-limit/',
    statuses: UNFAILING_STATUSES,
    updatedAtMember: 'updatedAt',
    listMember: 'rateLimits',
    isTagged: false,
  },
  {
    kind: 'paymentManager',
    noun: 'payment manager',
    operationNouns: ['PaymentManager', 'PaymentManagers'],
    idFormat: 'gateway',
    idMember: 'paymentManagerId',
    nameMember: 'name',
    arnMember: 'paymentManagerArn',
    arnPath: 'payment-manager/',
    statuses: COMMON_STATUSES,
    updatedAtMember: 'lastUpdatedAt',
    listMember: 'paymentManagers',
    isTagged: true,
  },
  {
    kind: 'consentPortal',
    noun: 'consent portal',
    operationNouns: ['ConsentPortal', 'ConsentPortals'],
    idFormat: 'agentRuntime',
    idMember: 'consentPortalIdentifier',
    shownIdMember: 'consentPortalId',
    nameMember: 'name',
    arnMember: 'consentPortalArn',
    arnPath: 'consent-portal/',
    statuses: PORTAL_STATUSES,
    updatedAtMember: 'updatedAt',
    reasonMember: { name: 'statusReason', isList: false },
    listMember: 'consentPortals',
    isTagged: true,
    toResponse: (configuration, status, id) => ({
      ...configuration,
      // Guessed: AWS publishes no form of it.
      ...(status !== 'CREATING' && {
        portalUrl: `https://${id}.consent-portal.bedrock-agentcore.amazonaws.com`,
      }),
    }),
  },
  {
    kind: 'dataset',
    noun: 'dataset',
    operationNouns: ['Dataset', 'Datasets'],
    idFormat: 'agentRuntime',
    idMember: 'datasetId',
    nameMember: 'datasetName',
    arnMember: 'datasetArn',
    arnPath: 'dataset/',
    statuses: ACTIVE_STATUSES,
    updatedAtMember: 'updatedAt',
    reasonMember: { name: 'failureReason', isList: false },
    listMember: 'datasets',
    isTagged: true,
    defaults: { datasetVersion: 'DRAFT' },
    toResponse: ({ source, ...configuration }) => ({ ...configuration, exampleCount: examplesIn(source) }),
  },
  configurationBundles,
  {
    kind: 'capacityProvider',
    noun: 'capacity provider',
    operationNouns: ['CapacityProvider', 'CapacityProviders'],
    idFormat: 'agentRuntime',
    idMember: 'capacityProviderId',
    nameMember: 'name',
    arnMember: 'capacityProviderArn',
    arnPath: 'capacity-provider/',
    statuses: COMMON_STATUSES,
    updatedAtMember: 'lastUpdatedAt',
    reasonMember: { name: 'statusReason', isList: false },
    listMember: 'capacityProviders',
    isTagged: true,
    quota: 'capacityProvidersPerAccount',
  },
  {
    kind: 'browser',
    noun: 'browser',
    operationNouns: ['Browser', 'Browsers'],
    idFormat: 'agentRuntime',
    idMember: 'browserId',
    nameMember: 'name',
    arnMember: 'browserArn',
    arnPath: 'browser-custom/',
    statuses: COMMON_STATUSES,
    updatedAtMember: 'lastUpdatedAt',
    reasonMember: { name: 'failureReason', isList: false },
    listMember: 'browserSummaries',
    isTagged: true,
    quota: 'browsersPerAccount',
  },
  {
    kind: 'browserProfile',
    noun: 'browser profile',
    operationNouns: ['BrowserProfile', 'BrowserProfiles'],
    idFormat: 'agentRuntime',
    idMember: 'profileId',
    nameMember: 'name',
    arnMember: 'profileArn',
    arnPath: 'browser-profile/',
    statuses: PROFILE_STATUSES,
    updatedAtMember: 'lastUpdatedAt',
    listMember: 'profileSummaries',
    isTagged: true,
    quota: 'browserProfilesPerAccount',
  },
  {
    kind: 'codeInterpreter',
    noun: 'code interpreter',
    operationNouns: ['CodeInterpreter', 'CodeInterpreters'],
    idFormat: 'agentRuntime',
    idMember: 'codeInterpreterId',
    nameMember: 'name',
    arnMember: 'codeInterpreterArn',
    arnPath: 'code-interpreter-custom/',
    statuses: COMMON_STATUSES,
    updatedAtMember: 'lastUpdatedAt',
    reasonMember: { name: 'failureReason', isList: false },
    listMember: 'codeInterpreterSummaries',
    isTagged: true,
    quota: 'codeInterpretersPerAccount',
  },
  {
    kind: 'evaluator',
    noun: 'evaluator',
    operationNouns: ['Evaluator', 'Evaluators'],
    idFormat: 'agentRuntime',
    idMember: 'evaluatorId',
    nameMember: 'evaluatorName',
    arnMember: 'evaluatorArn',
    arnPath: 'evaluator/',
    statuses: EVALUATION_STATUSES,
    updatedAtMember: 'updatedAt',
    listMember: 'evaluators',
    isTagged: true,
    defaults: { provider: 'Custom' },
    toResponse: (configuration) => ({ ...configuration, evaluatorType: evaluatorType(configuration) }),
  },
  {
    kind: 'onlineEvaluationConfig',
    noun: 'online evaluation configuration',
    operationNouns: ['OnlineEvaluationConfig', 'OnlineEvaluationConfigs'],
    idFormat: 'agentRuntime',
    idMember: 'onlineEvaluationConfigId',
    nameMember: 'onlineEvaluationConfigName',
    arnMember: 'onlineEvaluationConfigArn',
    arnPath: 'online-evaluation-config/',
    statuses: EVALUATION_STATUSES,
    updatedAtMember: 'updatedAt',
    reasonMember: { name: 'failureReason', isList: false },
    listMember: 'onlineEvaluationConfigs',
    isTagged: true,
    quota: 'onlineEvaluationConfigsPerAccount',
    toResponse: ({ enableOnCreate, ...configuration }) => ({
      executionStatus: enableOnCreate === true ? 'ENABLED' : 'DISABLED',
      ...configuration,
    }),
  },
  memories,
];

function evaluatorType({ evaluatorConfig }: JsonObject): string {
  const config = isJsonObject(evaluatorConfig) ? evaluatorConfig : {};
  if (config.codeBased !== undefined) return 'CustomCode';
  return config.derived === undefined ? 'Custom' : 'CustomDerived';
}

/** A file in S3 is not read. */
function examplesIn(source: JsonValue | undefined): number {
  const examples =
    isJsonObject(source) && isJsonObject(source.inlineExamples) ? source.inlineExamples.examples : [];
  return Array.isArray(examples) ? examples.length : 0;
}

/** A policy of Cedar: its effect, its scope of three, and conditions. What the conditions say is not looked at. */
const CEDAR_POLICY =
  /^\s*(@\w+\s*\(\s*"[^"]*"\s*\)\s*)*(permit|forbid)\s*\(\s*principal\b[^;]*\baction\b[^;]*\bresource\b[\s\S]*\)[\s\S]*;\s*$/;

/** Guessed: AWS publishes no text for a statement that its analysis refuses. */
function cedarRefusal({ definition }: JsonObject): string | undefined {
  const { cedar, policy } = isJsonObject(definition) ? definition : {};
  const [given] = [cedar, policy].filter(isJsonObject);
  if (!given) return undefined;
  const statement = asText(given.statement).replaceAll(/\/\/.*$/gm, '');
  return CEDAR_POLICY.test(statement) ? undefined : 'The statement is not a valid Cedar policy.';
}
