import { resolve } from 'node:path';
import { manifestRoles } from '../../core/iam/manifestRoles.ts';
import {
  type PolicyDocument,
  policyDocument,
  type RoleUse,
  roleUses,
  trustPolicy,
} from '../../core/iam/roleNeeds.ts';
import type { Screen } from '../display/screen.ts';
import { exitCodes } from '../exitCodes.ts';
import { FolderSpecBucket } from '../plan/folderSpecBucket.ts';
import { validate } from '../plan/plan.ts';
import { listWorkspaceFiles } from '../start/workspaceFiles.ts';

interface CommonOptions {
  readonly account: string;
  readonly region: string;
  /** Print the trust policy instead. */
  readonly trust: boolean;
  readonly json: boolean;
}

export type PolicyOptions = CommonOptions &
  (
    | { readonly uses: readonly RoleUse[] }
    | { readonly folder: string; readonly workspace: string; readonly environment: string }
  );

export interface PrintedPolicy {
  readonly exitCode: number;
  /** The policy for uses; for a folder, the policy of each role by its ARN. */
  readonly document: PolicyDocument | Readonly<Record<string, PolicyDocument>>;
}

/** Makes the policies, and says on the screen where their permissions stand. */
export async function printPolicy(options: PolicyOptions, screen: Screen): Promise<PrintedPolicy> {
  return 'uses' in options ? policyOfUses(options, screen) : policiesOfFolder(options, screen);
}

function policyOfUses(
  { uses, account, region, trust }: Extract<PolicyOptions, { uses: unknown }>,
  screen: Screen,
): PrintedPolicy {
  const place = { partition: 'aws', account, region };
  if (trust) return { exitCode: exitCodes.done, document: trustPolicy(place) };
  for (const use of uses) screen.say(`${use}: ${roleUses[use].title}. Source: ${roleUses[use].source}.`);
  const statements = uses.flatMap((use) => {
    const { example, statements: make } = roleUses[use];
    const subject = example.replace('REGION', region).replace('ACCOUNT', account);
    return make(place, { owner: 'NAME', subject });
  });
  return { exitCode: exitCodes.done, document: policyDocument(statements) };
}

async function policiesOfFolder(
  { folder, workspace, region, trust, environment }: Extract<PolicyOptions, { folder: unknown }>,
  screen: Screen,
): Promise<PrintedPolicy> {
  const path = resolve(folder);
  const { paths: files } = listWorkspaceFiles(path);
  const { desired } = await validate(
    workspace,
    new FolderSpecBucket({ workspace, path, files }, '', undefined, environment),
    screen,
  );
  if (!desired) return { exitCode: exitCodes.refused, document: {} };
  const byRole = Map.groupBy(manifestRoles(desired.resources, region), ({ roleArn }) => roleArn);
  const documents = [...byRole].map(([roleArn, needs]): [string, PolicyDocument] => {
    screen.say(`${roleArn}: ${needs.map(({ address }) => address).join(', ')}`);
    const [, partition = 'aws', account = ''] = /^arn:([^:]+):iam::(\d+):/.exec(roleArn) ?? [];
    const policy = policyDocument(needs.flatMap(({ statements }) => statements));
    return [roleArn, trust ? trustPolicy({ partition, account, region }) : policy];
  });
  if (documents.length === 0) screen.say('The manifest names no role by its ARN.');
  return { exitCode: exitCodes.done, document: Object.fromEntries(documents) };
}
