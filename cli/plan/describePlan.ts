import { type Address, addressOf, parseAddress } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import { configChanges } from '../../core/comparison/configChanges.ts';
import { KNOWN_AFTER_APPLY } from '../../core/comparison/shownValues.ts';
import { configurationOf, type DesiredResource } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import type { JsonObject } from '../../core/json.ts';
import { ownerLabel } from '../../core/manifest/owners.ts';
import type { Reference } from '../../core/manifest/reference.ts';
import { defined, omit, own } from '../../core/objects.ts';
import { formatPath } from '../../core/problem.ts';
import { approversInForce } from '../../core/reconcile/approvers.ts';
import { dependenciesOf } from '../../core/reconcile/dependencies.ts';
import { adoptionReasons, driftText } from '../../core/reconcile/differenceReport.ts';
import type { ResourcePlan } from '../../core/reconcile/plan.ts';
import { tagsOf } from '../../core/reconcile/planWorkspace.ts';
import { resourcesToPrune } from '../../core/reconcile/prune.ts';
import { observedRuntime } from '../../core/reconcile/runtimeUpdates.ts';
import { tagChange } from '../../core/reconcile/tags.ts';
import { cachesListedTools, requiresConsent, servingRuntime } from '../../core/resources/gatewayTarget.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { childKindsOf, resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';
import type { SavedContract } from '../../core/storage/toolContractDocuments.ts';
import { compareTools, type ToolChange } from '../../core/toolContracts/compareTools.ts';
import { contractOf, diffContracts, savedContract } from '../../core/toolContracts/toolContract.ts';
import type { DecisionPreview } from '../../functions/poll/previewDecision.ts';
import { difference, liveDifferences, type MemberDifference } from './memberDifferences.ts';
import { isChange, type PlannedAction, type PlannedQuestion, type PlannedResource } from './planDocument.ts';
import { actionOfDesired, actionOfLeftover } from './plannedAction.ts';

/** What a description needs beside the decision. */
export interface PlanFacts extends DecisionPreview {
  /** The contract that was saved with the applied configuration of a resource, where there is one. */
  readonly saved: ReadonlyMap<Address, SavedContract>;
  /** The error codes of the kinds that AgentCore refused to show. */
  readonly unread: ReadonlyMap<KindName | 'tags', string>;
  readonly catalog: ShapeCatalog;
}

/** Describes a decision for people: each resource with what becomes of it until the workspace settles. */
export function describePlan(facts: PlanFacts): PlannedResource[] {
  const { desired, decision, ownership } = facts;
  const resources = new Map(desired.resources.map((resource) => [resource.address, resource]));
  const actions = new Map(
    decision.plans.map((plan): [Address, PlannedAction] => {
      const owner = ownership.get(plan.address);
      const action = resources.has(plan.address)
        ? actionOfDesired(plan, owner)
        : actionOfLeftover(plan, owner);
      return [plan.address, action];
    }),
  );
  const describer = new Describer(facts, actions);
  const planned = decision.plans.flatMap((plan) => {
    const resource = resources.get(plan.address);
    if (resource) return [describer.desired(plan, resource)];
    // A resource that is gone already is only dropped from the ledger.
    return actions.get(plan.address) === 'nothing' ? [] : [describer.leftover(plan)];
  });
  return [...planned, ...keptTargets(facts)];
}

class Describer {
  readonly #facts: PlanFacts;
  readonly #actions: ReadonlyMap<Address, PlannedAction>;
  readonly #plans: ReadonlyMap<Address, ResourcePlan>;

  constructor(facts: PlanFacts, actions: ReadonlyMap<Address, PlannedAction>) {
    this.#facts = facts;
    this.#actions = actions;
    this.#plans = new Map(facts.decision.plans.map((plan) => [plan.address, plan]));
  }

