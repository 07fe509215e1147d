import type { DesiredResource, FaultyResource } from '../../core/desired/desired.ts';
import { missingGrants, missingGrantText } from '../../core/iam/missingGrants.ts';
import { defined } from '../../core/objects.ts';
import { storeGrants } from '../../core/storage/deploymentDocument.ts';
import type { DecisionPorts, PartOfState } from './pollState.ts';

/**
 * Refuses the resources that AWS would refuse because Gateloop's own role may not use what they name, and names the setting
 * of the deployment that would allow it. They stay as they are; the others go on.
 */
export async function checkGrants(
  { desired }: PartOfState<'desired'>,
  { callerGrants }: Pick<DecisionPorts, 'callerGrants'>,
): Promise<PartOfState<'desired'>> {
  if (callerGrants === 'any') return { desired };
  const refused = new Map(
    desired.resources.flatMap((resource): [DesiredResource, FaultyResource][] => {
      const { kind, config, schema, address, owner } = resource;
      const reasons = missingGrants(kind, config, callerGrants, schema?.uri).map(missingGrantText);
      return reasons.length > 0 ? [[resource, { address, reasons, ...defined({ owner }) }]] : [];
    }),
  );
  if (refused.size === 0) return { desired };
  return {
    desired: {
      ...desired,
      resources: desired.resources.filter((resource) => !refused.has(resource)),
      faulty: [...(desired.faulty ?? []), ...refused.values()],
    },
  };
}

/** Stores what the deployment allows, so that plans know it; once in each reconciliation. */
export async function storeDeployment(
  { isFullPoll }: PartOfState<'isFullPoll'>,
  { callerGrants, specBucket }: Pick<DecisionPorts, 'callerGrants' | 'specBucket'>,
): Promise<void> {
  if (isFullPoll) await storeGrants(callerGrants, specBucket);
}
