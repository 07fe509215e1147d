import type { Address } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { fingerprint } from '../desired/fingerprint.ts';
import { resolveReferences } from '../desired/resolveReferences.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { requiresConsent } from './consentGate.ts';
import { dependenciesOf, isDependencyReady, waitingFor } from './dependencies.ts';
import type { ResolvedResource } from './diff.ts';
import { planDesired, planPrune } from './planDesired.ts';
import { planResource, type ResourcePlan } from './planResource.ts';
import { forPrunedResource, orderPrunes, resourcesToPrune } from './prune.ts';
import type { ReconcileInput } from './reconcileInput.ts';
import type { ResourceContext } from './resourceContext.ts';
import { type ResourceDecision, resourceDecision } from './resourceDecision.ts';
import { withoutRequest, withoutResource } from './resourceRecord.ts';
import { updatableMembers } from './updatableMembers.ts';

/** Judges every resource of a workspace: what is wanted in the order of the manifest, then what is to be pruned. */
export function planWorkspace(input: ReconcileInput, catalog: ShapeCatalog): ResourcePlan[] {
  const desiredPlans = new DesiredResourcePlanner(input, catalog).planAll();
  if (!input.desired.settings.prune) return desiredPlans;
  const prunable = resourcesToPrune(input);
  const recorded = new Map(prunable.map((known) => [known.address, forPrunedResource(known)]));
  const prunePlans = prunable.map(({ address }) => {
    const planner = input.ownedByOtherWorkspace?.has(address) ? dropUnowned : planPrune;
    return planResource({ ...input, recorded }, address, false, planner);
  });
  return [...desiredPlans, ...orderPrunes(prunePlans, desiredPlans, input.observed)];
}

/** Judges what is wanted, each resource after those that it depends on. */
class DesiredResourcePlanner {
  readonly #input: ReconcileInput;
  readonly #catalog: ShapeCatalog;
  readonly #resources: ReadonlyMap<Address, DesiredResource>;
  readonly #plans = new Map<Address, ResourcePlan>();
  readonly #inProgress = new Set<Address>();

  constructor(input: ReconcileInput, catalog: ShapeCatalog) {
    this.#input = input;
    this.#catalog = catalog;
    this.#resources = new Map(input.desired.resources.map((resource) => [resource.address, resource]));
  }

  planAll(): ResourcePlan[] {
    return [...this.#resources.keys()].flatMap((address) => this.#plan(address) ?? []);
  }

  /** @returns undefined for what is not in the manifest, and for a resource that depends on itself */
  #plan(address: Address): ResourcePlan | undefined {
    const resource = this.#resources.get(address);
    if (!resource || this.#inProgress.has(address)) return undefined;
    const planned = this.#plans.get(address);
    if (planned) return planned;
    this.#inProgress.add(address);
    const plan = this.#planAfterDependencies(resource);
    this.#inProgress.delete(address);
    this.#plans.set(address, plan);
    return plan;
  }

  #planAfterDependencies(resource: DesiredResource): ResourcePlan {
    const { address } = resource;
    const owner = this.#input.ownedByOtherWorkspace?.get(address);
    if (owner !== undefined)
      return planResource(this.#input, address, false, (context) => refuseOwnedElsewhere(context, owner));
    const blocker = this.#blockerOf(resource);
    const resolved = resolveReferences(
      resource.config,
      (source, field) => this.#plan(source)?.record.outputs?.[field],
    );
    const needsConsent = requiresConsent(resource.config);
    if ('missing' in resolved) {
      const plan = planResource(this.#input, address, needsConsent, planUnresolved);
      return { ...plan, ...(plan.inProgressSince === undefined && blocker), blocked: true };
    }
    const desired = this.#resolved(resource, resolved.config);
    const plan = {
      ...planResource(this.#input, address, needsConsent, (context) => planDesired(context, desired)),
      fingerprint: desired.fingerprint,
    };
    return blocker && plan.operation ? { ...plan, ...blocker, blocked: true } : plan;
  }

  #blockerOf(resource: DesiredResource): Pick<ResourceDecision, 'state' | 'reasons'> | undefined {
    for (const address of dependenciesOf(resource)) {
      const plan = this.#plan(address);
      if (!plan) return waitingFor(address, 'absent');
      if (!isDependencyReady(plan)) return waitingFor(address, plan.state);
    }
    return undefined;
  }

  #resolved(
    { address, kind, settings }: DesiredResource,
    config: ResolvedResource['config'],
  ): ResolvedResource {
    return {
      config,
      fingerprint: fingerprint(config),
      updatableMembers: updatableMembers(kind, this.#catalog),
      createOnlyMembers: resourceKinds[kind].createOnlyMembers,
      selfHeal: this.#input.desired.settings.selfHeal,
      needsApproval: this.#input.needsApproval?.has(address) ?? false,
      unknownContract: this.#input.unknownContracts?.has(address) ?? false,
      resync: settings.resync,
    };
  }
}

/** A resource whose configuration is not known, since it refers to what another one has not given yet. */
function planUnresolved({ record }: ResourceContext): ResourceDecision {
  return resourceDecision(record, 'in-progress', [
    'Waits for a value that another resource has not given yet.',
  ]);
}

/** A resource of another workspace is not touched, nor known by its id: so that nothing is ever deleted for it. */
function refuseOwnedElsewhere({ record }: ResourceContext, owner: string): ResourceDecision {
  return resourceDecision(withoutRequest(withoutResource(record)), 'refused', [
    `It belongs to the workspace "${owner}", as its tag gateloop:workspace says, and is not touched. Give it another name here, or take it out of the manifest there and the tag off it.`,
  ]);
}

/** It left the manifest, and is another workspace's: nothing of it is ours to delete. */
function dropUnowned({ record }: ResourceContext): ResourceDecision {
  return resourceDecision(withoutResource(record), 'absent', []);
}
