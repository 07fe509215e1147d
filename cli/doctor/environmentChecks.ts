import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { paginateListStateMachines, type SFNClient } from '@aws-sdk/client-sfn';
import type { Statement } from '../../core/iam/statement.ts';
import type { CollectionReport, Ledger } from '../../core/ports/ledger.ts';
import { type ReadShortages, readsPerSecond, shortMinutes } from '../../core/reconcile/callRate.ts';
import { prefixes } from '../../core/storage/keys.ts';
import { FORMATS_OUTPUT, formatDifferences } from '../../core/storage/storedFormats.ts';
import { workflowNames } from '../../workflows/workflowCatalog.ts';
import { notDeployed } from '../awsErrors.ts';
import type { CommandRights } from './accountChecks.ts';
import type { Check, Finding } from './doctor.ts';

/** The parts of an environment that commands use. */
export interface EnvironmentParts {
  readonly ledger: Pick<Ledger, 'readSuspension' | 'readCollection' | 'readShortages'>;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly sfn: SFNClient;
  /** What the names of the state machines begin with. */
  readonly prefix: string;
}

/** A deployed stack. */
export interface DeployedStack {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export function stackCheck(
  environment: string,
  version: string,
  stack: () => Promise<DeployedStack | undefined>,
): Check {
  return {
    name: 'Environment',
    isEssential: true,
    run: async () => {
      const found = await stack();
      if (!found) {
        const { what, remedy = '' } = notDeployed(environment);
        return [{ state: 'failed', found: what, remedy: `${remedy} To deploy it: gateloop deploy.` }];
      }
      return [statusFinding(environment, found.status), ...versionFindings(version, found)];
    },
  };
}

function statusFinding(environment: string, status: string): Finding {
  const found = `The stack gateloop-${environment} is ${status}.`;
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return { state: 'ok', found };
  if (status.endsWith('_IN_PROGRESS'))
    return { state: 'warning', found, remedy: 'Wait until the deployment has ended.' };
  const remedy = 'Read the first failed event of the stack, mend its cause, and deploy again.';
  return { state: status === 'UPDATE_ROLLBACK_COMPLETE' ? 'warning' : 'failed', found, remedy };
}

function versionFindings(version: string, { outputs }: DeployedStack): Finding[] {
  const { Version: deployed } = outputs;
  const remedy = `Deploy version ${version}, or run the commands of the deployed one: npx gateloop@${deployed ?? 'VERSION'}.`;
  if (deployed === version) return [{ state: 'ok', found: `Version ${version} is deployed.` }];
  const differences = deployed === undefined ? [] : formatDifferences(outputs[FORMATS_OUTPUT]);
  return [
    {
      state: 'warning',
      found: `This is version ${version}, and ${deployed === undefined ? 'an earlier one that does not state its version' : `version ${deployed}`} is deployed.`,
      remedy,
    },
    ...differences.map((found): Finding => ({ state: 'warning', found, remedy })),
  ];
}

/**
 * Whether the parts answer to this caller, and what the ledger says of the environment.
 *
 * @param now in ms since the epoch
 */
export function partChecks(parts: () => EnvironmentParts, now: () => number = Date.now): Check[] {
  return [
    {
      name: 'Ledger',
      run: async () => {
        // No workspace has this name: what is found is the suspension of all.
        const suspension = await parts().ledger.readSuspension('shared');
        if (!suspension) return [{ state: 'ok', found: 'It can be read.' }];
        const { since, reason } = suspension;
        return [
          {
            state: 'warning',
            found: `Changes of all workspaces are suspended since ${new Date(since).toISOString()}${reason === undefined ? '' : `: ${reason}`}.`,
            remedy: 'To go on: gateloop resume.',
          },
        ];
      },
    },
    {
      name: 'Spec bucket',
      run: async () => {
        const { s3, bucket } = parts();
        await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefixes.outcomes, MaxKeys: 1 }));
        return [{ state: 'ok', found: `${bucket} can be listed.` }];
      },
    },
    { name: 'Workflows', run: async () => [await workflowFinding(parts())] },
    {
      name: 'Collection',
      run: async () => [collectionFinding(await parts().ledger.readCollection(), now())],
    },
    { name: 'Reads', run: async () => readFindings(await parts().ledger.readShortages(), now()) },
  ];
}

/** It runs once a day: one may be missing because of a fault, two are not. In ms. */
const COLLECTION_OVERDUE = 2 * 86_400_000;

