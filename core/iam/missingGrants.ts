import { asText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import { formatPath, type Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { exceededBounds } from './bounds.ts';
import type { CallerGrants } from './callerGrants.ts';
import { matchesPattern } from './evaluatePolicy.ts';

/** A member of a configuration that AgentCore could not use with Gateloop's permissions: the call would be denied. */
export interface MissingGrant {
  readonly path: Path;
  /** The setting of the deployment that has to name the value. */
  readonly setting: string;
  /** What the setting has to contain. */
  readonly entry: string;
}

type Check = (config: JsonObject, grants: CallerGrants) => readonly MissingGrant[];

/** The checks of each kind; every kind has those of private endpoints and bounds, too. */
const checks: Readonly<Partial<Record<KindName, readonly Check[]>>> = {
  gateway: [role('roleArn'), key('gatewayKeys', 'kmsKeyArn')],
  tokenVault: [key('tokenVaultKeys', 'kmsConfiguration', 'kmsKeyArn')],
  gatewayTarget: [restApi],
  agentRuntime: [role('roleArn'), runtimeCode],
  harness: [role('executionRoleArn')],
  onlineEvaluationConfig: [role('evaluationExecutionRoleArn')],
  paymentManager: [role('roleArn')],
  consentPortal: [role('executionRoleArn')],
  capacityProvider: [role('permissionsConfiguration', 'capacityProviderOperatorRoleArn')],
  browser: [role('executionRoleArn')],
  codeInterpreter: [role('executionRoleArn')],
  memory: [role('memoryExecutionRoleArn')],
};

/**
 * @param copiedUri the URI of Gateloop's own copy of the schema, if the configuration names one
 * @returns what the settings of the deployment do not allow, in the order of the configuration's checks
 */
export function missingGrants(
  kind: KindName,
  config: JsonObject,
  grants: CallerGrants,
  copiedUri?: string,
): readonly MissingGrant[] {
  return [
    ...(checks[kind] ?? []).flatMap((check) => check(config, grants)),
    ...privateEndpoints(config, grants),
    ...sourceUris(config, grants, copiedUri),
    ...exceededBounds(kind, config, grants.bounds).map(
      ({ bound, path, value }): MissingGrant => ({ path, setting: `bounds.${bound}`, entry: value }),
    ),
  ];
}

/** @returns what is missing, where, and what to do, for the owner and the operators */
export function missingGrantText({ path, setting, entry }: MissingGrant): string {
  return `${formatPath(path)}: Gateloop's own role may not use this for AgentCore. Ask its operators to add ${JSON.stringify(entry)} to the setting "${setting}" of the deployment, and to deploy.`;
}

/** A text whose value is known now: a reference to another resource is known only later. */
function knownText(config: JsonObject, path: Path): string | undefined {
  const text = memberAt(config, path);
  return typeof text === 'string' && !text.includes('${') ? text : undefined;
}

function role(...path: readonly string[]): Check {
  return (config, { passedRoles }) => {
    const arn = knownText(config, path);
    const name = arn === undefined ? undefined : /:role\/(.+)$/.exec(arn)?.[1];
    if (name === undefined || passedRoles.some((pattern) => matchesPattern(name, pattern))) return [];
    return [{ path, setting: 'passedRoles', entry: name }];
  };
}

function key(setting: 'gatewayKeys' | 'tokenVaultKeys', ...path: readonly string[]): Check {
  return (config, grants) => {
    const arn = knownText(config, path);
    if (arn === undefined || grants[setting].includes(arn)) return [];
    return [{ path, setting, entry: arn }];
  };
}

const API_GATEWAY: Path = ['targetConfiguration', 'mcp', 'apiGateway'];

function restApi(config: JsonObject, { restApis }: CallerGrants): readonly MissingGrant[] {
  const id = knownText(config, [...API_GATEWAY, 'restApiId']);
  const stage = knownText(config, [...API_GATEWAY, 'stage']);
  if (id === undefined || stage === undefined || restApis.includes(`${id}/${stage}`)) return [];
  return [{ path: [...API_GATEWAY, 'restApiId'], setting: 'restApis', entry: `${id}/${stage}` }];
}

const CODE: Path = ['agentRuntimeArtifact', 'codeConfiguration', 'code', 's3'];

function runtimeCode(config: JsonObject, grants: CallerGrants): readonly MissingGrant[] {
  const bucket = knownText(config, [...CODE, 'bucket']);
  const key = knownText(config, [...CODE, 'prefix']);
  return bucket === undefined || key === undefined || mayRead(bucket, key, grants)
    ? []
    : [{ path: CODE, setting: 'sourceBuckets', entry: bucket }];
}

function mayRead(bucket: string, key: string, { sourceBuckets }: CallerGrants): boolean {
  return sourceBuckets.some((each) => each.bucket === bucket && key.startsWith(each.prefix ?? ''));
}

/** Schemas and certificates that a manifest names by their own URIs. */
function sourceUris(
  config: JsonObject,
  grants: CallerGrants,
  copiedUri: string | undefined,
): readonly MissingGrant[] {
  return [...members(config)].flatMap(({ path, value }) => {
    const [, bucket, key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(asText(value)) ?? [];
    const isSource = path.at(-1) === 'uri' && path.at(-2) === 's3';
    if (!isSource || bucket === undefined || value === copiedUri || mayRead(bucket, key, grants)) return [];
    return [{ path, setting: 'sourceBuckets', entry: bucket }];
  });
}

function privateEndpoints(
  config: JsonObject,
  { privateEndpoints: allowed }: CallerGrants,
): readonly MissingGrant[] {
  return [...members(config)].flatMap(({ path, value }) => {
    if (path.at(-1) !== 'privateEndpoint' || !isJsonObject(value)) return [];
    const lacking = (setting: keyof typeof allowed, within: Path): readonly MissingGrant[] => {
      const named = memberAt(value, within);
      const entries: readonly JsonValue[] = Array.isArray(named) ? named : [named ?? null];
      return entries
        .filter((entry) => typeof entry === 'string' && !allowed[setting].includes(entry))
        .map((entry) => ({
          path: [...path, ...within],
          setting: `privateEndpoints.${setting}`,
          entry: String(entry),
        }));
    };
    return [
      ...lacking('subnets', ['managedVpcResource', 'subnetIds']),
      ...lacking('securityGroups', ['managedVpcResource', 'securityGroupIds']),
      ...lacking('resourceConfigurations', ['selfManagedLatticeResource', 'resourceConfigurationIdentifier']),
    ];
  });
}

/** Every member of a configuration, at any depth, with its path. */
function* members(
  value: JsonValue,
  path: Path = [],
): Generator<{ readonly path: Path; readonly value: JsonValue }> {
  yield { path, value };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* members(item as JsonValue, [...path, index]);
  } else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) yield* members(member, [...path, key]);
  }
}
