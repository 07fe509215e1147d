import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ArnFormat, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  ledgerTableName,
  signingKeySecretName,
  specBucketName,
  watchTokenPrefix,
} from '../core/deployedNames.ts';
import { FORMATS_OUTPUT, formatsText } from '../core/storage/storedFormats.ts';
import type { ConsoleSettings } from '../functions/console/consolePorts.ts';
import type { AwsPlace } from '../functions/console/screens/awsConsole.ts';
import { functionCatalog } from '../functions/functionCatalog.ts';
import { functionPackages, packageFile } from '../workflows/packageRoot.ts';
import { workflowNames } from '../workflows/workflowCatalog.ts';
import { Alarms, type MonitoredResources } from './alarms.ts';
import { Dashboard } from './dashboard.ts';
import { type Deployment, type DeploymentSettings, grantsOf, readDeployment } from './deployment.ts';
import { EventLog } from './eventLog.ts';
import { Functions, metricNamespace } from './functions.ts';
import { NotificationTopics } from './notificationTopics.ts';
import { Pages } from './pages.ts';
import { permissions } from './permissions.ts';
import { denyOtherWriters, LedgerTable, SpecBucket } from './stores.ts';
import { DeadLetters, Triggers } from './triggers.ts';
import { Workflows } from './workflows.ts';

export interface GateloopProps extends DeploymentSettings {
  /**
   * Part of every resource's name, so that several environments fit into one account: lower-case letters, digits and hyphens,
   * at most 16.
   *
   * @default main
   */
  readonly environment?: string;
  /**
   * @returns the directory of a function's package
   * @default the packages that come with Gateloop
   */
  readonly bundleOf?: (name: string) => string;
}

/**
 * Gateloop in one environment: stores, notifications, functions and workflows, triggers, monitoring.
 *
 * @throws GateloopError `InvalidDeployment` with every problem of the settings at once
 */
export class Gateloop extends Construct {
  /** The spec bucket, with the uploads of all workspaces. */
  readonly bucket: Bucket;
  /** The bus with the events that Gateloop publishes. */
  readonly eventBus: EventBus;
  /** The address of the pages on which people consent and approve. */
  readonly pagesUrl: string;

