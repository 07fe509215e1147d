import { Argument, Option } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { readEnvironmentName } from '../environmentOptions.ts';
import { exitCodes } from '../exitCodes.ts';
import {
  readWorkspace,
  readWorkspacesIn,
  type WorkspaceFlags,
  workspaceOptions,
} from '../workspaceOptions.ts';
import type { PlanFolderOptions } from './planFolder.ts';
import type { PlanOptions } from './runPlan.ts';

interface PlanFlags extends WorkspaceFlags {
  readonly env: string;
  readonly out?: string;
  readonly detailedExitcode: boolean;
}

/** `gateloop plan`. */
export const planCommand = defineCommand<PlanFlags, PlanOptions | PlanFolderOptions>({
  name: 'plan',
  summary: 'show what a push would change, resource by resource and field by field',
  description:
    'Compares a workspace with what AgentCore has now, by the rules of the reconciliation, and shows what a push of the folder would do. It writes nothing, on AWS or in the bucket. What you may not read is planned as Gateloop recorded it last, and marked.',
  words: [
    new Argument(
      '<folder>',
      "the workspace's folder, with its manifest.yaml; or a folder that holds workspaces",
    ),
  ],
  options: [
    ...workspaceOptions('compare with'),
    new Option('--env <name>', 'the environment of a bucket that was not named by the stack').default('main'),
    new Option('--out <file>', 'also write the plan to a file, as JSON'),
    new Option(
      '--detailed-exitcode',
      `exit with ${exitCodes.changes} if something would change, and otherwise with the code of the state`,
    ),
  ],
  jsonOutput:
    'print the plan as one line of JSON on stdout (docs/plan.schema.json; of several workspaces, docs/cli.schema.json, #/$defs/plans)',
  examples: {
    'plan payments --local': 'compare with a running npm start',
    'plan payments --bucket NAME': 'compare with AWS',
    'plan workspaces --bucket NAME': 'plan every workspace in a folder',
    'plan payments --bucket NAME --detailed-exitcode': 'let a pipeline know whether something would change',
    'plan payments --bucket NAME --out plan.json': 'keep the plan',
  },
  exits: {
    done: 'the plan was made; with --detailed-exitcode: nothing would change',
    failed: 'the command failed; with --detailed-exitcode: a resource has failed, and nothing would change',
    refused: 'the workspace or the command line has errors; with --detailed-exitcode: a resource is refused',
    notFollowed: 'no access to AWS',
    awaiting: 'with --detailed-exitcode: nothing would change before a person has answered',
    drifted: 'with --detailed-exitcode: a resource was changed outside Gateloop, and would not be reverted',
    suspended: 'with --detailed-exitcode: something would change, but operators have suspended all changes',
    changes: 'with --detailed-exitcode: something would change',
  },
  read: (given) => {
    const { env, out, detailedExitcode: detailedExitCode, json } = given.flags;
    const options = {
      environment: readEnvironmentName(env),
      ...(out !== undefined && { out }),
      detailedExitCode,
      json,
    };
    const workspaces = readWorkspacesIn(given);
    const [first] = workspaces ?? [];
    return workspaces && first
      ? { ...options, to: first.to, workspaces }
      : { ...options, ...readWorkspace(given) };
  },
  run: async (options, { stdout, stderr }) => {
    const [{ runPlan }, { planFolder }, { planDestinationOf }] = await Promise.all([
      import('./runPlan.ts'),
      import('./planFolder.ts'),
      import('./livePorts.ts'),
    ]);
    const screen = screenOn(options.json ? stderr : stdout);
    const open = () => planDestinationOf(options.to, options.environment);
    const result = await ('workspaces' in options
      ? planFolder(options, open, screen)
      : runPlan(options, open, screen));
    if (options.json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
