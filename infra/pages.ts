import { Stack } from 'aws-cdk-lib';
import {
  CfnApi,
  CfnApiMapping,
  CfnAuthorizer,
  CfnDomainName,
  CfnIntegration,
  CfnRoute,
  CfnStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { deliveredLogGroupName } from '../core/deployedNames.ts';
import { CALLBACK_ROUTE, type FunctionEntry, functionCatalog } from '../functions/functionCatalog.ts';
import { acknowledge } from './acknowledge.ts';
import type { Deployment, Login, PagesDomain } from './deployment.ts';
import { createLogGroup } from './stores.ts';

export interface PagesProps {
  readonly deployment: Deployment;
  readonly key: IKey | undefined;
}

/**
 * Requests a second over all visitors. Ids of 128 bits cannot be guessed at this rate; the pages allow each visitor two a
 * second, so that one of them does not use it up.
 */
const THROTTLE = { throttlingRateLimit: 100, throttlingBurstLimit: 200 };

/**
 * The callback has a limit of its own: a flood of the other pages must not stop the callback of a person in a wrong browser,
 * which makes the session void.
 */
const ROUTE_SETTINGS = {
  // CDK passes these names on as they are: they are CloudFormation's.
  [CALLBACK_ROUTE]: {
    ThrottlingRateLimit: THROTTLE.throttlingRateLimit,
    ThrottlingBurstLimit: THROTTLE.throttlingBurstLimit,
  },
};

/** The HTTP API of the authorization pages and the console. Its routes are those of the function catalog. */
export class Pages extends Construct {
  readonly api: CfnApi;
  /** Without a slash at the end. */
  readonly url: string;
  /** The host that the DNS name of the setting `domain` has to lead to. */
  readonly domainTarget: string | undefined;
  readonly #authorizer: CfnAuthorizer | undefined;
  readonly #stage: CfnStage;

  constructor(scope: Construct, id: string, { deployment, key }: PagesProps) {
    super(scope, id);
    const name = `gateloop-${deployment.environment}`;
    this.api = new CfnApi(this, 'Api', {
      name,
      protocolType: 'HTTP',
      description: 'Pages on which people consent, approve and refuse; the console',
      // The API's own address would bypass what stands before the domain, such as a firewall.
      ...(deployment.domain && { disableExecuteApiEndpoint: true }),
    });
    const accessLog = createLogGroup(
      this,
      'AccessLog',
      deliveredLogGroupName(deployment.environment, 'pages'),
      {
        deployment,
        key,
      },
    );
    this.#stage = new CfnStage(this, 'Stage', {
      apiId: this.api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: THROTTLE,
      routeSettings: ROUTE_SETTINGS,
      accessLogSettings: { destinationArn: accessLog.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
    });
    this.#authorizer = deployment.login && this.#authorizerOf(deployment.login);
    const { region, urlSuffix } = Stack.of(this);
    this.domainTarget = deployment.domain && this.#serveAt(deployment.domain, this.#stage);
    const address = deployment.domain?.name ?? `${this.api.ref}.execute-api.${region}.${urlSuffix}`;
    this.url = deployment.authorizationUrl ?? `https://${address}`;
  }

  /** Routes requests to the functions of the catalog. */
  serve(functions: ReadonlyMap<string, LambdaFunction>): void {
    for (const [name, { routes = [], needsLogin }] of Object.entries<FunctionEntry>(functionCatalog)) {
      const lambda = functions.get(name);
      if (routes.length === 0 || !lambda || (needsLogin && !this.#authorizer)) continue;
      const integration = new CfnIntegration(this, `Integration-${name}`, {
        apiId: this.api.ref,
        integrationType: 'AWS_PROXY',
        integrationUri: lambda.functionArn,
        payloadFormatVersion: '2.0',
      });
      for (const routeKey of routes) this.#route(routeKey, integration);
      const { partition, region, account } = Stack.of(this);
      new CfnPermission(this, `Permission-${name}`, {
        action: 'lambda:InvokeFunction',
        functionName: lambda.functionName,
        principal: new ServicePrincipal('apigateway.amazonaws.com').service,
        sourceArn: `arn:${partition}:execute-api:${region}:${account}:${this.api.ref}/*/*`,
      });
    }
  }

  /** @returns the host that the name has to lead to */
  #serveAt({ name, certificateArn }: PagesDomain, stage: CfnStage): string {
    const domain = new CfnDomainName(this, 'Domain', {
      domainName: name,
      // An HTTP API accepts no TLS before 1.2 under its own address either.
      domainNameConfigurations: [{ certificateArn, endpointType: 'REGIONAL', securityPolicy: 'TLS_1_2' }],
    });
    new CfnApiMapping(this, 'Mapping', { apiId: this.api.ref, domainName: domain.ref, stage: stage.ref });
    return domain.attrRegionalDomainName;
  }

  /** Every route requires a token, so that a client cannot bypass the proxy that logs people in. */
  #authorizerOf({ issuer, audience, identitySource }: Login): CfnAuthorizer {
    return new CfnAuthorizer(this, 'Login', {
      apiId: this.api.ref,
      name: 'login',
      authorizerType: 'JWT',
      identitySource: [identitySource],
      jwtConfiguration: { issuer, audience: [...audience] },
    });
  }

  #route(routeKey: string, integration: CfnIntegration): void {
    const authorizer = this.#authorizer;
    const route = new CfnRoute(this, `Route ${routeKey}`.replaceAll('/', '|'), {
      apiId: this.api.ref,
      routeKey,
      authorizationType: authorizer ? 'JWT' : 'NONE',
      ...(authorizer && { authorizerId: authorizer.ref }),
      target: `integrations/${integration.ref}`,
    });
    // API Gateway takes settings only of a route that exists.
    if (routeKey in ROUTE_SETTINGS) this.#stage.addDependency(route);
    if (authorizer) return;
    acknowledge(
      route,
      'AwsSolutions-APIG4',
      'The link is the credential: a random id of 128 bits, for one use, bound to one browser by a cookie. People who consent have no AWS identity.',
    );
  }
}

/** Logs route keys and never paths, because a path contains the id that opens the page. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};
