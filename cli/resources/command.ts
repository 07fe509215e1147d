import { Argument, Option } from 'commander';
import type { Address } from '../../core/address.ts';
import { kindNames, readAddress } from '../../core/resources/resourceKinds.ts';
import { defineCommand, type Given } from '../commandSpec.ts';
import { invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import {
  checkedWorkspace,
  jsonOutput,
  type ReadFlags,
  type ReadOptions,
  readExits,
  readFrom,
  readOptions,
} from '../fleet/readOptions.ts';
import type { DiffOptions } from './drift.ts';
import type { ResourceQuery } from './resources.ts';

type ResourceFlags = ReadFlags & { readonly workspace?: string };
type ResourceOptions = ReadOptions & { readonly query: ResourceQuery };

const workspaceOption = new Option('--workspace <name>', 'of one workspace alone');
const WHAT = 'gateway/payments; payments/ledger for a target';

/** `gateloop get`. */
export const getCommand = defineCommand<ResourceFlags, ResourceOptions>({
  name: 'get',
  summary: 'list resources with their states',
  description:
    'Lists the resources of all workspaces, or those of a kind, or one, each with its state, since when, and its owner.',
  words: [new Argument('[resource]', `${WHAT}; or a kind, such as gatewayTarget (default: all)`)],
  options: [...readOptions, workspaceOption],
  jsonOutput: jsonOutput('the resources', 'resources'),
  examples: {
    get: 'all resources of the environment main',
    'get gatewayTarget -o wide': 'all targets, with their ids, reasons and synchronizations',
    'get payments/ledger -o yaml --local': 'one target of a running npm start',
  },
  exits: { done: 'shown', ...readExits },
  read: (given) => {
    const [text] = given.words;
    const kind = kindNames.find((name) => name === text);
    const what = kind ? { kind } : text === undefined ? {} : { address: checkedResource(text) };
    return { ...readFrom(given), query: { ...workspaceOf(given), ...what } };
  },
  run: async (options, io) => {
    const [{ runRead }, { readResources, resourcesText }] = await Promise.all([
      import('../fleet/runRead.ts'),
      import('./resources.ts'),
    ]);
    return runRead(options, io, (fleet) => readResources(options.query, fleet), resourcesText);
  },
});

/** `gateloop describe`. */
export const describeCommand = defineCommand<ResourceFlags, ResourceOptions>({
  name: 'describe',
  summary: 'show everything about one resource',
  description:
    'Shows the state of a resource with its reasons, what is under way, failed attempts and the next one, what differs from the applied configuration, the proof of the last synchronization, its tools, and the questions about it.',
  words: [new Argument('<resource>', WHAT)],
  options: [...readOptions, workspaceOption],
  jsonOutput: jsonOutput('the resource', 'description'),
  examples: {
    'describe payments/ledger': 'the target ledger of the gateway payments',
    'describe gateway/payments --json': 'a gateway, for a program',
  },
  exits: { done: 'shown', ...readExits },
  read: readOne,
  run: async (options, io) => {
    const [{ runRead }, { describeResource }, { descriptionText }] = await Promise.all([
      import('../fleet/runRead.ts'),
      import('./resources.ts'),
      import('../fleet/workspaceText.ts'),
    ]);
    return runRead(options, io, (fleet) => describeResource(options.query, fleet), descriptionText);
  },
});

/** `gateloop diff`. */
export const diffCommand = defineCommand<
  ResourceFlags & { readonly all: boolean; readonly detailedExitcode: boolean },
  DiffOptions
>({
  name: 'diff',
  summary: 'show field by field what was changed outside Gateloop',
  description:
    'Compares resources in AWS with what Gateloop applied last, and shows both values of each member and tag that differs. By default it compares the resources of which the last pass found a difference; with a resource, that one; with --all, every resource, each with a read of its own. It needs the right to read the resources in AgentCore; without it, it shows the paths alone. Values that may be secrets are not shown.',
  words: [new Argument('[resource]', `${WHAT} (default: all that are known to differ)`)],
  options: [
    ...readOptions,
    workspaceOption,
    new Option('--all', 'compare every resource with AWS now'),
    new Option('--detailed-exitcode', `exit with ${exitCodes.drifted} if a resource differs`),
  ],
  jsonOutput: jsonOutput('what differs', 'drift'),
  examples: {
    diff: 'what the last passes found in the environment main',
    'diff --all --workspace payments': 'compare every resource of a workspace now',
    'diff gateway/payments --local': 'compare one gateway of a running npm start',
  },
  exits: {
    done: 'shown; with --detailed-exitcode: nothing differs',
    ...readExits,
    drifted: 'with --detailed-exitcode: a resource differs',
  },
  read: (given) => {
    const { all, detailedExitcode: detailedExitCode } = given.flags;
    const [text] = given.words;
    const what = text === undefined ? {} : { address: checkedResource(text) };
    return { ...readFrom(given), query: { ...workspaceOf(given), ...what }, all, detailedExitCode };
  },
  run: async (options, io) => {
    const [{ runRead }, { readDrift, driftText }] = await Promise.all([
      import('../fleet/runRead.ts'),
      import('./drift.ts'),
    ]);
    let differs = false;
    const read = async (fleet: Parameters<typeof readDrift>[1]) => {
      const drift = await readDrift(options, fleet);
      differs = drift.resources.length > 0;
      return drift;
    };
    const code = await runRead(options, io, read, driftText);
    return options.detailedExitCode && differs ? exitCodes.drifted : code;
  },
});

function readOne(given: Given<ResourceFlags>): ResourceOptions {
  const address = checkedResource(given.words[0] ?? '');
  return { ...readFrom(given), query: { ...workspaceOf(given), address } };
}

function workspaceOf({ flags: { workspace } }: Given<ResourceFlags>): Pick<ResourceQuery, 'workspace'> {
  return workspace === undefined ? {} : { workspace: checkedWorkspace(workspace) };
}

/** Takes the address of a resource, or the short form of a target's. @throws CommandError `InvalidOption` */
export function checkedResource(text: string): Address {
  const address = readAddress(text) ?? readAddress(`gatewayTarget/${text}`);
  if (address !== undefined) return address;
  throw invalidOption(
    `"${text}" names no resource`,
    'Name a target as GATEWAY/TARGET, and any other resource by its address, such as gateway/payments or agentRuntime/search.',
  );
}