  desired(plan: ResourcePlan, resource: DesiredResource): PlannedResource {
    const { address, state, record, heals } = plan;
    const runtime = this.#changingRuntime(resource);
    const planned = this.#actions.get(address) ?? 'nothing';
    const action = planned === 'nothing' && state === 'ready' ? this.#laterAction(resource) : planned;
    const notes = [
      ...this.#reasons(plan, resource, action),
      ...(heals && record.drift ? [driftText(record.drift)] : []),
      ...(action === 'adopt' ? [keptText(resource, plan)] : []),
      ...(action !== planned && action === 'sync'
        ? [`Synchronized once ${runtime} has changed, since its tools may have.`]
        : []),
      ...(action !== planned && action === 'update'
        ? [`After ${this.#newVersionOf(resource)}, whose new version it names.`]
        : []),
    ];
    return {
      ...this.#base(plan, action),
      state,
      differences: [
        ...this.#differences(plan, resource, action),
        ...(action !== planned && action === 'update' ? this.#versionDifferences(resource) : []),
      ],
      // The page of the request shows what an added tool takes; a plan names the change.
      tools: this.#tools(resource, action).map(withoutMembers),
      asks: this.#questions(plan, resource, action),
      notes: [...new Set(notes)],
    };
  }

  /** The reasons of the decision, without those that tell only of its first step. */
  #reasons(plan: ResourcePlan, resource: DesiredResource, action: PlannedAction): readonly string[] {
    const { record, reasons, blocked } = plan;
    if (blocked && isChange({ action })) {
      const changing = dependenciesOf(resource).filter((address) =>
        isChange({ action: this.#actions.get(address) ?? 'nothing' }),
      );
      return changing.length > 0 ? [`After ${[...new Set(changing)].join(', ')}.`] : reasons;
    }
    const told = action === 'adopt' ? adoptionReasons(record) : [];
    return reasons.filter((reason) => !told.includes(reason));
  }

  leftover(plan: ResourcePlan): PlannedResource {
    const action = this.#actions.get(plan.address) ?? 'nothing';
    const given =
      action === 'unmanage'
        ? ['Given away: nothing is deleted, and a workspace that says "adopt" can take it over.']
        : [];
    return {
      ...this.#base(plan, action),
      state: plan.state,
      differences: [],
      tools: action === 'delete' ? this.#lostTools(plan) : [],
      asks: plan.state === 'awaiting-approval' ? [this.#deletionQuestion()] : [],
      notes: [...given, ...plan.reasons],
    };
  }

  /** All deletions of an upload are one question, which one of the resources holds. */
  #deletionQuestion(): PlannedQuestion {
    const { desired, decision } = this.#facts;
    const { guardrails, owners } = desired;
    const holder = decision.plans.find(
      ({ deletions, record }) => deletions !== undefined || record.request?.kind === 'deletion',
    );
    const asked = defined({ owner: owners.default });
    const { owner } = holder ? approversInForce(asked, holder.record, guardrails) : asked;
    const { request } = holder?.record ?? {};
    const isOpen = request?.notifiedAt !== undefined && !request.closed;
    return {
      kind: 'deletion',
      owner: ownerLabel(owner, owners),
      ...(isOpen && { askedAt: new Date(request.askedAt).toISOString() }),
    };
  }

  /** The tools that agents lose. */
  #lostTools({ address }: ResourcePlan): PlannedResource['tools'] {
    const before = this.#facts.saved.get(address);
    return before ? compareTools(before.tools, []).map(withoutMembers) : [];
  }

  #base({ address }: ResourcePlan, action: PlannedAction) {
    const { kind } = parseAddress(address);
    const { unread } = this.#facts;
    const code = unread.get(kind) ?? (action === 'create' && unread.get(resourceKinds[kind].parent ?? kind));
    return { address, action, ...(code && { unread: code }) };
  }

