import type { ReaderGroups } from '../core/authorization/workspaceReaders.ts';
import { GateloopError } from '../core/errors.ts';
import { boundNames, bounds } from '../core/iam/bounds.ts';
import {
  type CallerGrants,
  defaultGrants,
  type PrivateEndpoints,
  type SourceBucket,
} from '../core/iam/callerGrants.ts';
import { defaultHealLimits, type HealLimits } from '../core/reconcile/breaker.ts';

/** What may differ between deployments: the content of `infra/environments/<name>.json`. */
export interface Deployment extends CallerGrants {
  /** Part of every resource's name, so that several environments fit into one account. */
  readonly environment: string;
  /** E-mail addresses that get alarms, and messages for which no owner is known. */
  readonly operators: readonly string[];
  /** E-mail addresses of owners. Each gets the messages that manifests address to it. */
  readonly people: readonly string[];
  /**
   * ARNs of the principals that may write `guardrails.yaml`, as `aws:PrincipalArn` names them; `*` stands for the parts that
   * IAM Identity Center chooses. Without one nobody may, and the safe guardrails hold.
   */
  readonly guardrailsWriters: readonly string[];
  /** Reserves concurrency for functions that guard a quota, and for the pages. Needs an account limit of 122. */
  readonly reserveConcurrency: boolean;
  /** Whether bucket, ledger and logs outlive the stack. */
  readonly keepData: boolean;
  readonly logRetentionDays: number;
  /** The ARN of a customer managed key, which encrypts everything instead of the services' keys. Gateloop never makes one. */
  readonly kmsKeyArn?: string;
  /** A domain of yours, under which alone the HTTP API serves the pages. */
  readonly domain?: PagesDomain;
  /** The address of the authorization pages, when a proxy stands in front of the HTTP API. */
  readonly authorizationUrl?: string;
  /**
   * The version of an OpenTelemetry layer for Node.js and arm64, in the Region of the stack. It adds the calls that a
   * function makes to the traces. Without it, X-Ray records each invocation as a whole.
   */
  readonly openTelemetryLayerArn?: string;
  /** How many changes made outside Gateloop it reverts at once, before operators decide. */
  readonly healLimits: HealLimits;
  /** A login in front of the pages. Without it, anyone who has a link can open it. */
  readonly login?: Login;
}

/** A domain of the account for the pages. Its DNS record has to lead to the output `PagesDomainTarget`. */
export interface PagesDomain {
  /** A host name, such as `consent.example.com`. */
  readonly name: string;
  /** The ARN of a certificate of ACM for it, in the Region of the stack. */
  readonly certificateArn: string;
}

/** A login in front of the pages: the HTTP API accepts only requests with a token of this provider. */
export interface Login {
  /** The identity provider, as its tokens name it. Its keys are below `/.well-known/openid-configuration`. */
  readonly issuer: string;
  /** The audience of the tokens: their `aud`, or their `client_id` if they have no `aud`. */
  readonly audience: readonly string[];
  /** The header that carries the token, with or without `Bearer` before it. */
  readonly identitySource: string;
  /** Whose answers count: those of anybody who can log in, or only those of the e-mail contacts of the request. */
  readonly answersFrom: 'anybody' | 'owners';
  /**
   * The groups of the login that see more in the console. Without it, the addresses of `operators` see every workspace, and
   * owners see those whose manifest names their address.
   */
  readonly groups?: ReaderGroups;
}

/** The settings as they are given: each one that is missing has its default. */
export type DeploymentSettings = Partial<
  Omit<Deployment, 'environment' | 'healLimits' | 'privateEndpoints' | 'login'> & {
    readonly healLimits: Partial<HealLimits>;
    readonly privateEndpoints: Partial<PrivateEndpoints>;
    readonly login: Omit<Login, keyof typeof loginDefaults> & Partial<typeof loginDefaults>;
  }
>;

interface SettingRule {
  /** Completes the sentence "the setting must be …". */
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
}

