import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../core/json.ts';
import { rules, schedules } from '../events/triggers.ts';
import { functionCatalog } from '../functions/functionCatalog.ts';
import { compilePattern } from '../local/aws/eventBridge/eventPattern.ts';
import { workflowNames } from '../workflows/workflowCatalog.ts';
import { keyPolicy } from './keyPolicy.ts';
import { type Synthesized, synthesized } from './testing/synthesized.ts';

const main = synthesized();
const login = { issuer: 'https://login.example.com/pool', audience: ['gateloop'] };
const kmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const functionNames = Object.keys(functionCatalog);

/** A resource or a part of it as text, for assertions on its content. */
function text(resource: unknown): string {
  return JSON.stringify(resource);
}

describe('Gateloop', () => {
  it('Gateloop: synthesizes the same template every time', () => {
    expect(synthesized().text).toBe(main.text);
  });

  it.each([
    ['with the default settings', {}],
    ['with a customer managed key', { kmsKeyArn }],
    ['without keeping data', { keepData: false }],
    ['with reserved concurrency', { reserveConcurrency: true }],
    ['with a login in front of the pages', { authorizationUrl: 'https://consent.example.com', login }],
    ['with people and operators', { people: ['a@example.com'], operators: ['b@example.com'] }],
  ])('Gateloop: has no finding of cdk-nag %s', (_, settings) => {
    expect(synthesized(settings).findings).toEqual([]);
  });

  it('Gateloop: keeps no event with a link in the log of events', () => {
    const [rule, ...others] = main
      .ofType('AWS::Events::Rule')
      .filter(([, { Properties }]) => text(Properties).includes('gateloop-main-events'));
    expect(others).toEqual([]);
    const { EventPattern } = (rule?.[1].Properties ?? {}) as { readonly EventPattern?: JsonObject };
    const isKept = compilePattern(EventPattern ?? {});
    const event = { source: 'gateloop', account: '123456789012', detail: {} };
    expect(isKept({ ...event, 'detail-type': 'Authorization Closed' })).toBe(true);
    expect(isKept({ ...event, 'detail-type': 'Authorization Required' })).toBe(false);
  });

  it('Gateloop: deploys the functions of the catalog and no others', () => {
    const names = main.ofType('AWS::Lambda::Function').map(([, { Properties }]) => text(Properties));
    expect(names).toHaveLength(functionNames.length);
    for (const name of functionNames) {
      expect(names.some((each) => each.includes(`"FunctionName":"gateloop-main-${name}"`))).toBe(true);
    }
  });

  it('Gateloop: runs every function on Node 24 and arm64, with tracing and JSON logs', () => {
    for (const [, { Properties }] of main.ofType('AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
    }
  });

  it.each([
    ['AWSOpenTelemetryDistroJs', '/opt/otel-instrument'],
    ['aws-otel-nodejs-arm64-ver-1-30-2', '/opt/otel-handler'],
  ])(
    'Gateloop: adds the OpenTelemetry layer %s with the wrapper %s, except to functions whose URLs are secrets',
    (layer, script) => {
      const openTelemetryLayerArn = `arn:aws:lambda:us-east-1:123456789012:layer:${layer}:7`;
      const { findings, ofType } = synthesized({ openTelemetryLayerArn });
      expect(findings).toEqual([]);
      const traced = ofType('AWS::Lambda::Function').flatMap(([, { Properties }]) => {
        const { FunctionName, Layers, Environment } = Properties as unknown as {
          FunctionName: string;
          Layers?: string[];
          Environment: { Variables: Record<string, string> };
        };
        expect(Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER).toBe(Layers && script);
        if (Layers) expect(Layers).toEqual([openTelemetryLayerArn]);
        return Layers ? [FunctionName.replace('gateloop-main-', '')] : [];
      });
      const secret = ['authorization-pages', 'notify'];
      expect(traced.sort()).toEqual(functionNames.filter((name) => !secret.includes(name)).sort());
    },
  );

  it('Gateloop: adds no layer and no wrapper without openTelemetryLayerArn', () => {
    expect(main.text).not.toMatch(/AWS_LAMBDA_EXEC_WRAPPER|"Layers"/);
  });

  it('Gateloop: gives every function and every workflow its own role', () => {
    const users = [
      ...main.ofType('AWS::Lambda::Function'),
      ...main.ofType('AWS::StepFunctions::StateMachine'),
    ];
    const roles = users.map(([, { Properties }]) => {
      const { Role, RoleArn } = Properties as { Role?: unknown; RoleArn?: unknown };
      return text(Role ?? RoleArn);
    });
    expect(new Set(roles).size).toBe(functionNames.length + workflowNames.length);
  });

  it('Gateloop: deploys every workflow with all placeholders replaced, and logs it without execution data', () => {
    const machines = main.ofType('AWS::StepFunctions::StateMachine');
    expect(machines).toHaveLength(workflowNames.length);
    for (const [, { Properties }] of machines) {
      const { DefinitionString, DefinitionSubstitutions, LoggingConfiguration } = Properties as unknown as {
        DefinitionString: string;
        DefinitionSubstitutions: Record<string, unknown>;
        LoggingConfiguration: unknown;
      };
      const named = [...text(DefinitionString).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
      expect(new Set(named)).toEqual(new Set(Object.keys(DefinitionSubstitutions)));
      expect(LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    }
  });

  it('Gateloop: makes no key for webhooks, since it could not import one, and names it to notify alone', () => {
    expect(main.ofType('AWS::SecretsManager::Secret')).toEqual([]);
    const knowing = main
      .ofType('AWS::Lambda::Function')
      .filter(([, each]) => text(each.Properties).includes('gateloop/main/webhook-signing-key'));
    expect(knowing.map(([id]) => id)).toEqual([expect.stringContaining('notify')]);
  });

  const domain = {
    name: 'consent.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab',
  };

  it('Gateloop: serves the pages under a domain with TLS 1.2 or later, and closes the own address of the API', () => {
    const { ofType, text: template } = synthesized({ domain });
    const [[, { Properties }] = ['', { Properties: {} }]] = ofType('AWS::ApiGatewayV2::DomainName');
    expect(Properties).toMatchObject({
      DomainName: domain.name,
      DomainNameConfigurations: [{ CertificateArn: domain.certificateArn, SecurityPolicy: 'TLS_1_2' }],
    });
    expect(ofType('AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1);
    expect(ofType('AWS::ApiGatewayV2::Api')[0]?.[1].Properties).toMatchObject({
      DisableExecuteApiEndpoint: true,
    });
    expect(template).toContain('"AUTHORIZATION_URL": "https://consent.example.com"');
    expect(template).not.toContain('.execute-api.us-east-1.');
    expect(main.text).not.toContain('DisableExecuteApiEndpoint');
  });

  it('Gateloop: accepts no request to a bucket over TLS before 1.2', () => {
    const policies = main.ofType('AWS::S3::BucketPolicy');
    expect(policies).toHaveLength(2);
    for (const [, { Properties }] of policies)
      expect(text(Properties)).toContain('"NumericLessThan":{"s3:TlsVersion":1.2}');
  });

  it.each([
    ['applied', ['poll', 'provision']],
    ['desired', ['notify', 'poll', 'registryapprovals', 'watchtools']],
    ['outcomes', ['notify', 'poll', 'registryapprovals']],
  ])('Gateloop: lets nobody write below %s/ but the functions %j', (prefix, writers) => {
    const statements: Record<string, unknown>[] = main
      .ofType('AWS::S3::BucketPolicy')
      .flatMap(([, { Properties }]) => JSON.parse(text(Properties.PolicyDocument)).Statement);
    const denied = statements.find(({ Sid }) => Sid === `OnlyGateloopWrites${prefix}`);
    expect(denied).toMatchObject({
      Effect: 'Deny',
      Action: ['s3:DeleteObject', 's3:PutObject'],
      Principal: { AWS: '*' },
    });
    const roles = [...text(denied?.Condition).matchAll(/Functions([a-z]+)Role/g)].map(([, name]) => name);
    expect(roles.sort()).toEqual(writers);
  });

  it('Gateloop: throttles clients that guess links, and callbacks apart from all other pages', () => {
    const [[, stage] = ['', { Properties: {} }]] = main.ofType('AWS::ApiGatewayV2::Stage');
    const limit = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 };
    const callback = 'GET /authorizations/return';
    expect(stage.Properties).toMatchObject({
      DefaultRouteSettings: limit,
      RouteSettings: { [callback]: limit },
    });
    const [route] = main
      .ofType('AWS::ApiGatewayV2::Route')
      .filter(([, { Properties }]) => text(Properties).includes(callback));
    expect(text(stage)).toContain(`"DependsOn":["${route?.[0]}"]`);
  });

  it('Gateloop: requires no login without an identity provider', () => {
    expect(main.ofType('AWS::ApiGatewayV2::Authorizer')).toEqual([]);
    for (const [, { Properties }] of main.ofType('AWS::ApiGatewayV2::Route'))
      expect(Properties).toMatchObject({ AuthorizationType: 'NONE' });
  });

  it('Gateloop: requires a token on every route when a login is set', () => {
    const { ofType } = synthesized({ authorizationUrl: 'https://consent.example.com', login });
    const [[id, { Properties: authorizer }] = ['', { Properties: {} }], ...more] = ofType(
      'AWS::ApiGatewayV2::Authorizer',
    );
    expect(more).toEqual([]);
    expect(authorizer).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: login.issuer, Audience: login.audience },
    });
    const routes = ofType('AWS::ApiGatewayV2::Route');
    for (const [, { Properties }] of routes)
      expect(Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: id } });
    // The console has no links that are credentials, so that it is served behind a login alone.
    const keysOf = (all: typeof routes) => all.map(([, { Properties }]) => Properties.RouteKey);
    const pages = ['ANY /authorizations/{proxy+}', 'GET /authorizations/return'];
    expect(keysOf(main.ofType('AWS::ApiGatewayV2::Route'))).toEqual(pages);
    expect(keysOf(routes)).toEqual([
      ...pages,
      'GET /',
      'GET /inbox',
      'GET /inbox/{proxy+}',
      'GET /workspaces/{proxy+}',
    ]);
  });

  it('Gateloop: tells the console who sees which workspace, and gives it no right to change anything', () => {
    const groups = { claim: 'groups', operators: ['platform'], workspaces: { finance: ['payments'] } };
    const { ofType } = synthesized({
      ...{ authorizationUrl: 'https://consent.example.com', operators: ['ops@example.com'] },
      login: { ...login, groups },
    });
    const [consoleFunction] = ofType('AWS::Lambda::Function').filter(([id]) => id.includes('console'));
    const { Environment } = Object(consoleFunction?.[1].Properties);
    expect(JSON.parse(Environment.Variables.CONSOLE).readers).toEqual({
      operators: ['ops@example.com'],
      groups,
    });
    const [policy] = ofType('AWS::IAM::Policy').filter(([id]) => id.includes('console'));
    const actions = [...text(policy?.[1]).matchAll(/"([a-z0-9-]+:[A-Z]\w+)"/g)].map(([, action]) => action);
    expect(actions).toContain('states:GetExecutionHistory');
    // Every function writes its log and its traces.
    expect(
      actions.filter((action) => !/^(logs|xray):|:(Get|List|Describe|Query)/.test(action ?? '')),
    ).toEqual([]);
  });

  it('Gateloop: gives every rule and schedule that starts something a dead-letter queue', () => {
    const starting = main
      .ofType('AWS::Events::Rule')
      .filter(([, { Properties }]) => Properties.Name !== 'gateloop-main-events');
    const triggers = [...starting, ...main.ofType('AWS::Scheduler::Schedule')];
    expect(triggers).toHaveLength(rules.length + schedules.length);
    for (const [id, { Properties }] of triggers) expect(text(Properties), id).toContain('DeadLetter');
  });

  it('Gateloop: sends the events of the bucket to EventBridge without a Lambda function', () => {
    const [bucket] = main.ofType('AWS::S3::Bucket').filter(([, each]) => text(each).includes('EventBridge'));
    expect(bucket?.[1].Properties).toMatchObject({
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(main.ofType('Custom::S3BucketNotifications')).toEqual([]);
  });

  it('Gateloop: makes the ledger with point-in-time recovery and on-demand billing', () => {
    const [[, { Properties }] = ['', { Properties: {} }]] = main.ofType('AWS::DynamoDB::Table');
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { Enabled: true },
    });
  });

  /** The names in a template, each with its property. Schedules and stages are named within their group or API. */
  const namesIn = ({ resources }: Synthesized) =>
    Object.values(resources).flatMap(({ Type, Properties }) =>
      Object.entries(Properties ?? {})
        .filter(([property]) => /^(\w+Name|Name)$/.test(property))
        .map(([property, value]) => text([Type, property, value])),
    );

  it('Gateloop: shares no name between two environments of one account', () => {
    const other = namesIn(synthesized({}, 'staging'));
    const shared = namesIn(main).filter((name) => other.includes(name));
    expect(shared.filter((name) => /gateloop/.test(name))).toEqual([]);
  });

  it('Gateloop: shares no name of the whole account or of all accounts between two Regions', () => {
    const other = namesIn(synthesized({}, 'main', { account: '123456789012', region: 'eu-central-1' }));
    const shared = namesIn(main).filter((name) => other.includes(name));
    const global = /AWS::(IAM::Role|S3|CloudWatch::Dashboard)/;
    expect(shared.filter((name) => global.test(name))).toEqual([]);
    expect(namesIn(main).filter((name) => name.includes('AWS::IAM::Role'))).toEqual([]);
  });

  it('Gateloop: gives resources names that fit for the longest environment in every Region', () => {
    const { resources } = synthesized({}, 'a'.repeat(16), {
      account: '123456789012',
      region: 'us-isob-east-1',
    });
    const limits = {
      BucketName: 63,
      FunctionName: 64,
      StateMachineName: 80,
      AlarmName: 255,
      DashboardName: 255,
    };
    for (const [property, limit] of Object.entries(limits)) {
      const lengths = Object.values(resources).map(
        ({ Properties }) => String(Properties?.[property] ?? '').length,
      );
      expect(Math.max(...lengths), property).toBeGreaterThan(0);
      expect(Math.max(...lengths), property).toBeLessThanOrEqual(limit);
    }
  });

  it('Gateloop: delivers the logs of services to groups that share one entry of the resource policy', () => {
    const delivered = [
      ...main.ofType('AWS::StepFunctions::StateMachine'),
      ...main.ofType('AWS::ApiGatewayV2::Stage'),
    ];
    expect(delivered).toHaveLength(workflowNames.length + 1);
    for (const [, { Properties }] of delivered) {
      const [, group = ''] =
        /"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(
          text(Properties.LoggingConfiguration ?? Properties.AccessLogSettings),
        ) ?? [];
      expect(main.resources[group]?.Properties.LogGroupName).toMatch(/^\/aws\/vendedlogs\/gateloop\/main\//);
    }
  });

  it('Gateloop: keeps the events of its bus in a log group that EventBridge may write', () => {
    const group = '/aws/vendedlogs/gateloop/main/events';
    const rule = main
      .ofType('AWS::Events::Rule')
      .find(([, { Properties }]) => Properties.Name === 'gateloop-main-events');
    expect(text(rule?.[1].Properties.EventBusName)).toContain('Events');
    expect(text(rule?.[1].Properties.Targets)).toContain(`log-group:${group}"`);
    const policy = text(main.ofType('AWS::Logs::ResourcePolicy'));
    expect(policy).toContain(`log-group:${group}:*`);
    expect(policy).toContain('events.amazonaws.com');
    expect(main.ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.LogGroupName)).toContain(
      group,
    );
  });

  it('Gateloop: filters messages by owner, ignoring case, and sends messages without an owner to operators', () => {
    const { ofType } = synthesized({ people: ['Ann@example.com'], operators: ['ops@example.com'] });
    const filters = ofType('AWS::SNS::Subscription').map(([, { Properties }]) => [
      Properties.Endpoint,
      Properties.FilterPolicy,
    ]);
    expect(filters).toEqual([
      ['Ann@example.com', { owner: [{ 'equals-ignore-case': 'Ann@example.com' }] }],
      ['ops@example.com', { owner: [{ 'equals-ignore-case': 'nobody' }] }],
      ['ops@example.com', undefined],
    ]);
  });

  it('Gateloop: refuses a key of another Region or account before a deployment', () => {
    for (const place of ['eu-central-1:123456789012', 'us-east-1:210987654321'])
      expect(() => synthesized({ kmsKeyArn: kmsKeyArn.replace('us-east-1:123456789012', place) })).toThrow(
        'Name a key there',
      );
  });

  it('Gateloop: docs/deploy.md has the policy that the key needs', () => {
    const policy = keyPolicy({ partition: 'aws', account: '123456789012', region: 'us-east-1' });
    const documentation = readFileSync(new URL('../docs/deploy.md', import.meta.url), 'utf8');
    expect(documentation).toContain(JSON.stringify(policy, null, 2));
  });

  it('Gateloop: encrypts everything with the customer managed key', () => {
    const { ofType } = synthesized({ kmsKeyArn });
    const encrypted = [
      'AWS::SQS::Queue',
      'AWS::SNS::Topic',
      'AWS::DynamoDB::Table',
      'AWS::Logs::LogGroup',
      'AWS::Lambda::Function',
      'AWS::Events::EventBus',
    ];
    for (const [id, { Properties }] of encrypted.flatMap(ofType)) {
      expect(text(Properties), id).toContain(kmsKeyArn);
    }
  });
});

