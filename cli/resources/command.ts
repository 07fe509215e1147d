import { Argument, Option } from 'commander';
import type { Address } from '../../core/address.ts';
import { kindNames, readAddress } from '../../core/resources/resourceKinds.ts';
import { defineCommand, type Given } from '../commandSpec.ts';
import { invalidOption } from '../errorReport.ts';
import {
  checkedWorkspace,
  jsonOutput,
  type ReadFlags,
  type ReadOptions,
  readExits,
  readFrom,
  readOptions,
} from '../fleet/readOptions.ts';
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
