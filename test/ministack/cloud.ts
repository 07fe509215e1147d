import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  NoSuchKey,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { GUARDRAILS_KEY } from '../../core/storage/keys.ts';
import { type RunningExamples, startExamples } from '../../examples/startExamples.ts';
import { keyPolicy } from '../../infra/keyPolicy.ts';
import { type AgentCore, startAgentCore } from '../../local/agentcore/server.ts';
import { ACCOUNT, REGION } from '../../local/aws/account.ts';
import { ScaledClock } from '../../local/simulation/clock.ts';
import { Store } from '../../local/simulation/store.ts';
import { importRetained } from './importRetained.ts';
import { type MiniStack, startMiniStack } from './miniStack.ts';
import { waitFor } from './waitFor.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Gateloop deployed on MiniStack, with the AgentCore emulator in this process. */
export interface Cloud {
  readonly miniStack: MiniStack;
  readonly agentCore: AgentCore;
  /** Settings for SDK clients in this process. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly requestHandler: { readonly httpsAgent: Agent };
  };
  /** The outputs of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Uploads a workspace, its manifest last. `edit` may change the text of each file. */
  upload(name: string, directory: string, edit?: (path: string, text: string) => string): Promise<void>;
  /** Reads an object of the spec bucket as JSON. Resolves to undefined when there is none. */
  document(key: string): Promise<Record<string, unknown> | undefined>;
  stateMachineArn(workflow: string): string;
  /** Deploys another environment. Resolves to the outputs of its stack. */
  deploy(environment: string): Promise<Readonly<Record<string, string>>>;
  /**
   * Deploys an environment that was removed without its data. Resolves to the types of the resources that the deployment
   * imported, by name.
   */
  deployAgain(environment: string): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

export interface CloudOptions {
  readonly environment?: string;
  /**
   * The settings of environments, by name; by default, what the example workspaces need.
   *
   * @param kmsKeyArn a key of the account, with the policy that Gateloop needs
   */
  readonly environments?: (kmsKeyArn: string) => Readonly<Record<string, object>>;
}

/** The settings of a deployment that the example workspaces need: the stage of a REST API that a target exports. */
export const exampleSettings = { restApis: ['a1b2c3d4e5/live'] };

/** Starts both emulators, and deploys with the command that deploys to AWS. */
export async function startCloud({
  environment = 'main',
  environments = () => ({ [environment]: exampleSettings }),
}: CloudOptions = {}): Promise<Cloud> {
  // The emulator reads schemas from MiniStack, which starts later because it needs the emulator's URL.
  const reader: { s3?: S3Client } = {};
  const examples = await startExamples();
  const store = new Store(':memory:');
  const agentCore = await startAgentCore({
    clock: new ScaledClock(1, Date.now()),
    store,
    behaviors: { unreachable: 'accepted' },
    // The issues server requires a person's token. Without its endpoint, the emulator plays both the provider and the server.
    endpoints: Object.fromEntries(
      Object.entries(examples.endpoints).filter(([endpoint]) => !endpoint.endsWith('/issues')),
    ),
    readObject: async (uri) => reader.s3 && (await readUri(reader.s3, uri)),
  });
  const miniStack = await startMiniStack({
    waitScale: 0.5,
    environment: {
      AWS_ENDPOINT_URL_BEDROCK_AGENTCORE: agentCore.url,
      AWS_ENDPOINT_URL_AGENT_REGISTRY_CONTROL: agentCore.url,
      AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL: agentCore.url,
    },
  });
  const client = {
    endpoint: miniStack.url,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { httpsAgent: miniStack.agent },
  };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  reader.s3 = s3;
  const cloudFormation = new CloudFormationClient(client);
  const kmsKeyArn = await createToolkit(cloudFormation, examples, environment);
  const folder = writeEnvironments(environments(kmsKeyArn));
  const deployNamed = async (name: string) => {
    const deployed = await deploy({ name, folder }, miniStack, cloudFormation);
    const Bucket = deployed.SpecBucketName ?? '';
    await openSpecBucket(Bucket, s3);
    // Allows everything: guardrails have tests of their own.
    await s3.send(new PutObjectCommand({ Bucket, Key: GUARDRAILS_KEY, Body: openGuardrailsFile }));
    return deployed;
  };
  const outputs = await deployNamed(environment);
  const bucket = outputs.SpecBucketName ?? '';
  return {
    miniStack,
    agentCore,
    client,
    outputs,
    async upload(name, directory, edit = (_, text) => text) {
      for (const path of filesIn(directory)) {
        const text = edit(path, readFileSync(join(directory, path), 'utf8'));
        await s3.send(
          new PutObjectCommand({ Bucket: bucket, Key: `workspaces/${name}/${path}`, Body: text }),
        );
      }
    },
    async document(key) {
      const bytes = await readUri(s3, `s3://${bucket}/${key}`);
      return bytes && JSON.parse(new TextDecoder().decode(bytes));
    },
    stateMachineArn: (workflow) =>
      `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:gateloop-${environment}-${workflow}`,
    deploy: deployNamed,
    async deployAgain(name) {
      await cdkDeploy({ name, folder }, miniStack, ['--method', 'prepare-change-set']);
      return importRetained(`gateloop-${name}`, cloudFormation, s3);
    },
    async close() {
      await miniStack.close();
      await agentCore.close();
      await examples.close();
      store.close();
    },
  };
}

/**
 * Creates what `cdk bootstrap` creates in an account, without the roles: MiniStack denies CDK's publishing role access to
 * the bucket, and without roles CDK uses the caller's credentials, which are root's. The stack also has a key, and the
 * secrets that the example manifests name, tagged for the environment.
 *
 * @returns the ARN of the key
 */
async function createToolkit(
  cloudFormation: CloudFormationClient,
  { secrets }: RunningExamples,
  environment: string,
): Promise<string> {
  const secretResources = Object.entries(secrets).map(([Name, SecretString], index) => [
    `Secret${index}`,
    {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name, SecretString, Tags: [{ Key: 'gateloop', Value: environment }] },
    },
  ]);
  const template = {
    Resources: {
      Assets: {
        Type: 'AWS::S3::Bucket',
        Properties: { BucketName: `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}` },
      },
      Version: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value: '30' },
      },
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: { KeyPolicy: keyPolicy({ partition: 'aws', account: ACCOUNT, region: REGION }) },
      },
      ...Object.fromEntries(secretResources),
    },
    Outputs: { KeyArn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
  };
  const StackName = 'CDKToolkit';
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
  await waitFor('the toolkit stack', () => isComplete(cloudFormation, StackName));
  return (await outputsOf(StackName, cloudFormation)).KeyArn ?? '';
}

