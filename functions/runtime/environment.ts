import { GateloopError } from '../../core/errors.ts';

/** The settings that a deployment passes to functions, by the names of their environment variables. */
export type Setting =
  | 'SPEC_BUCKET'
  | 'SPEC_BUCKET_OWNER'
  | 'LEDGER_TABLE'
  | 'EVENT_BUS'
  /** The ARN of the workflow `reconcile`. */
  | 'RECONCILE_STATE_MACHINE'
  | 'PEOPLE_TOPIC'
  | 'AUTHORIZATION_URL'
  | 'ANSWERS_FROM'
  /** The bounds of the breaker: `HealLimits` as JSON. */
  | 'HEAL_LIMITS'
  /** Changes with the rights that a deployment gives and with the version of Gateloop. */
  | 'DEPLOYMENT_ID'
  /** What AgentCore may use with the permissions of `provision`: `CallerGrants` as JSON. */
  | 'CALLER_GRANTS'
  /** The prefix of the names of secrets with tokens for gateways: `<prefix><workspace>/<gateway>`. */
  | 'WATCH_TOKENS'
  /** As JSON: `"public"`, or the MCP servers on this machine by the prefixes of the URLs that they stand for. */
  | 'MCP_SERVERS'
  /** The ARN of a state machine without the name of its workflow, such as `arn:…:stateMachine:gateloop-main-`. */
  | 'STATE_MACHINES'
  /** What the deployment says about the console: `ConsoleSettings` as JSON. */
  | 'CONSOLE'
  /** The name of the secret with the key that signs webhook calls. */
  | 'SIGNING_KEY_SECRET'
  /** The ARN or the alias of the KMS key that encrypts this secret. */
  | 'SIGNING_KEY_KMS_KEY';

/**
 * Reads a setting. Handlers read theirs when they are loaded, so that a missing one fails the start of the function.
 *
 * @throws GateloopError `SettingMissing`
 */
export function setting(name: Setting): string {
  const value = process.env[name];
  if (!value)
    throw new GateloopError(
      'SettingMissing',
      `The environment variable ${name} is not set. Deploy the function again: the deployment sets it.`,
    );
  return value;
}