  constructor(
    scope: Construct,
    id: string,
    { environment = 'main', bundleOf, ...settings }: GateloopProps = {},
  ) {
    super(scope, id);
    const deployment = readDeployment(environment, settings, `The construct ${this.node.path}`);
    const { keepData, guardrailsWriters } = deployment;
    const name = `gateloop-${environment}`;
    // Literals if the stack has an account and a Region, as names must be that CloudFormation imports by.
    const { account, region, partition } = Stack.of(this);
    Tags.of(this).add('gateloop:environment', environment);
    const key = deployment.kmsKeyArn ? Key.fromKeyArn(this, 'Key', deployment.kmsKeyArn) : undefined;

    // Stores.
    const bucketName = specBucketName(environment, account, region);
    const { bucket } = new SpecBucket(this, 'Specs', {
      ...{ bucketName, key, keepData, account, guardrailsWriters },
    });
    const { table } = new LedgerTable(this, 'Ledger', {
      tableName: ledgerTableName(environment),
      key,
      keepData,
    });
    const eventBus = new EventBus(this, 'Events', {
      eventBusName: name,
      ...(key && { kmsKey: key }),
    });
    new EventLog(this, 'EventLog', { deployment, key, account, eventBus });
    const { queue } = new DeadLetters(this, 'DeadLetters', {
      queueName: `${name}-dead-letters`,
      key,
      account,
    });

    // Notifications and authorization pages.
    const topics = new NotificationTopics(this, 'People', { deployment, key, account });
    const pages = new Pages(this, 'Pages', { deployment, key });

    // Functions and workflows.
    const arns = new Map(
      workflowNames.map((workflow) => [workflow, stateMachineArn(Stack.of(this), `${name}-${workflow}`)]),
    );
    const answersFrom = deployment.login?.answersFrom ?? 'anybody';
    const functions = new Functions(this, 'Functions', {
      deployment,
      key,
      bundleOf: bundleOf ?? ((each) => join(functionPackages, each)),
      settings: {
        SPEC_BUCKET: bucket.bucketName,
        SPEC_BUCKET_OWNER: account,
        LEDGER_TABLE: table.tableName,
        EVENT_BUS: eventBus.eventBusName,
        RECONCILE_STATE_MACHINE: arns.get('reconcile') ?? '',
        PEOPLE_TOPIC: topics.people.topicArn,
        AUTHORIZATION_URL: pages.url,
        HEAL_LIMITS: JSON.stringify(deployment.healLimits),
        CALLER_GRANTS: JSON.stringify(grantsOf(deployment)),
        DEPLOYMENT_ID: deploymentId(deployment),
        ANSWERS_FROM: answersFrom,
        SIGNING_KEY_SECRET: signingKeySecretName(environment),
        SIGNING_KEY_KMS_KEY: deployment.kmsKeyArn ?? 'alias/aws/secretsmanager',
        MCP_SERVERS: JSON.stringify('public'),
        WATCH_TOKENS: watchTokenPrefix(environment),
        STATE_MACHINES: stateMachineArn(Stack.of(this), `${name}-`),
        CONSOLE: JSON.stringify(consoleSettings(deployment, { partition, region, account })),
      },
      scope: {
        environment,
        specBucketArn: bucket.bucketArn,
        ledgerArn: table.tableArn,
        eventBusArn: eventBus.eventBusArn,
        reconcileArn: arns.get('reconcile') ?? '',
        deadLettersArn: queue.queueArn,
        peopleTopicArn: topics.people.topicArn,
        partition,
        region,
        account,
        grants: deployment,
      },
    });
    denyOtherWriters(bucket, functions.writers());
    pages.serve(functions.byName);
    const workflows = new Workflows(this, 'Workflows', {
      deployment,
      key,
      functions: functions.byName,
      arns,
      eventBus: { name: eventBus.eventBusName, arn: eventBus.eventBusArn },
      ledger: { name: table.tableName, arn: table.tableArn },
      peopleTopicArn: topics.people.topicArn,
    });

    // Triggers.
    const stateMachineArns = new Map(
      [...workflows.byName].map(([workflow, machine]) => [workflow, machine.stateMachineArn]),
    );
    const triggers = new Triggers(this, 'Triggers', {
      deployment,
      key,
      account,
      specBucketName: bucket.bucketName,
      eventBusName: eventBus.eventBusName,
      stateMachineArns,
      functions: functions.byName,
      roleArns: {
        ProvisionRoleArn: functions.byName.get('provision')?.role?.roleArn ?? '',
        SyncRoleArn: functions.byName.get('sync')?.role?.roleArn ?? '',
      },
      deadLetters: queue,
    });

    // Monitoring.
    const monitored: MonitoredResources = {
      environment,
      namespace: metricNamespace(deployment),
      stateMachineArns,
      functionNames: new Map([...functions.byName].map(([each, { functionName }]) => [each, functionName])),
      ruleNames: triggers.ruleNames,
      eventBusName: eventBus.eventBusName,
      scheduleGroupName: triggers.scheduleGroupName,
      queueName: queue.queueName,
      tableName: table.tableName,
      topicName: topics.people.topicName,
      apiId: pages.api.ref,
    };
    const { alarms } = new Alarms(this, 'Alarms', monitored, topics.alarms);
    const board = new Dashboard(this, 'Board', monitored, alarms);

    this.bucket = bucket;
    this.eventBus = eventBus;
    this.pagesUrl = pages.url;
    new CfnOutput(this, 'SpecBucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'EventBusName', { value: eventBus.eventBusName });
    new CfnOutput(this, 'PagesUrl', { value: pages.url });
    new CfnOutput(this, 'AnswersFrom', { value: answersFrom });
    new CfnOutput(this, 'Version', { value: packageFile.version });
    if (pages.domainTarget !== undefined)
      new CfnOutput(this, 'PagesDomainTarget', { value: pages.domainTarget });
    new CfnOutput(this, 'PeopleTopicArn', { value: topics.people.topicArn });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, FORMATS_OUTPUT, { value: formatsText() });
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${region}.console.aws.amazon.com/cloudwatch/home#dashboards:name=${board.name}`,
    });
  }
}

/** Changes with the version of Gateloop, the settings and the rights of the functions, wherever they are deployed. */
function deploymentId(deployment: Deployment): string {
  const anywhere = {
    specBucketArn: '',
    ledgerArn: '',
    eventBusArn: '',
    reconcileArn: '',
    deadLettersArn: '',
    peopleTopicArn: '',
  };
  const { environment } = deployment;
  const scope = { ...anywhere, environment, partition: '', region: '', account: '', grants: deployment };
  const rights = Object.values(functionCatalog).map((entry) =>
    entry.permissions.flatMap((permission) => permissions[permission](scope)),
  );
  return createHash('sha256')
    .update(JSON.stringify([packageFile.version, deployment, rights]))
    .digest('hex')
    .slice(0, 16);
}

/** Without a login the console has no route, and without a person its rules show nothing. */
function consoleSettings(
  { environment, operators, login }: Deployment,
  place: Omit<AwsPlace, 'environment'>,
): ConsoleSettings {
  return {
    environment,
    readers: { operators, ...(login?.groups && { groups: login.groups }) },
    links: [],
    aws: { ...place, environment },
  };
}

function stateMachineArn(scope: Stack, name: string): string {
  return scope.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
