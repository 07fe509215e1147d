import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { omit } from '../objects.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';

/** The hyphen and six characters that Secrets Manager appends to a name in an ARN. */
const ARN_OF_SECRET = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(?<name>.+)-[A-Za-z0-9]{6}$/;

/**
 * The response of Get with the place of a provider's secret as requests name it. A request says `apiKeySecretConfig: {
 * secretId, jsonKey }`, a response `apiKeySecretArn: { secretArn }` and `apiKeySecretJsonKey`. A secret that the service
 * manages has no place of the client's choice.
 */
export function asRequested(row: ResourceKind, live: JsonObject, desired: JsonObject): JsonObject {
  const { externalSecret } = row;
  if (!externalSecret) return live;
  const { prefixes, within, isShownWithin } = externalSecret;
  const placesOf = (shown: JsonObject, wanted: JsonObject) =>
    Object.assign({}, ...prefixes.map((prefix) => placeOf(shown, wanted, prefix)));
  if (within === undefined) return { ...live, ...placesOf(live, desired) };
  const outputName = row.outputMembers?.[within] ?? within;
  const vendors = live[outputName];
  if (!isJsonObject(vendors)) return live;
  const requested = desired[within];
  const entries = Object.entries(vendors).map(([vendor, shown]): [string, JsonValue] => {
    const wanted = isJsonObject(requested) ? requested[vendor] : undefined;
    if (!isJsonObject(shown)) return [vendor, shown];
    const sources = prefixes.map((prefix) => `${prefix}Source`);
    const places = placesOf(isShownWithin ? shown : live, isJsonObject(wanted) ? wanted : {});
    return [vendor, { ...omit(shown, ...sources), ...places }];
  });
  return { ...live, [outputName]: Object.fromEntries(entries) };
}

/** The members of a request that say where the secret is, as far as they say more than the service's default. */
function placeOf(live: JsonObject, desired: JsonObject, prefix: string): JsonObject {
  const [sourceMember, configMember] = [`${prefix}Source`, `${prefix}Config`];
  const source = live[sourceMember];
  if (source !== 'EXTERNAL')
    return source !== undefined && desired[sourceMember] !== undefined ? { [sourceMember]: source } : {};
  const reference = live[`${prefix}Arn`];
  const secretArn = isJsonObject(reference) ? reference.secretArn : undefined;
  const jsonKey = live[`${prefix}JsonKey`];
  const wanted = desired[configMember];
  const secretId = sameSecret(isJsonObject(wanted) ? wanted.secretId : undefined, secretArn);
  return {
    [sourceMember]: source,
    [configMember]: {
      ...(secretId !== undefined && { secretId }),
      ...(jsonKey !== undefined && { jsonKey }),
    },
  };
}

/** The name that the manifest gives, where the ARN is of that secret; otherwise the ARN. */
function sameSecret(wanted: JsonValue | undefined, arn: JsonValue | undefined): JsonValue | undefined {
  if (typeof wanted !== 'string' || typeof arn !== 'string') return arn;
  return ARN_OF_SECRET.exec(arn)?.groups?.name === wanted ? wanted : arn;
}
