import { type Address, parseAddress } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { fingerprint } from '../desired/desired.ts';
import { resolveReferences } from '../desired/resolveReferences.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { defined } from '../objects.ts';
import type { TagMap } from '../ports/controlPlane.ts';
import { requiresConsent, servingRuntime } from '../resources/gatewayTarget.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import type { HealBreaker } from './breaker.ts';
import { withCommands } from './commands.ts';
import { type Blocker, dependenciesOf, isDependencyUsable, waitingFor } from './dependencies.ts';
import { withoutRequest, withoutResource } from './ledgerRecord.ts';
import {
  type ReconcileInput,
  type ResolvedResource,
  type ResourceContext,
  type ResourcePlan,
  resourcePlan,
} from './plan.ts';
import { planDesired, planPrune, planResource } from './planResource.ts';
import { forPrunedResource, orderPrunes, resourcesToPrune } from './prune.ts';
import { runtimeUpdatedAt } from './runtimeUpdates.ts';

/**
 * Plans every resource of a workspace: the desired ones in the order of the manifest, then those to prune.
 *
 * @param breaker leaves changes made outside Gateloop as they are
 */
export function planWorkspace(
  given: ReconcileInput,
  catalog: ShapeCatalog,
  breaker?: HealBreaker,
): ResourcePlan[] {
  const input = withCommands(given);
  const desiredPlans = new DesiredResourcePlanner(input, catalog, breaker).planAll();
  if (!input.desired.settings.prune) return desiredPlans;
  const prunable = resourcesToPrune(input);
  const recorded = new Map(prunable.map((record) => [record.address, forPrunedResource(record)]));
  const prunePlans = prunable.map(({ address }) => {
    const planner = input.ownedByOtherWorkspace?.has(address) ? dropUnowned : planPrune;
    return planResource({ ...input, recorded }, address, false, planner);
  });
  return [...desiredPlans, ...orderPrunes(prunePlans, desiredPlans, input.observed)];
}

/** Plans the desired resources, each after the resources that it depends on. */
class DesiredResourcePlanner {
  readonly #input: ReconcileInput;
  readonly #catalog: ShapeCatalog;
  readonly #breaker: HealBreaker | undefined;
  readonly #resources: ReadonlyMap<Address, DesiredResource>;
  readonly #plans = new Map<Address, ResourcePlan>();
  readonly #inProgress = new Set<Address>();
  /** What may be behind the endpoint of a target. */
  readonly #runtimes: readonly ObservedResource[];

  constructor(input: ReconcileInput, catalog: ShapeCatalog, breaker: HealBreaker | undefined) {
    this.#input = input;
    this.#breaker = breaker;
    this.#catalog = catalog;
    this.#runtimes = [...input.observed.values()].filter(({ address }) => {
      const { kind } = parseAddress(address);
      return kind === 'agentRuntime' || kind === 'harness';
    });
    this.#resources = new Map(input.desired.resources.map((resource) => [resource.address, resource]));
  }

  planAll(): ResourcePlan[] {
    return [...this.#resources.keys()].flatMap((address) => this.#plan(address) ?? []);
  }

  /** @returns undefined for a resource that is not in the manifest, or depends on itself */
  #plan(address: Address): ResourcePlan | undefined {
    const resource = this.#resources.get(address);
    if (!resource || this.#inProgress.has(address)) return undefined;
    const existing = this.#plans.get(address);
    if (existing) return existing;
    this.#inProgress.add(address);
    const plan = this.#planAfterDependencies(resource);
    this.#inProgress.delete(address);
    this.#plans.set(address, plan);
    return plan;
  }

  #planAfterDependencies(resource: DesiredResource): ResourcePlan {
    const { address, config } = resource;
    const owner = this.#input.ownedByOtherWorkspace?.get(address);
    if (owner !== undefined)
      return planResource(this.#input, address, false, (context) => refuseOwnedElsewhere(context, owner));
    const blocker = this.#blockerOf(resource);
    const resolved = resolveReferences(
      config,
      (source, field) => this.#plan(source)?.record.outputs?.[field],
    );
    const needsConsent = requiresConsent(config);
    if ('missing' in resolved) {
      const plan = planResource(this.#input, address, needsConsent, planUnresolved);
      return { ...plan, ...(plan.inProgressSince === undefined && blocker), blocked: true };
    }
    const desired = this.#resolvedResource(resource, resolved.config);
    const plan = {
      ...planResource(this.#input, address, needsConsent, (context) => planDesired(context, desired)),
      fingerprint: desired.fingerprint,
      ...defined({ wantedTags: desired.tags }),
    };
    return blocker && plan.operation ? { ...plan, ...blocker, blocked: true } : plan;
  }

  #blockerOf(resource: DesiredResource): Blocker | undefined {
    for (const address of dependenciesOf(resource)) {
      const plan = this.#plan(address);
      if (!plan) return waitingFor(address, 'absent');
      if (!isDependencyUsable(plan)) return waitingFor(address, plan.state);
    }
    return undefined;
  }

  #resolvedResource({ address, kind, settings }: DesiredResource, config: JsonObject): ResolvedResource {
    const { desired, needsApproval, unknownContracts } = this.#input;
    const { runtimeUpdates, secretVersions, tagsChangedAt } = this.#input;
    const runtime = kind === 'gatewayTarget' ? servingRuntime(config) : undefined;
    return {
      config,
      fingerprint: fingerprint(config),
      workspace: desired.workspace,
      ...(resourceKinds[kind].tags && { tags: tagsOf(config) }),
      row: resourceKinds[kind],
      catalog: this.#catalog,
      selfHeal: desired.settings.selfHeal && !this.#breaker,
      ...defined({ breaker: this.#breaker }),
      needsApproval: needsApproval?.has(address) ?? false,
      unknownContract: unknownContracts?.has(address) ?? false,
      resync: settings.resync,
      ...defined({
        runtimeUpdatedAt: runtime && runtimeUpdatedAt(runtime, this.#runtimes, runtimeUpdates),
        secretVersions,
        tagsChangedAt,
      }),
    };
  }
}

/** Values of other types do not pass the check of the manifest. */
function tagsOf({ tags }: JsonObject): TagMap {
  return Object.fromEntries(
    Object.entries(isJsonObject(tags) ? tags : {}).map(([key, value]) => [key, String(value)]),
  );
}

/** Plans a resource whose configuration is unknown, since it refers to an output that does not exist yet. */
function planUnresolved(context: ResourceContext): ResourcePlan {
  return resourcePlan(context, 'in-progress', ['Waits for an output of another resource.']);
}

/** Refuses a resource of another workspace. The record drops its id, so that Gateloop never deletes it. */
function refuseOwnedElsewhere(context: ResourceContext, owner: string): ResourcePlan {
  const record = withoutRequest(withoutResource(context.record));
  return resourcePlan({ ...context, record }, 'refused', [
    `It belongs to the workspace "${owner}", as its tag gateloop:workspace says, so Gateloop does not change it. Give it another name here, or remove it from that workspace's manifest and remove the tag.`,
  ]);
}

/** Drops a resource that left the manifest and belongs to another workspace: Gateloop must not delete it. */
function dropUnowned(context: ResourceContext): ResourcePlan {
  return resourcePlan({ ...context, record: withoutResource(context.record) }, 'absent', []);
}