function collectionFinding(report: CollectionReport | undefined, now: number): Finding {
  if (!report) return { state: 'ok', found: 'None has run yet; one runs each day.' };
  const { ranAt, listed, objects, bytes, rows, workspaces } = report;
  const found = `At ${new Date(ranAt).toISOString()}, it deleted what nothing needed: ${objects} of ${listed} objects (${bytes} bytes), ${rows} items of the ledger, and what ${workspaces} ${workspaces === 1 ? 'workspace' : 'workspaces'} had left.`;
  if (now - ranAt < COLLECTION_OVERDUE) return { state: 'ok', found };
  return {
    state: 'warning',
    found: `${found} Since then, none has ended.`,
    remedy:
      'What has become old since stays. Read the log of the function "collect", mend the cause, and invoke it: docs/reliability.md has the call.',
  };
}

/** Minutes of an hour. With fewer, each scan of the fleet and each large upload uses up what there is for a while. */
const OFTEN_SHORT = 30;

function readFindings(shortages: ReadShortages, now: number): Finding[] {
  const findings = Object.entries(shortages).flatMap(([operation, minutes]): Finding[] => {
    const count = shortMinutes(minutes, now);
    const found = `"${operation}" was wanted more often than ${READS} times a second in ${count} of the last 60 minutes.`;
    if (count === 0) return [];
    if (count < OFTEN_SHORT) return [{ state: 'ok', found: `${found} Polls have waited.` }];
    const remedy =
      'Nothing fails for it, but passes take longer. Synchronize less often (settings.resync), or move workspaces to another account.';
    return [{ state: 'warning', found, remedy }];
  });
  if (findings.length > 0) return findings;
  return [{ state: 'ok', found: 'The account had enough of them in the last hour.' }];
}

/** Of each operation. */
const READS = readsPerSecond['get gateway'];

async function workflowFinding({ sfn, prefix }: EnvironmentParts): Promise<Finding> {
  const names = new Set<string>();
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {}))
    for (const { name = '' } of stateMachines) names.add(name);
  const missing = workflowNames.filter((name) => !names.has(`${prefix}${name}`));
  if (missing.length === 0) return { state: 'ok', found: `All ${workflowNames.length} are there.` };
  return {
    state: 'failed',
    found: `These are missing: ${missing.join(', ')}.`,
    remedy: 'Deploy again, which restores them.',
  };
}

/** What the commands do with an environment, for IAM's simulator. The ARNs are those that the stack gives. */
export function commandRights(
  environment: string,
  {
    partition,
    region,
    account,
    bucket,
  }: Readonly<Record<'partition' | 'region' | 'account' | 'bucket', string>>,
): CommandRights[] {
  const name = `gateloop-${environment}`;
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const files = `arn:${partition}:s3:::${bucket}`;
  const ledger = arn('dynamodb', `table/${name}-ledger`);
  const bus = arn('events', `event-bus/${name}`);
  const agentCore = (...actions: readonly string[]): Statement => ({
    actions: actions.map((action) => `bedrock-agentcore:${action}`),
    resources: ['*'],
  });
  const event = (...types: readonly string[]): Statement => ({
    actions: ['events:PutEvents'],
    resources: [bus],
    conditions: { StringEquals: { 'events:detail-type': types, 'events:source': 'gateloop.cli' } },
  });
  const inBucket = (actions: readonly string[], keys: string): Statement => ({
    actions: actions.map((action) => `s3:${action}`),
    resources: [`${files}/${keys}*`],
  });
  return [
    {
      commands: 'status, waiting, plan',
      statements: [
        { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [ledger] },
        inBucket(['GetObject'], prefixes.outcomes),
        agentCore('ListGateways', 'GetGateway', 'ListGatewayTargets', 'GetGatewayTarget'),
      ],
    },
    {
      commands: 'push',
      statements: [inBucket(['PutObject', 'DeleteObject', 'GetObject'], prefixes.uploads)],
    },
    {
      commands: 'history, rollback',
      statements: [
        { actions: ['s3:ListBucketVersions'], resources: [files] },
        inBucket(['GetObjectVersion'], prefixes.uploads),
      ],
    },
    {
      commands: 'reconcile, retry, sync',
      statements: [event('Reconcile Requested', 'Retry Requested', 'Sync Requested')],
    },
    {
      commands: 'answer',
      statements: [event('Authorization Completed'), inBucket(['GetObject'], prefixes.requestDetails)],
    },
    {
      commands: 'suspend, resume, heal',
      statements: [
        { actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], resources: [ledger] },
        { actions: ['states:StartExecution'], resources: [arn('states', `stateMachine:${name}-reconcile`)] },
      ],
    },
  ];
}
