import { Argument, Option } from 'commander';
import { workflowNames } from '../../workflows/workflowCatalog.ts';
import { defineCommand, wholeNumber } from '../commandSpec.ts';
import { invalidOption } from '../errorReport.ts';
import {
  checkedWorkspace,
  jsonOutput,
  type ReadFlags,
  readExits,
  readFrom,
  readOptions,
} from '../fleet/readOptions.ts';
import type { TraceOptions } from './trace.ts';

interface TraceFlags extends ReadFlags {
  readonly workflow?: string;
  readonly workspace?: string;
  readonly list: boolean;
  readonly limit: number;
}

const MAX_LIMIT = 1000;

/** `gateloop trace`. */
export const traceCommand = defineCommand<TraceFlags, TraceOptions & { readonly list: boolean }>({
  name: 'trace',
  summary: 'show what each step of an execution got and gave',
  description:
    'Shows the states that an execution of a workflow went through, with their durations, inputs, outputs and failures. Links, task tokens, user ids and e-mail addresses are taken out. Without an execution, it shows the latest one, of one workspace with --workspace.',
  words: [new Argument('[execution]', 'its name, or its ARN (default: the latest)')],
  options: [
    ...readOptions,
    new Option('--workflow <name>', 'the workflow (default: that of the execution, or reconcile)').choices([
      ...workflowNames,
    ]),
    new Option('--workspace <name>', 'of one workspace alone'),
    new Option('--list', 'list the latest executions instead'),
    new Option('--limit <n>', 'look at most at this many executions for those of the workspace')
      .argParser(wholeNumber('--limit', MAX_LIMIT))
      .default(50),
  ],
  jsonOutput: jsonOutput('the execution, or with --list the executions', 'trace and #/$defs/executions'),
  examples: {
    'trace --workspace payments': 'the latest reconciliation of a workspace',
    'trace --workspace payments --list': 'its executions among the latest 50',
    'trace 7f3c9a --local -o wide': 'one execution of a running npm start, with whole inputs and outputs',
  },
  exits: { done: 'shown', ...readExits },
  read: (given) => {
    const { workflow, workspace, list, limit } = given.flags;
    const [word] = given.words;
    if (word !== undefined && list)
      throw invalidOption('--list takes no execution', 'Leave out one of the two.');
    const [, machine, name = word] = /:execution:([^:]+):(.+)$/.exec(word ?? '') ?? [];
    const named = workflow ?? workflowNames.find((each) => machine?.endsWith(each));
    return {
      ...readFrom(given),
      list,
      limit,
      ...(name !== undefined && { execution: name }),
      ...(named !== undefined && { workflow: named }),
      ...(workspace !== undefined && { workspace: checkedWorkspace(workspace) }),
    };
  },
  run: async (options, io) => {
    const [{ runRead }, { listExecutions, executionsText, readTraceOf, traceText }] = await Promise.all([
      import('../fleet/runRead.ts'),
      import('./trace.ts'),
    ]);
    return options.list
      ? runRead(options, io, (fleet) => listExecutions(options, fleet), executionsText)
      : runRead(options, io, (fleet) => readTraceOf(options, fleet), traceText);
  },
});
