import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { explainedAwsError, notDeployed } from '../awsErrors.ts';
import type { EnvironmentOptions, Prompt } from '../environmentOptions.ts';
import { CommandError } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { findRemains, madeResources, type Remain, type RemainsClients } from './remains.ts';
import { Stack } from './stack.ts';

export interface DestroyOptions extends EnvironmentOptions {
  readonly removeData: boolean;
  readonly leaveResources: boolean;
}

export interface DestroyPorts extends RemainsClients, Prompt {
  readonly cloudFormation: CloudFormationClient;
  /** Waits until the next poll. */
  readonly pause: () => Promise<void>;
}

/**
 * Attempts to delete a stack that deletes its buckets: CloudFormation deletes only empty buckets, and S3 delivers access
 * logs with a delay of minutes.
 */
const ATTEMPTS = 3;

/** The result of `gateloop destroy`, as `--json` prints it; with `--dry-run`, the expected result. */
export interface DestroyResult {
  readonly exitCode: number;
  readonly environment: string;
  /** Whether the command changed nothing. */
  readonly dryRun: boolean;
  readonly removed: readonly string[];
  readonly kept: readonly string[];
  /** One line for each resource that could not be removed, with the reason. */
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
    const deletesData = removeData || (exists && (await this.#stack.deletesData()));
    if (!exists && !(deletesData && remains.length > 0)) return this.#resultWithoutStack(remains);
    await this.#refuseToLeave(exists ? remains : []);
    this.#announce(exists, deletesData, remains);
    const labels = remains.map(({ label }) => label);
    const all = {
      removed: [...(exists ? [`stack ${this.#name}`] : []), ...(deletesData ? labels : [])],
      kept: deletesData ? [] : labels,
    };
    if (dryRun) return this.#result(exitCodes.done, all);
    const question = deletesData
      ? `Remove ${environment} with its data? This cannot be undone.`
      : `Remove ${environment}?`;
    if (!yes && !(await this.#ports.confirm(question)))
      return this.#result(exitCodes.interrupted, { kept: [...all.removed, ...all.kept] });
    const failures = await this.#remove(exists, deletesData, remains);
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

  #announce(exists: boolean, deletesData: boolean, remains: readonly Remain[]): void {
    if (exists) this.#ports.say(`Removes: stack ${this.#name}`);
    for (const { label } of remains)
      this.#ports.say(`${deletesData ? 'Removes for good' : 'Keeps'}: ${label}`);
  }

  /** @returns one line for each resource that could not be removed, with the reason */
  async #remove(
    exists: boolean,
    deletesData: boolean,
    remains: readonly Remain[],
  ): Promise<readonly string[]> {
    const { say } = this.#ports;
    const failures = exists ? await this.#deleteStack(deletesData ? remains : []) : [];
    for (const failure of failures) say(`Not removed: ${failure}`);
    if (failures.length > 0) return failures;
    if (deletesData) await this.#removeRest();
    say(`${this.#name} was removed${deletesData ? ' with its data' : ''}.`);
    return [];
  }

  #resultWithoutStack(remains: readonly Remain[]): DestroyResult {
    if (remains.length === 0) throw new CommandError('NotDeployed', notDeployed(this.#options.environment));
    this.#ports.say(`The stack ${this.#name} does not exist any more. --remove-data also removes:`);
    const kept = remains.map(({ label }) => label);
    for (const label of kept) this.#ports.say(`  ${label}`);
    return this.#result(exitCodes.done, { kept });
  }

  /** After the removal, nothing reconciles the AgentCore resources, and no record shows that Gateloop created them. */
  async #refuseToLeave(remains: readonly Remain[]): Promise<void> {
    const buckets = remains.filter(({ kind }) => kind === 'bucket').map(({ name }) => name);
    const specs = buckets.filter((name) => !name.endsWith('-log'));
    const made = (await Promise.all(specs.map((name) => madeResources(name, this.#ports.s3)))).flat();
    for (const { workspace, addresses } of made)
      this.#ports.say(`Left in AgentCore: ${workspace}: ${addresses.join(', ')}`);
    if (made.length === 0 || this.#options.leaveResources) return;
    throw new CommandError('ResourcesLeft', {
      what: 'Gateloop created these resources in AgentCore, and nothing would reconcile them any more.',
      where: this.#name,
      remedy:
        'First push their workspaces with a manifest that holds only "settings: { prune: true }", or give --leave-resources.',
    });
  }

  /** @returns one line for each resource that could not be deleted */
  async #deleteStack(remains: readonly Remain[]): Promise<readonly string[]> {
    const { say, pause } = this.#ports;
    const buckets = remains.filter(({ kind }) => kind === 'bucket');
    let failures: readonly string[] = [];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      say(`Deleting the stack ${this.#name} …`);
      failures = await this.#stack.delete(pause);
      if (failures.length === 0 || buckets.length === 0) return failures;
      // The functions that write into the buckets are deleted by now.
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
