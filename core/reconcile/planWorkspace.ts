import { type Address, parseAddress } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import { comparableShapes } from '../comparison/comparableShapes.ts';
import { compareConfiguration, type Difference } from '../comparison/compareConfiguration.ts';
import type { DesiredResource, DesiredSharedGateway, FaultyResource } from '../desired/desired.ts';
import { fingerprint, namedAddresses } from '../desired/desired.ts';
import { resolveReferences } from '../desired/resolveReferences.ts';
import { stricterRule } from '../guardrails/guardManifest.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { defined, omit } from '../objects.ts';
import type { TagMap } from '../ports/controlPlane.ts';
import { backendKinds, backendsOf } from '../resources/backends.ts';
import { requiresConsent } from '../resources/gatewayTarget.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { readsWithConsent } from '../resources/registryRecord.ts';
import { parentOf, partsOf, resourceKinds } from '../resources/resourceKinds.ts';
import { toolSourcesOf, type WatchRule } from '../toolContracts/toolWatch.ts';
import { withApprovers } from './approvers.ts';
import type { HealBreaker } from './breaker.ts';
import { withCommands } from './commands.ts';
import { gateDeletions } from './deletionGate.ts';
import {
  type Blocker,
  childrenOf,
  dependenciesOf,
  followsForeignVersion,
  isDependencyUsable,
  isUsableParent,
  stayingBehind,
  waitingFor,
} from './dependencies.ts';
import { targetsOfOthers } from './gatewaySharing.ts';
import { type ResourceRecord, withoutDeletionRequest } from './ledgerRecord.ts';
import { dropUnowned, foreignTargets, isOwned, refuseUnowned, resourcesToGiveAway } from './ownership.ts';
import {
  type Ownership,
  type ReconcileInput,
  type ResolvedResource,
  type ResourceContext,
  type ResourcePlan,
  resourcePlan,
} from './plan.ts';
import { planDesired, planGiveAway, planPrune, planResource } from './planResource.ts';
import { findRenames, forPrunedResource, orderPrunes, resourcesToPrune } from './prune.ts';
import { latestUpdate } from './runtimeUpdates.ts';
import { planDefect, planFailedRead, planFaulty, readFailureOf } from './setAside.ts';
import {
  forgetLeftGateways,
  guestsText,
  limitSharedTargets,
  planDeniedTarget,
  planLeftGateway,
  planSharedGateway,
  type SharedOwnership,
  withSharing,
} from './sharedGateway.ts';

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
  const input = withoutDeletions(withCommands(given));
  const planner = new DesiredResourcePlanner(input, catalog, breaker);
  const desiredPlans = limitSharedTargets(planner.planAll(), input).map((plan) =>
    withForeignTargets(plan, input),
  );
  const givenAway = resourcesToGiveAway(input);
  const prunable = resourcesToPrune(input).filter(({ address }) => !givenAway.includes(address));
  const prunePlans = planLeftovers(
    prunable.map(({ address }) => address),
    planPrune,
    input,
  );
  // Nothing is deleted, so that no question about that is open.
  const kept = givenAway.flatMap((address): [Address, ResourceRecord][] => {
    const record = input.recorded.get(address);
    return record ? [[address, withoutDeletionRequest(record)]] : [];
  });
  const giveAwayPlans = planLeftovers(givenAway, planGiveAway, { ...input, recorded: new Map(kept) });
  const renames = findRenames(prunePlans, planner.addedTargets());
  const ordered = orderPrunes(prunePlans, desiredPlans, input, renames);
  const all = [...desiredPlans, ...giveAwayPlans, ...gateDeletions(ordered, input)];
  return forgetLeftGateways(
    all.map((plan) => withSharing(plan, input)),
    input,
  );
}

/** A resource that is in the manifest, again or still, is not to be deleted. */
function withoutDeletions(input: ReconcileInput): ReconcileInput {
  const named = namedAddresses(input.desired);
  const isBack = ({ address, deletion, request }: ResourceRecord) =>
    named.has(address) && (deletion !== undefined || request?.kind === 'deletion');
  if (![...input.recorded.values()].some(isBack)) return input;
  const recorded = [...input.recorded].map(([address, record]) => {
    const current = isBack(record) ? omit(withoutDeletionRequest(record), 'deletion') : record;
    return [address, current] as const;
  });
  return { ...input, recorded: new Map(recorded) };
}

