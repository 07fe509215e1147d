import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { controlPlaneShapes, dataPlaneShapes } from '../../../adapters/sdkShapes.ts';
import { constraintTables } from '../../../core/api/constraints.ts';
import type { Shape } from '../../../core/api/shapes.ts';
import { startAgentCore } from '../../../local/agentcore/server.ts';
import { ScaledClock } from '../../../local/simulation/clock.ts';
import { Store } from '../../../local/simulation/store.ts';
import { OPERATIONS } from '../contract/operations.ts';

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
  for (const name of OPERATIONS) {
    const operation = controlPlaneShapes.operation(name) ?? dataPlaneShapes.operation(name);
    if (operation) visit(operation.input);
  }
  return found;
}

/** Runs check.py in a child process while this process serves the emulator. @returns the exit code */
async function check(endpoint: string): Promise<number> {
  const child = spawn(python(), [join(HERE, 'check.py')], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(JSON.stringify({ endpoint, tables: constraintTables, members: membersOfInputs() }));
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}

const store = new Store(':memory:');
const agentCore = await startAgentCore({
  clock: new ScaledClock(SPEED, Date.now()),
  store,
  behaviors: { unreachable: 'accepted' },
  quotas: { ratePerSecond: {} },
});
process.exitCode = await check(agentCore.url);
await agentCore.close();
store.close();
