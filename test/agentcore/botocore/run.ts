import { execFileSync, spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Option } from 'commander';
import { agentRegistryShapes, controlPlaneShapes, dataPlaneShapes } from '../../../adapters/sdkShapes.ts';
import { constraintTables } from '../../../core/api/constraints.ts';
import type { Shape } from '../../../core/api/shapes.ts';
import { startAgentCore } from '../../../local/agentcore/server.ts';
import { ScaledClock } from '../../../local/simulation/clock.ts';
import { Store } from '../../../local/simulation/store.ts';
import { runScript } from '../../../scripts/runScript.ts';
import { OPERATIONS, operationNamed } from '../contract/operations.ts';
import { clientRequests } from './agentRegistryRequests.ts';
import { commandProblems, documentedCommands } from './documentedCommands.ts';
import { gapList, missingMembers, missingOperations, type ServiceModel, withGapList } from './modelGaps.ts';
import { publishWithBoto3 } from './publishing.ts';

/** Simulated seconds per real second: fast for the test, yet slow enough to observe statuses in progress. */
const SPEED = 100;
const ENVIRONMENT = join('.gateloop', 'botocore');
const HERE = import.meta.dirname;

/** The Python of a virtual environment with the boto3 of requirements.txt. */
function python(): string {
  const executable = join(ENVIRONMENT, 'bin', 'python');
  if (!existsSync(executable)) execFileSync('python3', ['-m', 'venv', ENVIRONMENT], { stdio: 'inherit' });
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const pinned = ['--no-deps', '--require-hashes', '--requirement', join(HERE, 'requirements.txt')];
  execFileSync(executable, [...install, ...pinned], { stdio: 'inherit' });
  return executable;
}

/** The members of every structure in the inputs of the emulated operations, from the SDK's schemas. */
function membersOfInputs(): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const visit = (shape: Shape): void => {
    if (shape.type === 'list') visit(shape.element);
    else if (shape.type === 'map') visit(shape.value);
    else if ((shape.type === 'structure' || shape.type === 'union') && !found[shape.name]) {
      found[shape.name] = [...shape.members.keys()];
      for (const member of shape.members.values()) visit(member.shape);
    }
  };
  for (const name of OPERATIONS) visit(operationNamed(name).operation.input);
  return found;
}

/** Runs check.py in a child process while this process serves the emulator. @returns the exit code */
async function check(endpoint: string): Promise<number> {
  const child = spawn(python(), [join(HERE, 'check.py')], { stdio: ['pipe', 'inherit', 'inherit'] });
  const requests = await clientRequests();
  const settings = { endpoint, tables: constraintTables, members: membersOfInputs(), requests };
  child.stdin.end(JSON.stringify(settings));
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}

const DOCUMENT = 'docs/emulator.md';

function serviceModel(service: string): ServiceModel {
  const model = findModel(service);
  if (!model) throw new Error(`botocore has no model of ${service}`);
  return model;
}

function findModel(service: string): ServiceModel | undefined {
  const pattern = join(
    ENVIRONMENT,
    `lib/python3*/site-packages/botocore/data/${service}/*/service-2.json.gz`,
  );
  const newest = globSync(pattern).sort().at(-1);
  return newest === undefined ? undefined : JSON.parse(gunzipSync(readFileSync(newest)).toString('utf8'));
}

/** Checks the commands of the AWS CLI in the documents against botocore's models. @returns the exit code */
function checkDocumentedCommands(): number {
  const files = ['README.md', ...globSync('docs/*.md'), ...globSync('examples/**/*.md')];
  const commands = files.flatMap((file) => documentedCommands(file, readFileSync(file, 'utf8')));
  const problems = commandProblems(commands, findModel);
  console.log(`The documents have ${commands.length} commands of the AWS CLI`);
  for (const problem of problems) console.error(problem);
  return problems.length > 0 ? 1 : 0;
}

/** @returns 1 if the client of Agent Registry lacks a member of its operations that botocore's model has */
function checkAgentRegistryMembers(): number {
  const missing = missingMembers(
    serviceModel('agent-registry-control'),
    agentRegistryShapes,
    agentRegistryShapes.operationNames,
  );
  for (const { structure, members } of missing) {
    console.error(
      `adapters/agentRegistry: ${structure} lacks ${members.join(', ')}; add them as the model has them`,
    );
  }
  return missing.length > 0 ? 1 : 0;
}

/** Compares the list in `DOCUMENT` of what the SDK lacks with botocore's models. @returns the exit code */
function checkModelGaps(write: boolean): number {
  const planes = [
    { model: serviceModel('bedrock-agentcore-control'), sdk: controlPlaneShapes },
    { model: serviceModel('bedrock-agentcore'), sdk: dataPlaneShapes },
  ];
  const operations = planes.flatMap(({ model, sdk }) => missingOperations(model, sdk.operationNames)).sort();
  const structures = planes.flatMap(({ model, sdk }) => missingMembers(model, sdk, OPERATIONS));
  const before = readFileSync(DOCUMENT, 'utf8');
  const after = withGapList(before, gapList(operations, structures));
  console.log(
    `The SDK lacks ${operations.length} operations, and members of ${structures.length} structures`,
  );
  if (before === after) return 0;
  if (write) {
    writeFileSync(DOCUMENT, after);
    return 0;
  }
  console.error(`${DOCUMENT} lists other members; write the new list with npm run test:botocore -- --write`);
  return 1;
}

async function compare(write: boolean): Promise<number> {
  const store = new Store(':memory:');
  const agentCore = await startAgentCore({
    clock: new ScaledClock(SPEED, Date.now()),
    store,
    behaviors: { unreachable: 'accepted' },
    // A third of a real second: the test calls a gateway that is still in CREATING.
    latencies: { CreateGateway: { min: 30_000, max: 30_000 } },
    quotas: { ratePerSecond: {} },
  });
  const wireFailed = await check(agentCore.url);
  const failed =
    checkModelGaps(write) || checkDocumentedCommands() || checkAgentRegistryMembers() || wireFailed;
  await agentCore.close();
  store.close();
  await publishWithBoto3(python());
  console.log('Records published with boto3 were asked about, approved, rejected and consented to');
  return failed;
}

await runScript<{ readonly write: boolean }>({
  name: 'test:botocore',
  summary: 'compare the emulator, and what the documents say of it, with the models of botocore',
  options: [new Option('--write', `write the list of what the SDK lacks into ${DOCUMENT}`)],
  examples: { '--write': 'after an update of the SDK or of botocore' },
  exits: { done: 'they agree', failed: 'they differ' },
  run: ({ write }) => compare(write),
});
