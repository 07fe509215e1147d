import { GateloopError } from '../../core/errors.ts';

/** The settings that functions get from their deployment, by the names of their environment variables. */
export type Setting =
  | 'SPEC_BUCKET'
  | 'SPEC_BUCKET_OWNER'
  | 'LEDGER_TABLE'
  | 'EVENT_BUS'
  | 'PEOPLE_TOPIC'
  | 'AUTHORIZATION_URL'
  | 'ANSWERS_FROM'
  /** The name of the secret that holds the key for webhooks. */
  | 'SIGNING_KEY_SECRET';

/** @throws GateloopError `SettingMissing` at start, rather than at the first event */
export function setting(name: Setting): string {
  const value = process.env[name];
  if (!value)
    throw new GateloopError(
      'SettingMissing',
      `The environment variable ${name} is not set; the deployment sets it.`,
    );
  return value;
}
