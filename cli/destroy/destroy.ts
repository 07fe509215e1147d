import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GateloopError } from '../../core/errors.ts';
import { explainedAwsError } from '../awsTrouble.ts';
import { type CommandOptions, DECLINED, invalid } from '../commandLine.ts';
import { madeResources } from './madeResources.ts';
import { findRemains, type Remain, type RemainsClients } from './remains.ts';
import { Stack } from './stack.ts';

export const help = `Removes an environment from the account.

Usage: npm run destroy -- [--env main] [options]

  --env NAME         the environment (main)
  --remove-data      remove for good, too: the buckets with every version, the ledger, the key for webhooks, the logs
  --leave-resources  go on though Gateloop has made gateways, targets … in AgentCore that would be left behind
  --dry-run          say what would be removed, and do nothing
  --yes              do not ask
  --help             this text

Without --remove-data, what holds data stays, and the next deployment takes it up again; unless the environment was
deployed with "keepData": false. To have Gateloop delete what it made in AgentCore, push each workspace with a manifest
that holds nothing but "settings: { prune: true }" first.

Exit code: 0 removed · 1 something could not be removed · 2 wrongly asked for · 130 declined
`;

export type DestroyFlag = 'remove-data' | 'leave-resources';
export const destroyFlags: readonly DestroyFlag[] = ['remove-data', 'leave-resources'];

export interface DestroyPorts extends RemainsClients {
  readonly cloudFormation: CloudFormationClient;
  readonly say: (line: string) => void;
  readonly confirm: (question: string) => Promise<boolean>;
  /** Lets time pass until the next look. */
  readonly pause: () => Promise<void>;
}

/**
 * How often a stack is deleted whose buckets it is to take with it: CloudFormation deletes no bucket that holds
 * anything, and the log of accesses comes in with minutes of delay.
 */
const ATTEMPTS = 3;

/** @returns the exit code */
export async function destroy(options: CommandOptions<DestroyFlag>, ports: DestroyPorts): Promise<number> {
  if (options.words.length > 0)
    throw invalid(`"${options.words.join(' ')}" means nothing here; give the environment with --env`);
  try {
    return await new Destruction(options, ports).run();
  } catch (error) {
    throw explainedAwsError(error);
  }
}

class Destruction {
  readonly #options: CommandOptions<DestroyFlag>;
  readonly #ports: DestroyPorts;
  readonly #stack: Stack;
  readonly #name: string;

  constructor(options: CommandOptions<DestroyFlag>, ports: DestroyPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#name = `gateloop-${options.environment}`;
    this.#stack = new Stack(this.#name, ports.cloudFormation);
  }

  async run(): Promise<number> {
    const { environment, dryRun, yes, flags } = this.#options;
    const exists = (await this.#stack.status()) !== undefined;
    const remains = await findRemains(environment, this.#ports);
    const loses = flags.has('remove-data') || (exists && (await this.#stack.deletesData()));
    if (!exists && !(loses && remains.length > 0)) return this.#nothing(remains);
    await this.#refuseToLeave(exists ? remains : []);
    this.#tell(exists, loses, remains);
    if (dryRun) return 0;
    const question = loses
      ? `Remove ${environment} with its data? That cannot be undone.`
      : `Remove ${environment}?`;
    if (!yes && !(await this.#ports.confirm(question))) return DECLINED;
    return this.#remove(exists, loses, remains);
  }

  #tell(exists: boolean, loses: boolean, remains: readonly Remain[]): void {
    if (exists) this.#ports.say(`Removes: stack ${this.#name}`);
    for (const { label } of remains) this.#ports.say(`${loses ? 'Removes for good' : 'Keeps'}: ${label}`);
  }

  async #remove(exists: boolean, loses: boolean, remains: readonly Remain[]): Promise<number> {
    const { say } = this.#ports;
    const failures = exists ? await this.#deleteStack(loses ? remains : []) : [];
    for (const failure of failures) say(`Not removed: ${failure}`);
    if (failures.length > 0) return 1;
    if (loses) await this.#removeRest();
    say(`${this.#name} is gone${loses ? ', with its data' : ''}.`);
    return 0;
  }

  #nothing(remains: readonly Remain[]): number {
    const { environment } = this.#options;
    if (remains.length === 0)
      throw new GateloopError(
        'NotDeployed',
        `There is no environment ${environment} in this account and Region. Name another with --env, or set AWS_REGION or AWS_PROFILE.`,
      );
    this.#ports.say(`The stack ${this.#name} is gone already. With --remove-data, this goes too:`);
    for (const { label } of remains) this.#ports.say(`  ${label}`);
    return 0;
  }

  /** Without Gateloop, nobody keeps what it made in step, nor knows that it made it. */
  async #refuseToLeave(remains: readonly Remain[]): Promise<void> {
    const { flags } = this.#options;
    const buckets = remains.filter(({ kind }) => kind === 'bucket').map(({ name }) => name);
    const specs = buckets.filter((name) => !name.endsWith('-log'));
    const made = (await Promise.all(specs.map((name) => madeResources(name, this.#ports.s3)))).flat();
    for (const { workspace, addresses } of made)
      this.#ports.say(`Left in AgentCore: ${workspace}: ${addresses.join(', ')}`);
    if (made.length === 0 || flags.has('leave-resources')) return;
    throw new GateloopError(
      'ResourcesLeft',
      'Gateloop has made these, and nobody would keep them in step any more. Push their workspaces with a manifest that holds only "settings: { prune: true }" first, or give --leave-resources.',
    );
  }

  /** @returns what could not be deleted */
  async #deleteStack(remains: readonly Remain[]): Promise<readonly string[]> {
    const { say, pause } = this.#ports;
    const buckets = remains.filter(({ kind }) => kind === 'bucket');
    let failures: readonly string[] = [];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      say(`Deleting the stack ${this.#name} …`);
      failures = await this.#stack.delete(pause);
      if (failures.length === 0 || buckets.length === 0) return failures;
      // By now nothing runs any more that would write into them.
      for (const { empty } of buckets) await empty();
    }
    return failures;
  }

  async #removeRest(): Promise<void> {
    for (const { label, remove } of await findRemains(this.#options.environment, this.#ports)) {
      await remove();
      this.#ports.say(`Removed: ${label}`);
    }
  }
}
