import { Argument, Option } from 'commander';
import { addressOf } from '../../core/address.ts';
import { readAddress } from '../../core/resources/resourceKinds.ts';
import { defineCommand } from '../commandSpec.ts';
import { invalidOption } from '../errorReport.ts';
import {
  checkedWorkspace,
  jsonOutput,
  type ReadFlags,
  readExits,
  readFrom,
  readOptions,
} from '../fleet/readOptions.ts';
import type { ToolsOptions } from './tools.ts';

/** `gateloop tools`. */
export const toolsCommand = defineCommand<ReadFlags & { readonly workspace?: string }, ToolsOptions>({
  name: 'tools',
  summary: 'list the tools that a gateway offers to agents',
  description:
    'Lists the tools of the targets of a gateway: those of the applied schema, or those that the MCP server listed when Gateloop read it last. An agent sees each as TARGET___TOOL.',
  words: [new Argument('<gateway>', 'its name, or GATEWAY/TARGET for one target')],
  options: [...readOptions, new Option('--workspace <name>', 'the workspace of the gateway')],
  jsonOutput: jsonOutput('the tools', 'tools'),
  examples: {
    'tools payments': 'the tools of all targets of the gateway payments',
    'tools payments/ledger -o wide': 'those of one target, with their whole descriptions',
  },
  exits: { done: 'shown', ...readExits },
  read: (given) => {
    const { workspace } = given.flags;
    const subject = (given.words[0] ?? '').replace(/^gateway(Target)?\//, '');
    const kind = subject.includes('/') ? 'gatewayTarget' : 'gateway';
    if (readAddress(addressOf(kind, subject)) === undefined)
      throw invalidOption(`"${subject}" names no gateway`, 'Name a gateway, or a target as GATEWAY/TARGET.');
    return {
      ...readFrom(given),
      subject,
      ...(workspace !== undefined && { workspace: checkedWorkspace(workspace) }),
    };
  },
  run: async (options, io) => {
    const [{ runRead }, { readToolsOf, toolsText }] = await Promise.all([
      import('../fleet/runRead.ts'),
      import('./tools.ts'),
    ]);
    return runRead(options, io, (fleet) => readToolsOf(options, fleet), toolsText);
  },
});
