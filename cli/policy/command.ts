import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Option } from 'commander';
import { type RoleUse, roleUseNames, roleUses } from '../../core/iam/roleNeeds.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { readEnvironmentName } from '../environmentOptions.ts';
import { invalidOption } from '../errorReport.ts';
import { readWorkspace } from '../workspaceOptions.ts';
import type { PolicyOptions } from './policy.ts';

interface PolicyFlags {
  readonly account: string;
  readonly region?: string;
  readonly env: string;
  readonly trust: boolean;
}

const isRoleUse = (word: string): word is RoleUse => roleUseNames.some((use) => use === word);

/** `gateloop policy`. */
export const policyCommand = defineCommand<PolicyFlags, PolicyOptions>({
  name: 'policy',
  summary: 'print what the roles that AgentCore gets must be allowed',
  description: `Prints IAM policies for the roles that manifests give to AgentCore, which are yours: Gateloop only passes them. It calls no service.

With a workspace's folder: the policy of each role that its manifest names, for its targets, providers, keys and images.
With uses: the policy for them, with names in capitals to replace.

${roleUseNames.map((use) => `${use.padEnd(16)} ${roleUses[use].title}`).join('\n')}`,
  words: [new Argument('<what...>', "a workspace's folder, or uses of a role")],
  options: [
    new Option('--account <id>', 'the account in a policy for uses').default('ACCOUNT'),
    new Option('--region <name>', 'the Region of the resources (default: AWS_REGION)'),
    new Option('--env <name>', "the environment whose parameters a workspace's manifest gets").default(
      'main',
    ),
    new Option('--trust', 'print the trust policy instead, which lets AgentCore assume the role'),
  ],
  jsonOutput: 'print the result as one line of JSON on stdout',
  examples: {
    'policy payments --region eu-west-1': "print the policy of each role of the workspace's manifest",
    'policy lambda oauth': 'print what the role of a gateway with a Lambda and an OAuth target needs',
    'policy runtime container --account 123456789012 --region eu-west-1 > policy.json': 'keep a policy',
    'policy lambda --trust': 'print the trust policy',
  },
  exits: { done: 'the policies were printed', refused: 'the workspace or the command line has errors' },
  read: ({ flags, words, environment }) => {
    const { account, trust, json } = flags;
    const region = flags.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
    const common = { account, trust, json, region: region ?? 'REGION' };
    const uses = words.filter(isRoleUse);
    const [folder = ''] = words;
    if (uses.length === words.length) return { ...common, uses };
    if (words.length > 1 || !existsSync(join(folder, 'manifest.yaml')))
      throw invalidOption(
        `"${words.filter((word) => !isRoleUse(word)).join(' ')}" is neither a workspace's folder nor a use`,
        `The uses are ${roleUseNames.join(', ')}.`,
      );
    if (region === undefined)
      throw invalidOption('the Region of the resources is not known', 'Give it with --region.');
    const local = { bucket: 'policy', local: false, data: '' };
    const { workspace } = readWorkspace({ words, environment, flags: { ...local, json } });
    return { ...common, folder, workspace, environment: readEnvironmentName(flags.env) };
  },
  run: async (options, { stdout, stderr }) => {
    const { printPolicy } = await import('./policy.ts');
    const { exitCode, ...result } = await printPolicy(options, screenOn(stderr));
    if (exitCode === 0 || options.json) stdout.write(`${jsonText(result.document, options.json ? 0 : 2)}\n`);
    return exitCode;
  },
});
