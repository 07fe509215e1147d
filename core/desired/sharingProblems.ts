import { parseAddress } from '../address.ts';
import type { Problem } from '../problem.ts';
import type { DesiredSharedGateway, DesiredState } from './desired.ts';

/**
 * Compares what workspaces that are checked together say about the gateways that they share, and about the rollout of their
 * schemas. Of a workspace that is not among them, only the ledger tells.
 *
 * @param workspaces by name; undefined for one that could not be read
 * @returns the errors of each workspace that adds targets to a gateway which another one does not share with it, or that waits
 * for a canary which does not name it
 */
export function sharingProblems(
  workspaces: ReadonlyMap<string, DesiredState | undefined>,
): ReadonlyMap<string, readonly Problem[]> {
  return new Map(
    [...workspaces].map(([workspace, desired]) => [
      workspace,
      [
        ...(desired?.shared ?? []).flatMap((gateway) => {
          const owner = workspaces.get(gateway.sharedBy);
          const message = owner && mistakeIn(workspace, gateway, owner);
          return message === undefined ? [] : [problemOf(gateway, message)];
        }),
        ...(desired ? rolloutProblems(desired, workspaces) : []),
      ],
    ]),
  );
}

function mistakeIn(
  workspace: string,
  { address, sharedBy }: DesiredSharedGateway,
  owner: DesiredState,
): string | undefined {
  const { name } = parseAddress(address);
  const gateway = owner.resources.find((each) => each.address === address);
  // The owner's own problems say what is wrong with it.
  if (owner.faulty?.some((each) => each.address === address)) return undefined;
  if (!gateway) return `The workspace ${sharedBy} has no gateway ${name}.`;
  if (gateway.sharedWith?.includes(workspace)) return undefined;
  return `The workspace ${sharedBy} does not share its gateway ${name} with this one. Name ${workspace} there, under "sharedWith" of the gateway.`;
}

function problemOf({ address, location }: DesiredSharedGateway, message: string): Problem {
  const path = `gateways.${parseAddress(address).name}.sharedBy`;
  return { severity: 'error', rule: 'sharing', ...location, path, message };
}

/** A follower that no canary names waits for ever, and so do two workspaces that wait for each other. */
function rolloutProblems(
  { workspace, settings: { rollout } }: DesiredState,
  workspaces: ReadonlyMap<string, DesiredState | undefined>,
): Problem[] {
  const canary = rollout?.canary;
  const settings = canary === undefined ? undefined : workspaces.get(canary)?.settings.rollout;
  if (canary === undefined || !workspaces.get(canary)) return [];
  const problem = (message: string): Problem => ({
    severity: 'error',
    rule: 'rollout',
    ...{ file: 'manifest.yaml', line: 1, column: 1 },
    path: 'settings.rollout.canary',
    message,
  });
  const seen = new Set([workspace]);
  for (let next: string | undefined = canary; next !== undefined; ) {
    if (seen.has(next)) {
      const chain = [...seen, next].join(', ');
      return [problem(`These workspaces wait for each other: ${chain}. One of them must have no canary.`)];
    }
    seen.add(next);
    next = workspaces.get(next)?.settings.rollout?.canary;
  }
  if (settings?.followers?.includes(workspace)) return [];
  return [
    problem(
      `The workspace ${canary} does not name this one. Name ${workspace} there, under settings.rollout.followers.`,
    ),
  ];
}