const ROLE_PATTERN = /^[\w+=,.@*/-]*[\w+=,.@/-][\w+=,.@*/-]*$/;
const LAYER_VERSION = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/;
const KMS_KEY =
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
/** The account and the kind are literal, and the name has a beginning: a principal of another account never matches. */
const PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@-][\w+=,.@*/-]*$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** The retention periods that CloudWatch Logs accepts, up to ten years. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const booleanRule: SettingRule = {
  expected: 'true or false',
  isValid: (value) => typeof value === 'boolean',
};
const emailListRule: SettingRule = { expected: 'a list of e-mail addresses', isValid: listOf(EMAIL) };

const deploymentRules: Readonly<Record<Exclude<keyof Deployment, 'environment'>, SettingRule>> = {
  operators: emailListRule,
  people: emailListRule,
  passedRoles: {
    expected: 'a list of role names, which may contain * beside other characters',
    isValid: listOf(ROLE_PATTERN),
  },
  restApis: {
    expected: 'a list of REST APIs with a stage, such as a1b2c3d4e5/prod',
    isValid: listOf(/^[a-z0-9]{1,32}\/[A-Za-z0-9_$-]{1,128}$/),
  },
  sourceBuckets: {
    expected: 'a list of objects with "bucket"',
    isValid: (value) => Array.isArray(value) && value.every(isObject),
  },
  gatewayKeys: { expected: 'a list of ARNs of KMS keys', isValid: listOf(KMS_KEY) },
  tokenVaultKeys: { expected: 'a list of ARNs of KMS keys', isValid: listOf(KMS_KEY) },
  privateEndpoints: {
    expected: 'an object with "subnets", "securityGroups" and "resourceConfigurations"',
    isValid: isObject,
  },
  bounds: { expected: `an object with some of ${boundNames.join(', ')}`, isValid: isObject },
  guardrailsWriters: {
    expected: 'a list of ARNs of IAM roles or users, such as arn:aws:iam::123456789012:role/operators',
    isValid: listOf(PRINCIPAL),
  },
  kmsKeyArn: {
    expected: 'the ARN of a KMS key in the Region of the stack (the key, not an alias)',
    isValid: matches(KMS_KEY),
  },
  reserveConcurrency: booleanRule,
  keepData: booleanRule,
  logRetentionDays: {
    expected: `one of ${RETENTION_DAYS.join(', ')}`,
    isValid: (value) => RETENTION_DAYS.some((days) => days === value),
  },
  authorizationUrl: {
    expected: 'an https URL without a path',
    isValid: matches(/^https:\/\/[\w.-]+(:\d+)?$/),
  },
  openTelemetryLayerArn: {
    expected: 'the ARN of a version of a Lambda layer',
    isValid: matches(LAYER_VERSION),
  },
  healLimits: {
    expected: 'an object with "workspaceShare", "workspaceMinimum" and "fleetMaximum"',
    isValid: isObject,
  },
  login: { expected: 'an object with "issuer" and "audience"', isValid: isObject },
  domain: { expected: 'an object with "name" and "certificateArn"', isValid: isObject },
};

const healLimitRules: Readonly<Record<keyof HealLimits, SettingRule>> = {
  workspaceShare: {
    expected: 'a number from 0 to 1',
    isValid: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  },
  workspaceMinimum: { expected: 'a whole number from 1', isValid: wholeNumber(1, Number.MAX_SAFE_INTEGER) },
  // The ledger keeps this many addresses in one item, which has at most 400 KB.
  fleetMaximum: { expected: 'a whole number from 0 to 1000', isValid: wholeNumber(0, 1000) },
};

const sourceBucketRules: Readonly<Record<keyof SourceBucket, SettingRule>> = {
  bucket: { expected: 'the name of a bucket', isValid: matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/) },
  prefix: { expected: 'the beginning of keys, without *', isValid: matches(/^[^*?$]{1,1024}$/) },
  keyArn: { expected: 'the ARN of a KMS key', isValid: matches(KMS_KEY) },
};

