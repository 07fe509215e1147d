import type { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { isException, isFailedRequest } from '../../adapters/awsError.ts';
import { listCommands } from '../../adapters/controlPlaneCommands.ts';
import type { Statement } from '../../core/iam/statement.ts';
import { defaultLimits } from '../../core/manifest/limits.ts';
import { missingKinds } from '../../core/resources/regionSupport.ts';
import { inWords, kindNames, resourceKinds } from '../../core/resources/resourceKinds.ts';
import type { RoleRights } from '../plan/roleRights.ts';
import { oldestNode } from '../version.ts';
import type { Check, Finding } from './doctor.ts';

export interface AccountClients {
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly agentCore: BedrockAgentCoreControlClient;
  readonly region: () => Promise<string>;
  readonly rights: Pick<RoleRights, 'missing'>;
}

export const nodeCheck: Check = {
  name: 'Node',
  run: async () => {
    const [major = 0] = process.versions.node.split('.').map(Number);
    const found = `Node ${process.versions.node}.`;
    if (major >= oldestNode) return [{ state: 'ok', found }];
    return [{ state: 'failed', found, remedy: `Install Node ${oldestNode} or later.` }];
  },
};

/** The identity, the Region, and what of AgentCore and Lambda the account has. */
export function accountChecks(clients: AccountClients): Check[] {
  return [
    { name: 'Region', isEssential: true, run: async () => [regionFinding(await clients.region())] },
    {
      name: 'Identity',
      isEssential: true,
      run: async () => {
        const { Arn = '', Account = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
        return [{ state: 'ok', found: `${Arn} in the account ${Account}.` }];
      },
    },
    { name: 'AgentCore', run: async () => quotaFindings(clients.agentCore, await clients.region()) },
    { name: 'Lambda', run: async () => [await concurrencyFinding(clients.lambda)] },
  ];
}

function regionFinding(region: string): Finding {
  const missing = missingKinds(kindNames, region).map((kind) => inWords(resourceKinds[kind].section));
  const lacks = missing.length > 0 ? ` AgentCore has no ${missing.join(', ')} there.` : '';
  return { state: 'ok', found: `${region}.${lacks}` };
}

/** The quotas are the service's defaults; those of an account can be higher. */
async function quotaFindings(
  client: BedrockAgentCoreControlClient,
  region: string,
): Promise<readonly Finding[]> {
  const plane = new AgentCoreControlPlane(listCommands, { agentCore: client });
  const missing = missingKinds(kindNames, region);
  // Agent Registry has a client of its own.
  const kinds = kindNames.filter(
    (kind) =>
      !resourceKinds[kind].parent &&
      !resourceKinds[kind].service &&
      !missing.includes(kind) &&
      defaultLimits.entries[kind],
  );
  const findings: Finding[] = [];
  for (const kind of kinds) {
    const limit = defaultLimits.entries[kind] ?? 0;
    const count = (await plane.list(kind)).length;
    const found = `${count} of ${limit} ${resourceKinds[kind].section}, by the default quota.`;
    findings.push(
      count < limit * NEARLY_FULL
        ? { state: 'ok', found }
        : {
            state: 'warning',
            found,
            remedy: 'Request a higher quota of Amazon Bedrock AgentCore in Service Quotas.',
          },
    );
  }
  return findings;
}

const NEARLY_FULL = 0.8;

async function concurrencyFinding(lambda: LambdaClient): Promise<Finding> {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  const found = `The account runs at most ${limit} functions at once.`;
  if (limit >= ENOUGH_CONCURRENCY) return { state: 'ok', found };
  return {
    state: 'warning',
    found: `${found} All functions of the account share them, and a page that gets none answers with an error.`,
    remedy:
      'Request more "Concurrent executions" of AWS Lambda in Service Quotas for more than a few workspaces.',
  };
}

/** The default of AWS is 1000, new accounts get 10. A drift pass runs ten workspaces at once, beside pages and messages. */
const ENOUGH_CONCURRENCY = 100;

/** What a command needs besides credentials. */
export interface CommandRights {
  readonly commands: string;
  readonly statements: readonly Statement[];
}

/** Asks IAM what the caller may do, command by command. */
export function rightsCheck(clients: AccountClients, needed: readonly CommandRights[]): Check {
  return {
    name: 'Permissions',
    run: async () => {
      const { Arn = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
      const principal = await principalOf(Arn, clients.iam);
      if (principal === undefined) return [unknownRights];
      const findings: Finding[] = [];
      for (const { commands, statements } of needed) {
        const missing = await clients.rights.missing(principal, statements);
        if (missing === undefined || missing === 'absent') return [unknownRights];
        findings.push(
          missing.length === 0
            ? { state: 'ok', found: `${commands}.` }
            : {
                state: 'warning',
                found: `${commands} needs ${missing.join(', ')}.`,
                remedy: 'If you are to use it, allow that in IAM: docs/permissions.md has the policies.',
              },
        );
      }
      return findings;
    },
  };
}

const unknownRights: Finding = {
  state: 'unknown',
  found: 'IAM does not tell what you may do.',
  remedy: 'Allow iam:GetRole and iam:SimulatePrincipalPolicy on your own role.',
};

/** @returns the user or role behind a session, as IAM's simulator takes it; undefined where it cannot be found */
async function principalOf(arn: string, iam: IAMClient): Promise<string | undefined> {
  const [, role] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role === undefined) return /:user\//.test(arn) ? arn : undefined;
  try {
    // The ARN of a session has no path, and that of its role may.
    return (await iam.send(new GetRoleCommand({ RoleName: role }))).Role?.Arn;
  } catch (error) {
    if (isFailedRequest(error) || isException(error, 'NoSuchEntity', 'NoSuchEntityException'))
      return undefined;
    throw error;
  }
}
