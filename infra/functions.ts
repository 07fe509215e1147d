import { Duration } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LayerVersion,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionLogGroupName } from '../core/deployedNames.ts';
import type { Statement } from '../core/iam/statement.ts';
import { prefixes } from '../core/storage/keys.ts';
import { type FunctionEntry, type FunctionName, functionCatalog } from '../functions/functionCatalog.ts';
import type { Permission } from '../functions/permissions.ts';
import type { Setting } from '../functions/runtime/environment.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { HANDLER } from './bundling/bundleOptions.ts';
import type { Deployment } from './deployment.ts';
import type { PermissionScope } from './iam/scope.ts';
import { permissions } from './permissions.ts';
import { createLogGroup } from './stores.ts';

/**
 * Functions that get no OpenTelemetry layer. A layer may record the full URL of each request, and these URLs are secrets:
 * `authorization-pages` serves the links of owners, and `notify` posts to webhooks.
 */
const WITH_SECRET_URLS: ReadonlySet<FunctionName> = new Set(['authorization-pages', 'notify']);

export interface FunctionsProps {
  readonly deployment: Deployment;
  readonly key: IKey | undefined;
  readonly settings: Readonly<Record<Setting, string>>;
  readonly scope: PermissionScope;
  /** Returns the directory of a function's package. */
  readonly bundleOf: (name: string) => string;
}

/** Every function of the catalog. Each has its own role with the permissions of the catalog. */
export class Functions extends Construct {
  readonly byName: ReadonlyMap<FunctionName, LambdaFunction>;
  readonly #scope: PermissionScope;
  readonly #roles = new Map<FunctionName, Role>();

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#scope = props.scope;
    // The catalog's keys are exactly the function names.
    const entries = Object.entries(functionCatalog) as [FunctionName, FunctionEntry][];
    this.byName = new Map(entries.map(([name, entry]) => [name, this.#create(name, entry, props)]));
  }

  /** @returns the ids of the roles that write below each prefix of the spec bucket that only Gateloop writes to */
  writers(): ReadonlyMap<string, readonly string[]> {
    const own = [prefixes.applied, prefixes.desired, prefixes.outcomes];
    return new Map(own.map((prefix) => [prefix, this.#rolesWriting(prefix)]));
  }

  #rolesWriting(prefix: string): readonly string[] {
    return [...this.#roles].flatMap(([name, role]) => {
      const written = functionCatalog[name].permissions
        .flatMap((permission) => permissions[permission](this.#scope))
        .filter(({ actions }) => actions.includes('s3:PutObject'))
        .flatMap(({ resources }) => resources);
      const isWriter = written.some((arn) => arn.startsWith(`${this.#scope.specBucketArn}/${prefix}`));
      return isWriter ? [role.roleId] : [];
    });
  }

  #create(name: FunctionName, entry: FunctionEntry, props: FunctionsProps): LambdaFunction {
    const { deployment, key, settings, bundleOf } = props;
    const functionName = `gateloop-${deployment.environment}-${name}`;
    const parent = new Construct(this, name);
    const logGroup = createLogGroup(parent, 'Log', functionLogGroupName(deployment.environment, name), {
      deployment,
      key,
    });
    const role = this.#role(parent, entry.permissions, logGroup, props);
    this.#roles.set(name, role);
    const layerArn = WITH_SECRET_URLS.has(name) ? undefined : deployment.openTelemetryLayerArn;
    return new LambdaFunction(parent, 'Function', {
      functionName,
      description: entry.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: HANDLER,
      code: Code.fromAsset(bundleOf(name)),
      memorySize: entry.memory,
      timeout: Duration.seconds(entry.timeoutSeconds),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      ...(deployment.reserveConcurrency && entry.concurrency !== undefined
        ? { reservedConcurrentExecutions: entry.concurrency }
        : {}),
      ...(key && { environmentEncryption: key }),
      ...(layerArn !== undefined && {
        layers: [LayerVersion.fromLayerVersionArn(parent, 'OpenTelemetryLayer', layerArn)],
      }),
      environment: {
        ...Object.fromEntries(entry.settings.map((setting) => [setting, settings[setting]])),
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: metricNamespace(deployment),
        ...(layerArn !== undefined && openTelemetrySettings(layerArn)),
      },
    });
  }

  #role(
    parent: Construct,
    granted: readonly Permission[],
    logGroup: LogGroup,
    { key, scope }: FunctionsProps,
  ): Role {
    const statements: readonly Statement[] = [
      ...granted.flatMap((permission) => permissions[permission](scope)),
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
      ...(key ? [{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }] : []),
    ];
    // CloudFormation chooses the name: roles belong to the whole account, and another Region may have this environment too.
    const role = new Role(parent, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    // Into the policy to which CDK adds tracing, so that one policy has all of a function's permissions.
    for (const statement of statements) role.addToPolicy(policyStatement(statement));
    acknowledgeWildcards(role, [...statements, { actions: ['xray:PutTraceSegments'], resources: ['*'] }]);
    return role;
  }
}

/**
 * ADOT has two families of layers for Node.js. `AWSOpenTelemetryDistroJs` starts with one script; the older
 * `aws-otel-nodejs` starts with the script of the OpenTelemetry project's layers.
 */
function openTelemetrySettings(layerArn: string): Readonly<Record<string, string>> {
  const script = layerArn.includes(':layer:AWSOpenTelemetryDistro') ? 'otel-instrument' : 'otel-handler';
  return {
    AWS_LAMBDA_EXEC_WRAPPER: `/opt/${script}`,
    // Application Signals writes to another log group, which the functions' roles do not permit.
    OTEL_AWS_APPLICATION_SIGNALS_ENABLED: 'false',
  };
}

/** The namespace of Gateloop's metrics, one for each environment. */
export function metricNamespace({ environment }: Deployment): string {
  return `Gateloop/${environment}`;
}

export function policyStatement({ effect, actions, resources, conditions }: Statement): PolicyStatement {
  return new PolicyStatement({
    effect: effect === 'Deny' ? Effect.DENY : Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions: { ...conditions } }),
  });
}
