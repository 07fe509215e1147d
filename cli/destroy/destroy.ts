import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { explainedAwsError, notDeployed } from '../awsErrors.ts';
import type { EnvironmentOptions } from '../environmentOptions.ts';
import { CommandError } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { madeResources } from './madeResources.ts';
import { findRemains, type Remain, type RemainsClients } from './remains.ts';
import { Stack } from './stack.ts';

export interface DestroyOptions extends EnvironmentOptions {
  readonly removeData: boolean;
  readonly leaveResources: boolean;
}

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

/** What a destruction came to, as `--json` prints it; with `--dry-run`, what it would come to. */
export interface DestroyResult {
  readonly exitCode: number;
  readonly environment: string;
  /** Whether nothing was done. */
  readonly dryRun: boolean;
  readonly removed: readonly string[];
  readonly kept: readonly string[];
  /** What could not be removed, and why. */
  readonly failures: readonly string[];
}

/** @throws CommandError `NotDeployed`, `ResourcesLeft`, `AwsTrouble` */
export async function destroy(options: DestroyOptions, ports: DestroyPorts): Promise<DestroyResult> {
  try {
    return await new Destruction(options, ports).run();
  } catch (error) {
    throw explainedAwsError(error);
  }
}

class Destruction {
  readonly #options: DestroyOptions;
  readonly #ports: DestroyPorts;
  readonly #stack: Stack;
  readonly #name: string;

  constructor(options: DestroyOptions, ports: DestroyPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#name = `gateloop-${options.environment}`;
    this.#stack = new Stack(this.#name, ports.cloudFormation);
  }

  async run(): Promise<DestroyResult> {
    const { environment, dryRun, yes, removeData } = this.#options;
    const exists = (await this.#stack.status()) !== undefined;
    const remains = await findRemains(environment, this.#ports);
    const loses = removeData || (exists && (await this.#stack.deletesData()));
    if (!exists && !(loses && remains.length > 0)) return this.#nothing(remains);
    await this.#refuseToLeave(exists ? remains : []);
    this.#announce(exists, loses, remains);
    const labels = remains.map(({ label }) => label);
    const all = {
      removed: [...(exists ? [`stack ${this.#name}`] : []), ...(loses ? labels : [])],
      kept: loses ? [] : labels,
    };
    if (dryRun) return this.#result(exitCodes.done, all);
    const question = loses
      ? `Remove ${environment} with its data? That cannot be undone.`
      : `Remove ${environment}?`;
    if (!yes && !(await this.#ports.confirm(question)))
      return this.#result(exitCodes.interrupted, { kept: [...all.removed, ...all.kept] });
    const failures = await this.#remove(exists, loses, remains);
    if (failures.length > 0)
      return this.#result(exitCodes.failed, { kept: [...all.removed, ...all.kept], failures });
    return this.#result(exitCodes.done, all);
  }

  #result(
    exitCode: number,
    parts: Partial<Pick<DestroyResult, 'removed' | 'kept' | 'failures'>>,
  ): DestroyResult {
    const { environment, dryRun } = this.#options;
    return { exitCode, environment, dryRun, removed: [], kept: [], failures: [], ...parts };
  }

  #announce(exists: boolean, loses: boolean, remains: readonly Remain[]): void {
    if (exists) this.#ports.say(`Removes: stack ${this.#name}`);
    for (const { label } of remains) this.#ports.say(`${loses ? 'Removes for good' : 'Keeps'}: ${label}`);
  }

  /** @returns what could not be removed, and why */
  async #remove(exists: boolean, loses: boolean, remains: readonly Remain[]): Promise<readonly string[]> {
    const { say } = this.#ports;
    const failures = exists ? await this.#deleteStack(loses ? remains : []) : [];
    for (const failure of failures) say(`Not removed: ${failure}`);
    if (failures.length > 0) return failures;
    if (loses) await this.#removeRest();
    say(`${this.#name} is gone${loses ? ', with its data' : ''}.`);
    return [];
  }

  #nothing(remains: readonly Remain[]): DestroyResult {
    if (remains.length === 0) throw new CommandError('NotDeployed', notDeployed(this.#options.environment));
    this.#ports.say(`The stack ${this.#name} is gone already. With --remove-data, this goes too:`);
    const kept = remains.map(({ label }) => label);
    for (const label of kept) this.#ports.say(`  ${label}`);
    return this.#result(exitCodes.done, { kept });
  }

  /** Without Gateloop, nothing keeps its resources synchronized, and nothing records that it made them. */
  async #refuseToLeave(remains: readonly Remain[]): Promise<void> {
    const buckets = remains.filter(({ kind }) => kind === 'bucket').map(({ name }) => name);
    const specs = buckets.filter((name) => !name.endsWith('-log'));
    const made = (await Promise.all(specs.map((name) => madeResources(name, this.#ports.s3)))).flat();
    for (const { workspace, addresses } of made)
      this.#ports.say(`Left in AgentCore: ${workspace}: ${addresses.join(', ')}`);
    if (made.length === 0 || this.#options.leaveResources) return;
    throw new CommandError('ResourcesLeft', {
      what: 'Gateloop has made these resources, and nothing would keep them synchronized any more.',
      where: this.#name,
      remedy:
        'Push their workspaces with a manifest that holds only "settings: { prune: true }" first, or give --leave-resources.',
    });
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
