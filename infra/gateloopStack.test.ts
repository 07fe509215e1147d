import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules, schedules } from '../events/triggers.ts';
import { functionCatalog } from '../functions/functionCatalog.ts';
import { workflowNames } from '../workflows/workflowCatalog.ts';
import { synthesized } from './testing/synthesized.ts';

const main = synthesized();
const login = { issuer: 'https://login.example.com/pool', audience: ['gateloop'] };
const functionNames = Object.keys(functionCatalog);

/** What of a resource's properties an assertion looks at, as plain text. */
function text(resource: unknown): string {
  return JSON.stringify(resource);
}

describe('the stack', () => {
  it('is the same, byte for byte, however often it is synthesised', () => {
    expect(synthesized().text).toBe(main.text);
  });

  it.each([
    ['as it comes', {}],
    ['with a key of its own', { customerManagedKey: true }],
    ['without its data', { keepData: false, reserveConcurrency: false }],
    ['with a login in front of the pages', { authorizationUrl: 'https://consent.example.com', login }],
    ['with people and operators', { people: ['a@example.com'], operators: ['b@example.com'] }],
  ])('has no finding of cdk-nag %s', (_, settings) => {
    expect(synthesized(settings).findings).toEqual([]);
  });

  it('deploys the functions of the catalog and no helper beside them', () => {
    const names = main.ofType('AWS::Lambda::Function').map(([, { Properties }]) => text(Properties));
    expect(names).toHaveLength(functionNames.length);
    for (const name of functionNames) {
      expect(names.some((each) => each.includes(`"FunctionName":"gateloop-main-${name}"`))).toBe(true);
    }
  });

  it('runs every function on Node 24 and arm64, traced, with JSON logs', () => {
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
  ])('adds the OpenTelemetry layer %s where addresses are no secrets, started by %s', (layer, script) => {
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
  });

  it('adds no layer and no wrapper without the setting', () => {
    expect(main.text).not.toMatch(/AWS_LAMBDA_EXEC_WRAPPER|"Layers"/);
  });

  it('gives every function and every workflow a role of its own', () => {
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

  it('deploys every workflow with nothing left to fill in, logged without its data', () => {
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

  it('makes the key for webhooks, opens it to its own functions, and tells the one that signs where it is', () => {
    const [[, { Properties }] = ['', { Properties: {} }]] = main.ofType('AWS::SecretsManager::Secret');
    const name = 'gateloop/main/webhook-signing-key';
    expect(Properties).toMatchObject({
      Name: name,
      GenerateSecretString: { PasswordLength: 44, ExcludePunctuation: true },
    });
    expect(text(Properties)).toContain('{"Key":"gateloop","Value":"main"}');
    const knowing = main
      .ofType('AWS::Lambda::Function')
      .filter(([, each]) => text(each.Properties).includes(`"SIGNING_KEY_SECRET":"${name}"`));
    expect(knowing.map(([id]) => id)).toEqual([expect.stringContaining('notify')]);
  });

  it('slows down whoever tries links one after another', () => {
    const [[, { Properties }] = ['', { Properties: {} }]] = main.ofType('AWS::ApiGatewayV2::Stage');
    expect(Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
  });

  it('asks nobody to log in, unless the environment names a provider', () => {
    expect(main.ofType('AWS::ApiGatewayV2::Authorizer')).toEqual([]);
    for (const [, { Properties }] of main.ofType('AWS::ApiGatewayV2::Route'))
      expect(Properties).toMatchObject({ AuthorizationType: 'NONE' });
  });

  it('lets nobody without a token of the provider to any page', () => {
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
    expect(routes).toHaveLength(main.ofType('AWS::ApiGatewayV2::Route').length);
    for (const [, { Properties }] of routes)
      expect(Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: id } });
  });

  it('keeps what a rule or a schedule could not start', () => {
    const triggers = [...main.ofType('AWS::Events::Rule'), ...main.ofType('AWS::Scheduler::Schedule')];
    expect(triggers).toHaveLength(rules.length + schedules.length);
    for (const [id, { Properties }] of triggers) expect(text(Properties), id).toContain('DeadLetter');
  });

  it('hears of uploads without a helper function', () => {
    const [bucket] = main.ofType('AWS::S3::Bucket').filter(([, each]) => text(each).includes('EventBridge'));
    expect(bucket?.[1].Properties).toMatchObject({
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(main.ofType('Custom::S3BucketNotifications')).toEqual([]);
  });

  it('keeps the ledger restorable, and pays for it by the request', () => {
    const [[, { Properties }] = ['', { Properties: {} }]] = main.ofType('AWS::DynamoDB::Table');
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { Enabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('keeps data when the stack goes, unless the environment says otherwise', () => {
    const stores = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::Logs::LogGroup'];
    const policies = (keepData: boolean) => {
      const { ofType } = synthesized({ keepData });
      return new Set(stores.flatMap(ofType).map(([, { DeletionPolicy }]) => DeletionPolicy));
    };
    expect(policies(true)).toEqual(new Set(['Retain']));
    expect(policies(false)).toEqual(new Set(['Delete']));
  });

  it('shares no name between two environments of one account', () => {
    const names = (environment: string) => {
      const { resources } = synthesized({}, environment);
      return Object.values(resources).flatMap(({ Properties }) =>
        Object.entries(Properties ?? {})
          .filter(([property]) => /^(\w+Name|Name)$/.test(property))
          .map(([property, value]) => text([property, value])),
      );
    };
    const [one, other] = [names('main'), names('staging')];
    const shared = one.filter((name) => other.includes(name));
    // Schedules are named within a group, and stages within an API.
    expect(shared.filter((name) => /gateloop/.test(name))).toEqual([]);
  });

  it('sends people what is addressed to them, however their address is spelt, and operators the rest', () => {
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

  it('encrypts everything with the one key where an environment wants its own', () => {
    const { ofType } = synthesized({ customerManagedKey: true });
    const encrypted = [
      'AWS::SQS::Queue',
      'AWS::SNS::Topic',
      'AWS::DynamoDB::Table',
      'AWS::Logs::LogGroup',
      'AWS::Lambda::Function',
      'AWS::Events::EventBus',
      'AWS::SecretsManager::Secret',
    ];
    for (const [id, { Properties }] of encrypted.flatMap(ofType)) {
      expect(text(Properties), id).toMatch(/"(Ref|Fn::GetAtt)":\[?"Key/);
    }
  });
});

describe('alarms', () => {
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
    '$name tells operators, and leads to a section that says what to do',
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
  ])('rings when %s', (name) => {
    expect(alarms.map((alarm) => alarm.name)).toContain(`gateloop-main-${name}`);
  });

  it('has no section in the runbook that no alarm leads to', () => {
    const linked = new Set(alarms.map(({ description }) => description.replace(/^.*#/, '')));
    for (const anchor of sections.keys()) if (anchor !== 'commands') expect(linked).toContain(anchor);
  });
});
