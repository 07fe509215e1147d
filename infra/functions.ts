import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionEntry, type FunctionName, functionCatalog } from '../functions/functionCatalog.ts';
import type { Permission } from '../functions/permissions.ts';
import type { Setting } from '../functions/runtime/environment.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { HANDLER } from './bundling/bundleOptions.ts';
import type { Deployment } from './deployment.ts';
import { type PermissionScope, permissions, type Statement } from './permissions.ts';

/**
 * Functions that get no OpenTelemetry layer. A layer may record the full address of each request, and these addresses are
 * secrets: `authorization-pages` answers the links that owners get, and `notify` posts to webhooks.
 */
const WITH_SECRET_ADDRESSES: ReadonlySet<FunctionName> = new Set(['authorization-pages', 'notify']);

export interface FunctionsProps {
  readonly deployment: Deployment;
  readonly key: IKey | undefined;
  readonly settings: Readonly<Record<Setting, string>>;
  readonly scope: PermissionScope;
  /** Where the package of a function is, by its name. */
  readonly bundleOf: (name: string) => string;
}

/** Every function of the catalog, each with a role of its own that may do what the catalog says and no more. */
export class Functions extends Construct {
  readonly byName: ReadonlyMap<FunctionName, LambdaFunction>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    // The catalog's keys are exactly the function names.
    const entries = Object.entries(functionCatalog) as [FunctionName, FunctionEntry][];
    this.byName = new Map(entries.map(([name, entry]) => [name, this.#create(name, entry, props)]));
  }

  #create(name: FunctionName, entry: FunctionEntry, props: FunctionsProps): LambdaFunction {
    const { deployment, key, settings, bundleOf } = props;
    const functionName = `gateloop-${deployment.environment}-${name}`;
    const parent = new Construct(this, name);
    const logGroup = new LogGroup(parent, 'Log', {
      logGroupName: `/gateloop/${deployment.environment}/${name}`,
      retention: deployment.logRetentionDays,
      removalPolicy: deployment.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(key && { encryptionKey: key }),
    });
    const role = this.#role(parent, functionName, entry.permissions, logGroup, props);
    const layerArn = WITH_SECRET_ADDRESSES.has(name) ? undefined : deployment.openTelemetryLayerArn;
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
    functionName: string,
    granted: readonly Permission[],
    logGroup: LogGroup,
    { key, scope }: FunctionsProps,
  ): Role {
    const statements: readonly Statement[] = [
      ...granted.flatMap((permission) => permissions[permission](scope)),
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
      ...(key ? [{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }] : []),
    ];
    const role = new Role(parent, 'Role', {
      roleName: `${functionName}-function`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    // To the policy that CDK adds tracing to, so that a function's rights stand in one place.
    for (const statement of statements) role.addToPolicy(policyStatement(statement));
    acknowledgeWildcards(role, [...statements, { actions: ['xray:PutTraceSegments'], resources: ['*'] }]);
    return role;
  }
}

/**
 * ADOT has two families of layers for Node.js. `AWSOpenTelemetryDistroJs` has a start script of its own; the older
 * `aws-otel-nodejs` has the script of the OpenTelemetry project's layers.
 */
function openTelemetrySettings(layerArn: string): Readonly<Record<string, string>> {
  const script = layerArn.includes(':layer:AWSOpenTelemetryDistro') ? 'otel-instrument' : 'otel-handler';
  return {
    AWS_LAMBDA_EXEC_WRAPPER: `/opt/${script}`,
    // Application Signals writes to a log group of its own, which the roles of functions do not permit.
    OTEL_AWS_APPLICATION_SIGNALS_ENABLED: 'false',
  };
}

/** Where Gateloop's own metrics are; environments of one account do not mix. */
export function metricNamespace({ environment }: Deployment): string {
  return `Gateloop/${environment}`;
}

export function policyStatement({ actions, resources, conditions }: Statement): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions: { ...conditions } }),
  });
}
