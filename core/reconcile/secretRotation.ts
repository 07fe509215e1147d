import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { isSecretReference } from '../manifest/secrets.ts';
import { omit } from '../objects.ts';
import type { ResourceRecord, SecretVersions } from './ledgerRecord.ts';
import type { ResolvedResource, ResourceContext, ResourcePlan } from './plan.ts';
import { tryOperation, withoutRetryState } from './retries.ts';

/** @returns the names of the secrets that a configuration takes values from, each once */
export function secretNamesIn(config: JsonObject): string[] {
  return [...new Set(namesIn(config))];
}

function namesIn(value: JsonValue): string[] {
  if (isSecretReference(value)) return [value.secretsManager];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => namesIn(item));
  return isJsonObject(value) ? Object.values(value).flatMap(namesIn) : [];
}

/**
 * Records the current versions of a resource's secrets, in a poll that has read them. A version that was not seen before
 * is a change like one of the manifest: attempts that failed before it do not count.
 */
export function recordSecretVersions(
  record: ResourceRecord,
  { config, secretVersions }: ResolvedResource,
): ResourceRecord {
  const names = secretVersions ? secretNamesIn(config) : [];
  if (names.length === 0) return record;
  const { sent = {}, current: before = sent } = record.secrets ?? {};
  const current = Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const version = secretVersions?.get(name) ?? before[name];
      return version === undefined ? [] : [[name, version]];
    }),
  );
  const isNew = record.secrets !== undefined && names.some((name) => current[name] !== before[name]);
  const secrets: SecretVersions = isDeepStrictEqual(current, sent) ? { sent } : { sent, current };
  return { ...(isNew ? withoutRetryState(record) : record), secrets };
}

/**
 * Plans to send a configuration again whose secrets have other versions than those that were sent: no operation of the
 * service shows a secret, so that only the versions tell.
 *
 * @returns undefined where the service has the current ones, as far as is known
 */
export function planRotation(context: ResourceContext, desired: ResolvedResource): ResourcePlan | undefined {
  const { sent = {}, current = {} } = context.record.secrets ?? {};
  const changed = secretNamesIn(desired.config).filter(
    (name) => current[name] !== undefined && current[name] !== sent[name],
  );
  if (changed.length === 0) return undefined;
  const plan = tryOperation('update', context, desired.fingerprint);
  const reasons = changed.map((name) =>
    sent[name] === undefined
      ? `Which version of its secret ${name} the service has is not known.`
      : `Its secret ${name} was rotated.`,
  );
  return { ...plan, reasons: [...reasons, ...plan.reasons] };
}

/** Replaces the record's versions by those that an accepted call sent. */
export function withSentSecrets(
  record: ResourceRecord,
  sent: Readonly<Record<string, string>> = {},
): ResourceRecord {
  const rest = omit(record, 'secrets');
  return Object.keys(sent).length > 0 ? { ...rest, secrets: { sent } } : rest;
}