/** Plans recorded resources that the manifest does not have. */
function planLeftovers(
  addresses: readonly Address[],
  planner: (context: ResourceContext) => ResourcePlan,
  input: ReconcileInput,
): ResourcePlan[] {
  const recorded = new Map(
    addresses.flatMap((address) => {
      const record = input.recorded.get(address);
      return record ? [[address, forPrunedResource(record)] as const] : [];
    }),
  );
  const leftover = { ...input, recorded };
  return addresses.map((address) =>
    isolated(address, leftover, () => {
      const failure = readFailureOf(address, input);
      if (failure) return planFailedRead(address, failure, leftover);
      const isShared = leftover.recorded.get(address)?.sharedBy !== undefined;
      if (isShared) return planResource(leftover, address, false, planLeftGateway);
      const chosen = isOwned(address, input.ownership) ? planner : dropUnowned;
      return planResource(leftover, address, false, chosen);
    }),
  );
}

/** Keeps an error of Gateloop itself in the planning of one resource from the others. */
function isolated(address: Address, input: ReconcileInput, plan: () => ResourcePlan): ResourcePlan {
  try {
    return plan();
  } catch (error) {
    return planDefect(address, error, input);
  }
}

/**
 * Mentions the parts that another client gave a resource of this workspace, such as targets of a gateway, and those of other
 * workspaces. A poll that did not list them keeps what an earlier one found.
 */
function withForeignTargets(plan: ResourcePlan, input: ReconcileInput): ResourcePlan {
  const { address, record, reasons } = plan;
  const ownership = input.ownership?.get(address);
  if (!isOwned(address, input.ownership) && ownership?.kind !== 'shared') return plan;
  const names = input.listedParents?.has(address)
    ? foreignTargets(address, input, childrenOf(address, input))
    : (record.foreignTargets ?? []);
  const others = omit(record, 'foreignTargets');
  if (names.length === 0) return { ...plan, record: others };
  const kept = { ...plan, record: { ...others, foreignTargets: names } };
  // The owner of the gateway is told of them.
  if (ownership?.kind === 'shared') return kept;
  const sharing = input.sharing?.get(address);
  const shared = new Set<string>(
    sharing &&
      targetsOfOthers(address, sharing, input.desired.workspace).map((each) => parseAddress(each).name),
  );
  const strange = names.filter((name) => !shared.has(name));
  const guests = guestsText(address, input);
  const notes = [
    ...(guests === undefined ? [] : [`Other workspaces have targets on it: ${guests}.`]),
    ...(strange.length > 0
      ? [
          `It has ${partsOf(address, ({ servesAgents }) => servesAgents === true)} that Gateloop did not make, and that stay as they are: ${strange.join(', ')}.`,
        ]
      : []),
  ];
  return { ...kept, reasons: [...reasons, ...notes] };
}

/** Plans the desired resources, each after the resources that it depends on. */
class DesiredResourcePlanner {
  readonly #input: ReconcileInput;
  readonly #catalog: ShapeCatalog;
  readonly #breaker: HealBreaker | undefined;
  readonly #resources: ReadonlyMap<Address, DesiredResource>;
  readonly #faulty: ReadonlyMap<Address, FaultyResource>;
  /** Gateways of other workspaces. */
  readonly #shared: ReadonlyMap<Address, DesiredSharedGateway>;
  readonly #plans = new Map<Address, ResourcePlan>();
  readonly #inProgress = new Set<Address>();
  /** The resolved configurations of targets. */
  readonly #targets = new Map<Address, JsonObject>();
  /** What may be behind the endpoint of a target, or behind the source of a record. */
  readonly #backends: readonly ObservedResource[];