const privateEndpointRules: Readonly<Record<keyof PrivateEndpoints, SettingRule>> = {
  subnets: { expected: 'a list of ids of subnets', isValid: listOf(/^subnet-[0-9a-f]{8,17}$/) },
  securityGroups: { expected: 'a list of ids of security groups', isValid: listOf(/^sg-[0-9a-f]{8,17}$/) },
  resourceConfigurations: {
    expected: 'a list of ARNs of VPC Lattice resource configurations',
    isValid: listOf(/^arn:aws[a-z-]*:vpc-lattice:[a-z0-9-]+:\d{12}:resourceconfiguration\/rcfg-[0-9a-z]+$/),
  },
};

const boundRules: Readonly<Record<string, SettingRule>> = Object.fromEntries(
  boundNames.map((name) => [name, { expected: bounds[name].expected, isValid: listOf(/^[^*?$]{1,1000}$/) }]),
);

const domainRules: Readonly<Record<keyof PagesDomain, SettingRule>> = {
  name: { expected: 'a host name', isValid: matches(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/) },
  certificateArn: {
    expected: 'the ARN of a certificate in the Region of the stack',
    isValid: matches(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/),
  },
};

/** So that a domain without them has a problem with each. */
const missingDomain: object = { name: undefined, certificateArn: undefined };