  /** The manifest's configuration, as far as its references are known now. */
  #configOf({ config }: Pick<DesiredResource, 'config'>): JsonObject {
    const outputs = (source: Address, field: string) => {
      const action = this.#actions.get(source);
      if (action === 'create' || action === 'replace') return KNOWN_AFTER_APPLY;
      if (action === 'update' && isVersion(source, field)) return KNOWN_AFTER_APPLY;
      return this.#plans.get(source)?.record.outputs?.[field] ?? KNOWN_AFTER_APPLY;
    };
    const resolved = resolveReferences(config, outputs);
    return 'config' in resolved ? resolved.config : config;
  }

  #differences(plan: ResourcePlan, resource: DesiredResource, action: PlannedAction): MemberDifference[] {
    const { address, record } = plan;
    const { observed, saved, unread, catalog } = this.#facts;
    const row = resourceKinds[resource.kind];
    if (action === 'create')
      return Object.entries(this.#configOf(resource))
        .filter(([name]) => name !== row.nameMember)
        .map(([name, value]) => difference(name, undefined, value));
    const isShown = action === 'adopt' || action === 'update' || action === 'replace' || action === 'tag';
    if (!isShown && !record.drift && !record.tags?.drift) return [];
    const before = saved.get(address)?.config;
    const live = observed.get(address)?.config;
    const tags = this.#tagDifferences(plan, resource);
    if (live && !unread.has(resource.kind)) {
      const sides = { row, config: this.#configOf(resource), live, record, catalog, ...defined({ before }) };
      return [...liveDifferences(sides), ...tags];
    }
    if (!before) return tags;
    const changes = configChanges(configurationOf(before), configurationOf(resource.config));
    return [...changes.map(({ path, from, to }) => difference(path, from, to)), ...tags];
  }

  #tagDifferences(plan: ResourcePlan, { kind, config }: DesiredResource): MemberDifference[] {
    const { address, tagChange: planned, record } = plan;
    const { desired, observed } = this.#facts;
    if (resourceKinds[kind].tags !== 'changeable') return [];
    const applied = record.tags?.applied;
    const live = observed.get(address)?.tags ?? applied;
    if (!live) return [];
    const wanted = { ...tagsOf(config), ...(live !== applied && { [WORKSPACE_TAG]: desired.workspace }) };
    const { set, remove } = planned ?? tagChange(live, applied ?? {}, wanted);
    return [
      ...Object.entries(set).map(([key, value]) => difference(tagPath(key), own(live, key), value)),
      ...remove.map((key) => difference(tagPath(key), own(live, key), undefined)),
    ];
  }

  #tools(resource: DesiredResource, action: PlannedAction): PlannedResource['tools'] {
    const { saved, toolChanges, unread } = this.#facts;
    const { address, kind } = resource;
    if (kind !== 'gatewayTarget' || (action !== 'update' && action !== 'adopt' && action !== 'replace'))
      return [];
    const known = toolChanges.get(address);
    const before = saved.get(address);
    if (known?.unknown === undefined && known && !unread.has(kind)) return known.changes;
    if (!before) return known?.changes ?? [];
    return diffContracts(savedContract(before.config, before.tools), contractOf(resource)).changes;
  }

  #questions(plan: ResourcePlan, resource: DesiredResource, action: PlannedAction): PlannedQuestion[] {
    const { state, askPerson, record } = plan;
    const { desired } = this.#facts;
    const kinds: PlannedQuestion['kind'][] = [
      ...(state === 'awaiting-approval' ? (['approval'] as const) : []),
      ...(state === 'awaiting-authorization' || (askPerson && state !== 'awaiting-approval')
        ? (['authorization'] as const)
        : []),
    ];
    const needsConsent = ['create', 'update', 'adopt', 'replace', 'sync'].includes(action);
    if (needsConsent && requiresConsent(resource.config) && !kinds.includes('authorization'))
      kinds.push('authorization');
    const { request } = record;
    return kinds.map((kind) => {
      const isOpen = request?.kind === kind && request.notifiedAt !== undefined && !request.closed;
      return {
        kind,
        owner: ownerLabel(resource.owner, desired.owners),
        ...(isOpen && { askedAt: new Date(request.askedAt).toISOString() }),
      };
    });
  }

  /** What becomes of a resource that is ready now, once others of the plan have changed. */
  #laterAction(resource: DesiredResource): PlannedAction {
    if (this.#newVersionOf(resource)) return 'update';
    return this.#changingRuntime(resource) ? 'sync' : 'nothing';
  }

  /** The resource that is about to have another version, which this one refers to. */
  #newVersionOf(resource: DesiredResource): Address | undefined {
    const [first] = this.#newVersions(resource);
    return first && addressOf(first.kind, first.name);
  }

  #newVersions({ references }: DesiredResource): readonly Reference[] {
    return references.filter(({ kind, name, field }) => {
      const source = addressOf(kind, name);
      return isVersion(source, field) && this.#actions.get(source) === 'update';
    });
  }

  #versionDifferences(resource: DesiredResource): MemberDifference[] {
    return this.#newVersions(resource).map(({ kind, name, field, path }) =>
      difference(
        formatPath(path),
        this.#plans.get(addressOf(kind, name))?.record.outputs?.[field],
        KNOWN_AFTER_APPLY,
      ),
    );
  }

  /** The resource of the workspace that runs the target's server and is about to have another version. */
  #changingRuntime({ config }: DesiredResource): Address | undefined {
    const runtime = servingRuntime(this.#configOf({ config }));
    const found = runtime && observedRuntime(runtime, this.#facts.observed.values());
    if (!found || !cachesListedTools(config)) return undefined;
    return this.#actions.get(found.address) === 'update' ? found.address : undefined;
  }
}

/** Whether an output is the number of the latest version, which each update changes. */
function isVersion(source: Address, field: string): boolean {
  const { kind } = parseAddress(source);
  return childKindsOf(kind).some(({ version }) => version?.ofParent === field);
}

/** The page of a request has these; a plan would have a page of them for each tool. */
function withoutMembers(change: ToolChange): ToolChange {
  return omit(change, 'membersBefore', 'membersAfter');
}

/** What becomes of the members of an adopted resource that the manifest does not name. */
function keptText({ adopt }: DesiredResource, { record }: ResourcePlan): string {
  const kept = record.adopted?.kept ?? [];
  if (adopt?.clear) return 'Takes it over, and clears the members that the manifest does not name.';
  if (kept.length === 0) return 'Takes it over.';
  return `Takes it over. These members stay, since the manifest does not name them: ${kept.join(', ')}.`;
}

/** Targets that left the manifest of a workspace without `prune`: the ledger keeps them, and nothing is done about them. */
function keptTargets({
  desired,
  records,
  observed,
  ownership,
  decision,
}: DecisionPreview): PlannedResource[] {
  const planned = new Set(decision.plans.map(({ address }) => address));
  const all = { ...desired, settings: { ...desired.settings, prune: true } };
  return resourcesToPrune({ recorded: records, desired: all, observed, ownership })
    .filter(({ address }) => !planned.has(address))
    .map(({ address, state }) => ({
      address,
      action: 'nothing',
      state,
      differences: [],
      tools: [],
      asks: [],
      notes: [
        desired.isPruningSuspended
          ? 'Not in the manifest; kept, since a registry that may provide it could not be read.'
          : 'Not in the manifest; kept, since settings.prune is off.',
      ],
    }));
}

function tagPath(key: string): string {
  return `tags.${key}`;
}