  constructor(input: ReconcileInput, catalog: ShapeCatalog, breaker: HealBreaker | undefined) {
    this.#input = input;
    this.#breaker = breaker;
    this.#catalog = catalog;
    this.#backends = [...input.observed.values()].filter(({ address }) =>
      backendKinds.has(parseAddress(address).kind),
    );
    const { resources, faulty = [], shared = [] } = input.desired;
    this.#shared = new Map(shared.map((gateway) => [gateway.address, gateway]));
    this.#resources = new Map(resources.map((resource) => [resource.address, resource]));
    this.#faulty = new Map(faulty.map((resource) => [resource.address, resource]));
  }

  planAll(): ResourcePlan[] {
    return [...namedAddresses(this.#input.desired)].flatMap((address) => this.#plan(address) ?? []);
  }

  /** @returns the resolved configurations of the targets that were never applied, once all are planned */
  addedTargets(): ReadonlyMap<Address, JsonObject> {
    const isAdded = (address: Address) => this.#plans.get(address)?.record.applied === undefined;
    return new Map([...this.#targets].filter(([address]) => isAdded(address)));
  }

  /** @returns undefined for a resource that is not in the manifest, or depends on itself */
  #plan(address: Address): ResourcePlan | undefined {
    const resource = this.#resources.get(address) ?? this.#faulty.get(address) ?? this.#shared.get(address);
    if (!resource || this.#inProgress.has(address)) return undefined;
    const existing = this.#plans.get(address);
    if (existing) return existing;
    this.#inProgress.add(address);
    const plan = isolated(address, this.#input, () => this.#planOne(resource));
    this.#inProgress.delete(address);
    this.#plans.set(address, plan);
    return plan;
  }

  #planOne(resource: DesiredResource | FaultyResource | DesiredSharedGateway): ResourcePlan {
    const { address } = resource;
    const failure = readFailureOf(address, this.#input);
    if (failure) return planFailedRead(address, failure, this.#input);
    if ('sharedBy' in resource) return this.#planShared(resource);
    if (!('config' in resource)) return planFaulty(resource, this.#input);
    const denied = this.#planDenied(address);
    if (denied) return denied;
    const ownership = this.#input.ownership?.get(address);
    if (ownership?.kind === 'shared')
      throw new RangeError(`${address} is a resource of this workspace and of another one.`);
    if (ownership && ownership.kind !== 'owned')
      return planResource(this.#input, address, false, (context) =>
        refuseUnowned(context, ownership, this.#differencesOf(resource, ownership)),
      );
    return this.#planAfterDependencies(resource, ownership);
  }

  #planShared(gateway: DesiredSharedGateway): ResourcePlan {
    const { address, sharedBy } = gateway;
    const ownership = this.#input.ownership?.get(address);
    const shared: SharedOwnership =
      ownership?.kind === 'shared' ? ownership : { kind: 'shared', sharedBy, denial: 'no-owner' };
    return planResource(this.#input, address, false, (context) =>
      planSharedGateway(context, gateway, shared),
    );
  }

  /** The plan of a target on a gateway on which this workspace may change nothing. */
  #planDenied(address: Address): ResourcePlan | undefined {
    const gateway = parentOf(address);
    const ownership = gateway && this.#input.ownership?.get(gateway);
    const isDenied = ownership?.kind === 'shared' && ownership.denial !== undefined;
    const plan = gateway && isDenied ? this.#plan(gateway) : undefined;
    return plan && planResource(this.#input, address, false, (context) => planDeniedTarget(context, plan));
  }

  #planAfterDependencies(
    resource: DesiredResource,
    ownership: Extract<Ownership, { kind: 'owned' }> | undefined,
  ): ResourcePlan {
    const { address, config } = resource;
    const blocker = this.#blockerOf(resource);
    const resolved = this.#resolve(config);
    const needsConsent = requiresConsent(config) || readsWithConsent(config);
    if ('missing' in resolved) {
      const plan = planResource(this.#input, address, needsConsent, planUnresolved);
      return { ...plan, ...(plan.inProgressSince === undefined && blocker), blocked: true };
    }
    const desired = this.#resolvedResource(resource, resolved.config);
    if (resource.kind === 'gatewayTarget') this.#targets.set(address, resolved.config);
    const plan = {
      ...planResource(this.#input, address, needsConsent, (context) => {
        const known = withProtection(context.record, desired);
        const record = ownership?.adopts ? startAdoption(known) : known;
        return planDesired({ ...context, record }, desired);
      }),
      fingerprint: desired.fingerprint,
      ...defined({ wantedTags: desired.tags }),
    };
    if (blocker && (plan.operation ?? plan.toolRead)) return { ...plan, ...blocker, blocked: true };
    const { escalation } = this.#input.desired.owners;
    return withApprovers(plan, defined({ owner: resource.owner, escalation }));
  }

  #resolve(config: JsonObject) {
    return resolveReferences(config, (source, field) => this.#plan(source)?.record.outputs?.[field]);
  }

  /** What an adoption would change, as far as the configurations of both sides are known. */
  #differencesOf({ kind, config }: DesiredResource, ownership: Ownership): readonly Difference[] | undefined {
    const live = ownership.kind === 'unowned' ? ownership.config : undefined;
    const resolved = this.#resolve(config);
    if (!live || 'missing' in resolved) return undefined;
    const row = resourceKinds[kind];
    const shapes = comparableShapes(row, this.#catalog);
    return compareConfiguration(row, resolved.config, live, shapes).differences;
  }

  #blockerOf(resource: DesiredResource): Blocker | undefined {
    for (const address of dependenciesOf(resource)) {
      const plan = this.#plan(address);
      if (!plan) return waitingFor(address, 'absent');
      if (!isDependencyUsable(plan) && !isUsableParent(resource, plan))
        return waitingFor(address, plan.state);
      if (followsForeignVersion(resource, plan)) return stayingBehind(address);
    }
    return undefined;
  }

  /** @returns undefined for a resource without a list of tools, and where no list is watched */
  #watchRule(
    address: Address,
    config: JsonObject,
    { approve }: DesiredResource['settings'],
  ): WatchRule | undefined {
    const { toolReadings } = this.#input;
    const gateway = parentOf(address);
    // Of a gateway of another workspace, only the service tells what it is.
    const gatewayConfig = gateway && (this.#resources.get(gateway)?.config ?? this.#sharedConfig(gateway));
    if (!toolReadings || !gatewayConfig) return undefined;
    const { gatewayUrl } = this.#plan(gateway)?.record.outputs ?? {};
    const sources = toolSourcesOf({ config, gateway: gatewayConfig, ...defined({ gatewayUrl }) });
    const rule = stricterRule(approve, this.#input.recorded.get(address)?.approve ?? 'never');
    return sources && { sources, approve: rule, ...defined({ reading: toolReadings.get(address) }) };
  }

  #sharedConfig(gateway: Address): JsonObject | undefined {
    return this.#shared.has(gateway) ? this.#input.observed.get(gateway)?.config : undefined;
  }

  #resolvedResource(
    { address, kind, settings, adopt, protect, publication }: DesiredResource,
    config: JsonObject,
  ): ResolvedResource {
    const { desired, needsApproval, unknownContracts, rolloutHolds } = this.#input;
    const { runtimeUpdates, secretVersions, tagsChangedAt } = this.#input;
    return {
      config,
      fingerprint: fingerprint(config),
      workspace: desired.workspace,
      ...(resourceKinds[kind].tags && { tags: tagsOf(config) }),
      row: resourceKinds[kind],
      catalog: this.#catalog,
      selfHeal: desired.settings.selfHeal && !this.#breaker,
      ...defined({ breaker: this.#breaker }),
      ...defined({ adopt, rolloutHold: rolloutHolds?.get(address) }),
      needsApproval: needsApproval?.has(address) ?? false,
      unknownContract: unknownContracts?.has(address) ?? false,
      resync: settings.resync,
      ...defined({ watch: this.#watchRule(address, config, settings) }),
      approve: settings.approve,
      protect: protect ?? resourceKinds[kind].holdsData ?? false,
      ...defined({
        publication,
        runtimeUpdatedAt: latestUpdate(backendsOf(config), this.#backends, runtimeUpdates),
        secretVersions,
        tagsChangedAt,
      }),
    };
  }
}

/** The protection outlasts the manifest's entry: only an upload that names the resource ends it. */
function withProtection(record: ResourceRecord, { protect }: ResolvedResource): ResourceRecord {
  if ((record.protect ?? false) === protect) return record;
  return protect ? { ...record, protect } : omit(record, 'protect');
}

function startAdoption(record: ResourceRecord): ResourceRecord {
  return { ...record, adopted: record.adopted ?? { differences: [], kept: [] } };
}

/** The manifest's tags. Values of other types do not pass the check of the manifest. */
export function tagsOf({ tags }: JsonObject): TagMap {
  return Object.fromEntries(
    Object.entries(isJsonObject(tags) ? tags : {}).map(([key, value]) => [key, String(value)]),
  );
}

/** Plans a resource whose configuration is unknown, since it refers to an output that does not exist yet. */
function planUnresolved(context: ResourceContext): ResourcePlan {
  return resourcePlan(context, 'in-progress', ['Waits for an output of another resource.']);
}