const loginRules: Readonly<Record<keyof Login, SettingRule>> = {
  issuer: {
    expected: 'the https URL that the tokens name as "iss"',
    isValid: matches(/^https:\/\/[^\s?#]+$/),
  },
  audience: {
    expected: 'a list of at least one audience',
    isValid: (value) => Array.isArray(value) && value.length > 0 && listOf(/./)(value),
  },
  identitySource: {
    // The API also accepts a query string, but browser histories and logs keep addresses with their tokens.
    expected: 'a header, such as $request.header.Authorization',
    isValid: matches(/^\$request\.header\.[A-Za-z0-9-]+$/),
  },
  answersFrom: {
    expected: '"anybody" or "owners"',
    isValid: (value) => value === 'anybody' || value === 'owners',
  },
  groups: { expected: 'an object with "claim"', isValid: isObject },
};

const groupRules: Readonly<Record<keyof ReaderGroups, SettingRule>> = {
  claim: { expected: 'the name of a claim, such as cognito:groups', isValid: matches(/^\S{1,200}$/) },
  // An HTTP API passes a list of groups on with spaces between them.
  operators: { expected: 'a list of groups without spaces', isValid: listOf(/^\S+$/) },
  workspaces: {
    expected: 'an object with a list of names of workspaces for each group',
    isValid: (value) => isObject(value) && Object.values(value).every(listOf(/^[a-z0-9*-]+$/)),
  },
};

const groupDefaults: Pick<ReaderGroups, 'operators' | 'workspaces'> = { operators: [], workspaces: {} };

const deploymentDefaults: Omit<Deployment, 'environment'> = {
  operators: [],
  people: [],
  ...defaultGrants,
  guardrailsWriters: [],
  reserveConcurrency: false,
  keepData: true,
  logRetentionDays: 90,
  healLimits: defaultHealLimits,
};

/** A bucket without a name fails the rule of its name. */
const REQUIRED_OF_BUCKET = { bucket: undefined };

const loginDefaults: Pick<Login, 'identitySource' | 'answersFrom'> = {
  identitySource: '$request.header.Authorization',
  answersFrom: 'anybody',
};

/**
 * Reads the settings of a deployment. A missing setting has its default.
 *
 * @param environment lower-case letters, digits and hyphens, at most 16, because bucket names have a limit of 63
 * @param place for the error: where the settings are
 * @throws GateloopError `InvalidDeployment` with every problem at once
 */
export function readDeployment(
  environment: string,
  given: unknown,
  place = `infra/environments/${environment}.json`,
): Deployment {
  const settings: Partial<Deployment> = isObject(given) ? given : {};
  const { login, healLimits, sourceBuckets, privateEndpoints } = settings;
  const problems = [
    ...(/^[a-z][a-z0-9-]{0,15}$/.test(environment)
      ? []
      : [`"${environment}" is not a name of an environment: lower-case letters, digits and "-", at most 16`]),
    ...(isObject(given)
      ? settingProblems(settings, deploymentRules)
      : ['the settings are not a JSON object']),
    ...(isObject(healLimits) ? settingProblems(healLimits, healLimitRules, 'healLimits.') : []),
    ...(Array.isArray(sourceBuckets)
      ? sourceBuckets
          .filter(isObject)
          .flatMap((each) =>
            settingProblems({ ...REQUIRED_OF_BUCKET, ...each }, sourceBucketRules, 'sourceBuckets.'),
          )
      : []),
    ...(isObject(privateEndpoints)
      ? settingProblems(privateEndpoints, privateEndpointRules, 'privateEndpoints.')
      : []),
    ...(isObject(settings.bounds) ? settingProblems(settings.bounds, boundRules, 'bounds.') : []),
    ...(isObject(login) ? loginProblems(login, settings) : []),
    ...(isObject(settings.domain)
      ? settingProblems({ ...missingDomain, ...settings.domain }, domainRules, 'domain.')
      : []),
  ];
  const grants = grantsOf({ ...deploymentDefaults, ...settings, environment });
  if (JSON.stringify(grants).length > MAX_GRANTS)
    problems.push(
      `"${Object.keys(grants).join('", "')}" have more than 2,500 characters together, which the environment of a function cannot hold: name fewer, such as a prefix in place of several buckets`,
    );
  if (problems.length > 0) {
    throw new GateloopError('InvalidDeployment', `${place} is not valid: ${problems.join('; ')}.`, {
      details: { problems },
    });
  }
  return {
    ...deploymentDefaults,
    ...settings,
    environment,
    healLimits: { ...defaultHealLimits, ...healLimits },
    privateEndpoints: { ...defaultGrants.privateEndpoints, ...privateEndpoints },
    ...(login && {
      login: {
        ...loginDefaults,
        ...login,
        ...(login.groups && { groups: { ...groupDefaults, ...login.groups } }),
      },
    }),
  };
}

/** Lambda gives a function 4 KB for all its environment variables. */
const MAX_GRANTS = 2500;

/** @returns the part of the settings that says what AgentCore may use */
export function grantsOf(deployment: Deployment): CallerGrants {
  const { passedRoles, restApis, sourceBuckets, gatewayKeys, tokenVaultKeys, privateEndpoints } = deployment;
  return {
    ...{ passedRoles, restApis, sourceBuckets, gatewayKeys, tokenVaultKeys, privateEndpoints },
    bounds: deployment.bounds,
  };
}

function loginProblems(login: object, { authorizationUrl, operators }: Partial<Deployment>): string[] {
  const required = { issuer: undefined, audience: undefined };
  const { groups }: { readonly groups?: unknown } = login;
  const problems = [
    ...settingProblems({ ...required, ...login }, loginRules, 'login.'),
    ...(isObject(groups)
      ? settingProblems({ claim: undefined, ...groups }, groupRules, 'login.groups.')
      : []),
    ...(JSON.stringify([groups, operators]).length > MAX_GRANTS
      ? [
          '"login.groups" and "operators" have more than 2,500 characters together, which the environment of a function cannot hold: name fewer, such as workspaces by a beginning and "*"',
        ]
      : []),
  ];
  if (authorizationUrl !== undefined) return problems;
  return [
    ...problems,
    '"login" needs "authorizationUrl", the address of the proxy that logs people in, because a browser sends no token by itself',
  ];
}

/** @returns one clause for each unknown name and each value that its rule rejects */
function settingProblems(
  settings: object,
  rules: Readonly<Record<string, SettingRule>>,
  prefix = '',
): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const rule = rules[name];
    if (!rule)
      return [
        `there is no setting "${prefix}${name}"; the settings are ${Object.keys(rules)
          .map((each) => prefix + each)
          .join(', ')}`,
      ];
    if (rule.isValid(value)) return [];
    return [`"${prefix}${name}" must be ${rule.expected}, not ${JSON.stringify(value)}`];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function matches(pattern: RegExp) {
  return (value: unknown) => typeof value === 'string' && pattern.test(value);
}

function wholeNumber(least: number, most: number) {
  return (value: unknown) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function listOf(pattern: RegExp) {
  return (value: unknown) => Array.isArray(value) && value.every(matches(pattern));
}