/** @returns the folder with one file for each environment */
function writeEnvironments(settings: Readonly<Record<string, object>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-environments-'));
  for (const [name, each] of Object.entries(settings))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(each));
  return folder;
}

async function isComplete(cloudFormation: CloudFormationClient, StackName: string): Promise<boolean> {
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  if (stack?.StackStatus?.includes('ROLLBACK'))
    throw new Error(`${StackName}: ${stack.StackStatus} ${stack.StackStatusReason ?? ''}`);
  return stack?.StackStatus === 'CREATE_COMPLETE';
}

interface DeployedEnvironment {
  readonly name: string;
  /** The folder with the settings of environments. */
  readonly folder: string;
}

/** Runs the command that deploys to AWS. */
async function cdkDeploy(
  { name, folder }: DeployedEnvironment,
  { environment }: MiniStack,
  more: readonly string[] = [],
): Promise<void> {
  const options = ['--context', `env=${name}`, '--require-approval', 'never', '--progress', 'events'];
  options.push('--import-existing-resources', ...more);
  options.push('--context', `environments=${folder}`);
  // Keeps a developer's own cdk.out as it is.
  const output = ['--output', join(ROOT, 'node_modules/.cache/gateloop/cdk.out')];
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/cdk'), ['deploy', ...options, ...output], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      ...environment,
    },
    maxBuffer: 64 * 1024 * 1024,
  });
}

async function deploy(
  deployed: DeployedEnvironment,
  miniStack: MiniStack,
  cloudFormation: CloudFormationClient,
): Promise<Record<string, string>> {
  await cdkDeploy(deployed, miniStack);
  const { name } = deployed;
  return outputsOf(`gateloop-${name}`, cloudFormation);
}

async function outputsOf(
  StackName: string,
  cloudFormation: CloudFormationClient,
): Promise<Record<string, string>> {
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

/**
 * Takes the statements from the policy of a spec bucket that except roles by their ids, since MiniStack puts the name of a
 * role in the place of the id in the session of a function, and the one that lets operators alone write the guardrails.
 */
async function openSpecBucket(Bucket: string, s3: S3Client): Promise<void> {
  const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  const { Statement = [], ...policy }: { Statement?: { Sid?: string }[] } = JSON.parse(Policy);
  const rest = Statement.filter(({ Sid = '' }) => !Sid.startsWith('Only'));
  await s3.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ ...policy, Statement: rest }) }),
  );
}

async function readUri(s3: S3Client, uri: string): Promise<Uint8Array | undefined> {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .sort((a, b) => Number(a === 'manifest.yaml') - Number(b === 'manifest.yaml') || a.localeCompare(b));
}
