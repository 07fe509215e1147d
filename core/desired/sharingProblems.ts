import { parseAddress } from '../address.ts';
import type { Problem } from '../problem.ts';
import type { DesiredSharedGateway, DesiredState } from './desired.ts';

/**
 * Compares what workspaces that are checked together say about the gateways that they share. Of an owner that is not among
 * them, only the ledger tells.
 *
 * @param workspaces by name; undefined for one that could not be read
 * @returns the errors of each workspace that adds targets to a gateway which another one does not share with it
 */
export function sharingProblems(
  workspaces: ReadonlyMap<string, DesiredState | undefined>,
): ReadonlyMap<string, readonly Problem[]> {
  return new Map(
    [...workspaces].map(([workspace, desired]) => [
      workspace,
      (desired?.shared ?? []).flatMap((gateway) => {
        const owner = workspaces.get(gateway.sharedBy);
        const message = owner && mistakeIn(workspace, gateway, owner);
        return message === undefined ? [] : [problemOf(gateway, message)];
      }),
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
