import { GateloopError } from '../core/errors.ts';
import { type Login, loginProblems, withLoginDefaults } from './login.ts';

/** What may differ from one deployment to another: the content of `infra/environments/<name>.json`. */
export interface Deployment {
  /** Part of every resource's name, so that several environments fit into one account. */
  readonly environment: string;
  /** Told of alarms, and of messages that no owner can be found for. */
  readonly operators: readonly string[];
  /** E-mail addresses of owners; each gets what manifests address to it. */
  readonly people: readonly string[];
  /** Patterns of the names of roles that gateways, runtimes and harnesses may be given. */
  readonly passedRoles: readonly string[];
  /** Encrypts everything with a key of the account's own instead of the services' keys; about 1 USD a month. */
  readonly customerManagedKey: boolean;
  /** Keeps concurrency aside for functions that guard a quota. Accounts with a limit of 10 cannot. */
  readonly reserveConcurrency: boolean;
  /** Whether bucket, ledger and logs outlive the stack. */
  readonly keepData: boolean;
  readonly logRetentionDays: number;
  /** Where the pages for people are, when a domain of one's own stands in front of the HTTP API. */
  readonly authorizationUrl?: string;
  /**
   * The version of an OpenTelemetry layer for Node.js and arm64, in the Region of the stack. It adds the calls that a
   * function makes to the traces. Without it, X-Ray records each invocation as a whole.
   */
  readonly openTelemetryLayerArn?: string;
  /** A login in front of the pages; without it, whoever has a link may open it. */
  readonly login?: Login;
}

type Check = { readonly expected: string; readonly isValid: (value: unknown) => boolean };

const ROLE_PATTERN = /^[\w+=,.@*/-]*[\w+=,.@/-][\w+=,.@*/-]*$/;

const LAYER_VERSION = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** The periods that CloudWatch Logs knows, up to ten years. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const booleanCheck: Check = { expected: 'true or false', isValid: (value) => typeof value === 'boolean' };
const emailListCheck: Check = { expected: 'a list of e-mail addresses', isValid: listOf(EMAIL) };

const checks: Readonly<Record<Exclude<keyof Deployment, 'environment' | 'login'>, Check>> = {
  operators: emailListCheck,
  people: emailListCheck,
  passedRoles: {
    expected: 'a list of role names that may hold *, each with more to it than *',
    isValid: listOf(ROLE_PATTERN),
  },
  customerManagedKey: booleanCheck,
  reserveConcurrency: booleanCheck,
  keepData: booleanCheck,
  logRetentionDays: {
    expected: `one of ${RETENTION_DAYS.join(', ')}`,
    isValid: (value) => RETENTION_DAYS.some((days) => days === value),
  },
  authorizationUrl: {
    expected: 'an https URL without a path',
    isValid: (value) => typeof value === 'string' && /^https:\/\/[\w.-]+(:\d+)?$/.test(value),
  },
  openTelemetryLayerArn: {
    expected: 'the ARN of a version of a Lambda layer',
    isValid: (value) => typeof value === 'string' && LAYER_VERSION.test(value),
  },
};

const defaults: Omit<Deployment, 'environment'> = {
  operators: [],
  people: [],
  passedRoles: ['*-gateway', '*-runtime', '*-harness'],
  customerManagedKey: false,
  reserveConcurrency: true,
  keepData: true,
  logRetentionDays: 90,
};

/**
 * Reads the settings of a deployment; what is left out has its default.
 *
 * @param environment lower-case letters, digits and hyphens, at most 16: bucket names have room for no more
 * @throws GateloopError `InvalidDeployment` with every problem at once
 */
export function readDeployment(environment: string, given: unknown): Deployment {
  const problems: string[] = [];
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(environment)) {
    problems.push(
      `"${environment}" is no name of an environment: lower-case letters, digits and "-", at most 16`,
    );
  }
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (!isObject) problems.push('the settings are no JSON object');
  const { login, ...settings }: { login?: Login } = isObject ? given : {};
  const known: Readonly<Record<string, Check>> = checks;
  for (const [name, value] of Object.entries(settings)) {
    const check = known[name];
    if (!check)
      problems.push(
        `there is no setting "${name}"; there are ${[...Object.keys(checks), 'login'].join(', ')}`,
      );
    else if (!check.isValid(value))
      problems.push(`"${name}" must be ${check.expected}, not ${JSON.stringify(value)}`);
  }
  if (login !== undefined) {
    problems.push(...loginProblems(login));
    if (!('authorizationUrl' in settings))
      problems.push(
        '"login" needs "authorizationUrl", the address of what logs people in: a browser by itself brings no token',
      );
  }
  if (problems.length > 0) {
    throw new GateloopError(
      'InvalidDeployment',
      `infra/environments/${environment}.json cannot be used: ${problems.join('; ')}.`,
      { details: { problems } },
    );
  }
  return { ...defaults, ...settings, environment, ...(login && { login: withLoginDefaults(login) }) };
}

function listOf(pattern: RegExp) {
  return (value: unknown) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' && pattern.test(item));
}