describe('Alarms', () => {
  const runbook = readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8');
  const sections = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((section): [string, string] => {
        const heading = section.slice(0, section.indexOf('\n'));
        return [
          heading
            .toLowerCase()
            .replaceAll(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
          section,
        ];
      }),
  );
  const alarms = main.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
    const { AlarmName, AlarmDescription, AlarmActions } = Properties as Record<string, never>;
    return { name: String(AlarmName), description: String(AlarmDescription), actions: AlarmActions };
  });

  it.each(alarms)(
    'Alarms: $name notifies operators and links to a section of the runbook',
    ({ description, actions }) => {
      expect(actions).toHaveLength(1);
      const [, anchor = ''] = /docs\/runbook\.md#(\S+)$/.exec(description) ?? [];
      const section = sections.get(anchor) ?? '';
      for (const part of ['### Description', '### Investigation', '### Resolution'])
        expect(section).toContain(part);
    },
  );

  it.each([
    ...functionNames.map((name) => `${name}-errors`),
    ...workflowNames.map((name) => `${name}-failed`),
  ])('Alarms: has an alarm for %s', (name) => {
    expect(alarms.map((alarm) => alarm.name)).toContain(`gateloop-main-${name}`);
  });

  it('Alarms: every section of the runbook belongs to an alarm, apart from commands and questions from teams', () => {
    const linked = new Set(alarms.map(({ description }) => description.replace(/^.*#/, '')));
    const others = [...sections.keys()].filter((anchor) => !linked.has(anchor));
    expect(others).toEqual(['commands', 'questions-from-teams']);
  });
});
