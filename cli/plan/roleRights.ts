import {
  type ContextEntry,
  type EvaluationResult,
  IAMClient,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam';
import { isException, isFailedRequest } from '../../adapters/awsError.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import { manifestRoles } from '../../core/iam/manifestRoles.ts';
import type { Conditions, Statement } from '../../core/iam/statement.ts';

/** What IAM says about a role. */
export interface RoleRights {
  /** @returns the Region of the resources */
  region(): Promise<string>;
  /**
   * @returns what the role may not do, as `action on resource`; `absent` where there is no such role, and undefined where the
   * user may not ask
   */
  missing(roleArn: string, needed: readonly Statement[]): Promise<readonly string[] | 'absent' | undefined>;
}

/** Asks IAM's simulator, which knows permissions boundaries and the policies of the organization too. */
export class SimulatedRoleRights implements RoleRights {
  readonly region: () => Promise<string>;
  readonly #client: IAMClient;

  constructor(region: () => Promise<string>, client = new IAMClient({ region })) {
    this.region = region;
    this.#client = client;
  }

  async missing(roleArn: string, needed: readonly Statement[]): ReturnType<RoleRights['missing']> {
    try {
      const found = await Promise.all(needed.map((statement) => this.#missing(roleArn, statement)));
      return [...new Set(found.flat())];
    } catch (error) {
      if (isException(error, 'NoSuchEntityException', 'NoSuchEntity')) return 'absent';
      if (isFailedRequest(error)) return undefined;
      throw error;
    }
  }

  async #missing(roleArn: string, { actions, resources, conditions }: Statement): Promise<readonly string[]> {
    const pages = paginateSimulatePrincipalPolicy(
      { client: this.#client },
      {
        PolicySourceArn: roleArn,
        ActionNames: [...actions],
        // The simulator takes one resource of each pattern.
        ResourceArns: resources.map((resource) => (resource === '*' ? '*' : resource.replaceAll('*', 'x'))),
        ContextEntries: contextEntries(conditions),
      },
    );
    const missing: string[] = [];
    for await (const { EvaluationResults = [] } of pages)
      missing.push(...EvaluationResults.flatMap((result) => refusals(result)));
    return missing;
  }
}

function refusals({
  EvalActionName,
  EvalResourceName,
  EvalDecision,
  ResourceSpecificResults = [],
}: EvaluationResult): string[] {
  if (ResourceSpecificResults.length === 0)
    return EvalDecision === 'allowed' ? [] : [`${EvalActionName} on ${EvalResourceName ?? '*'}`];
  return ResourceSpecificResults.filter(({ EvalResourceDecision }) => EvalResourceDecision !== 'allowed').map(
    (each) => `${EvalActionName} on ${each.EvalResourceName}`,
  );
}

/** The keys that AgentCore's calls have, with the values that the conditions name. */
function contextEntries(conditions: Conditions = {}): ContextEntry[] {
  return Object.values(conditions).flatMap((keys) =>
    Object.entries(keys).map(([key, values]): ContextEntry => {
      return { ContextKeyName: key, ContextKeyType: 'stringList', ContextKeyValues: [values].flat() };
    }),
  );
}

/** At most this many missing rights are listed; `gateloop policy` prints all. */
const LISTED = 5;

/** @returns one sentence for each role that is missing, or may not do what its resource needs */
export async function roleNotes(
  resources: readonly DesiredResource[],
  rights: RoleRights,
): Promise<readonly string[]> {
  const byRole = Map.groupBy(manifestRoles(resources, await rights.region()), ({ roleArn }) => roleArn);
  const notes = await Promise.all(
    [...byRole].map(async ([roleArn, needs]): Promise<string[]> => {
      const missing = await rights.missing(
        roleArn,
        needs.flatMap(({ statements }) => statements),
      );
      const owners = needs.map(({ address }) => address).join(', ');
      if (missing === 'absent')
        return [`The role ${roleArn} of ${owners} does not exist. Create it before the push.`];
      if (!missing || missing.length === 0) return [];
      const more = missing.length > LISTED ? `, and ${missing.length - LISTED} more` : '';
      return [
        `The role ${roleArn} of ${owners} may not ${missing.slice(0, LISTED).join(', ')}${more}. "gateloop policy" prints what it needs.`,
      ];
    }),
  );
  return notes.flat();
}
