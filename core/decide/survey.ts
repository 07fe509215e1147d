import type { ShapeCatalogue } from '../api/shapes.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { fingerprint } from '../desired/fingerprint.ts';
import { resolveReferences } from '../desired/resolveReferences.ts';
import { type Address, addressOf } from '../resources/address.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import type { Case } from './case.ts';
import { awaitsConsent } from './consent.ts';
import { behind, dependenciesOf, isDependable } from './dependencies.ts';
import { judge, judgeLeftover } from './judge.ts';
import { type Judged, judgeOne } from './judged.ts';
import { afterLeaving, blockLeftovers, leftoversOf } from './leftovers.ts';
import { withoutRequest, withoutResource } from './memory.ts';
import { updatableMembers } from './updatableMembers.ts';
import { type Verdict, verdict } from './verdict.ts';
import type { Wanted } from './want.ts';
import type { World } from './world.ts';

/** Judges every resource of a workspace: what is wanted in the order of the manifest, then what is to be pruned. */
export function survey(world: World, catalogue: ShapeCatalogue): Judged[] {
  const wanted = new WantedResources(world, catalogue).judgeAll();
  if (!world.desired.settings.prune) return wanted;
  const left = leftoversOf(world);
  const memory = new Map(left.map((known) => [known.address, afterLeaving(known)]));
  const leftovers = left.map(({ address }) => {
    const judgeBy = world.foreign?.has(address) ? letGo : judgeLeftover;
    return judgeOne({ ...world, memory }, address, false, judgeBy);
  });
  return [...wanted, ...blockLeftovers(leftovers, wanted, world.observed)];
}

/** Judges what is wanted, each resource after those that it depends on. */
class WantedResources {
  readonly #world: World;
  readonly #catalogue: ShapeCatalogue;
  readonly #resources: ReadonlyMap<Address, DesiredResource>;
  readonly #judged = new Map<Address, Judged>();
  readonly #underJudgement = new Set<Address>();

  constructor(world: World, catalogue: ShapeCatalogue) {
    this.#world = world;
    this.#catalogue = catalogue;
    this.#resources = new Map(
      world.desired.resources.map((resource) => [addressOf(resource.kind, resource.name), resource]),
    );
  }

  judgeAll(): Judged[] {
    return [...this.#resources.keys()].flatMap((address) => this.#judge(address) ?? []);
  }

  /** @returns undefined for what is not in the manifest, and for a resource that depends on itself */
  #judge(address: Address): Judged | undefined {
    const resource = this.#resources.get(address);
    if (!resource || this.#underJudgement.has(address)) return undefined;
    const known = this.#judged.get(address);
    if (known) return known;
    this.#underJudgement.add(address);
    const judged = this.#judgeAfterOthers(address, resource);
    this.#underJudgement.delete(address);
    this.#judged.set(address, judged);
    return judged;
  }

  #judgeAfterOthers(address: Address, resource: DesiredResource): Judged {
    const other = this.#world.foreign?.get(address);
    if (other !== undefined)
      return judgeOne(this.#world, address, false, (given) => refuseForeign(given, other));
    const blocker = this.#blockerOf(resource);
    const resolved = resolveReferences(
      resource.config,
      (kind, name, field) => this.#judge(addressOf(kind, name))?.memory.outputs?.[field],
    );
    const consents = awaitsConsent(resource.config);
    if ('missing' in resolved) {
      const judged = judgeOne(this.#world, address, consents, unresolved);
      return { ...judged, ...(judged.movingSince === undefined && blocker), blocked: true };
    }
    const wanted = this.#wanted(resource, resolved.config);
    const judged = judgeOne(this.#world, address, consents, (given) => judge(given, wanted));
    const known = { ...judged, fingerprint: wanted.fingerprint };
    return blocker && judged.operation ? { ...known, ...blocker, blocked: true } : known;
  }

  #blockerOf(resource: DesiredResource): Pick<Verdict, 'state' | 'reasons'> | undefined {
    for (const address of dependenciesOf(resource)) {
      const judged = this.#judge(address);
      if (!judged) return behind(address, 'absent');
      if (!isDependable(judged)) return behind(address, judged.state);
    }
    return undefined;
  }

  #wanted({ kind, name, settings }: DesiredResource, config: Wanted['config']): Wanted {
    return {
      config,
      fingerprint: fingerprint(config),
      updatable: updatableMembers(kind, this.#catalogue),
      fixed: resourceKinds[kind].fixed,
      selfHeal: this.#world.desired.settings.selfHeal,
      needsApproval: this.#world.toApprove?.has(addressOf(kind, name)) ?? false,
      unreadContract: this.#world.unreadContracts?.has(addressOf(kind, name)) ?? false,
      resync: settings.resync,
    };
  }
}

/** A resource whose configuration is not known, since it refers to what another one has not given yet. */
function unresolved({ memory }: Case): Verdict {
  return verdict(memory, 'in-progress', ['Waits for a value that another resource has not given yet.']);
}

/** A resource of another workspace is not touched, nor known by its id: so that nothing is ever deleted for it. */
function refuseForeign({ memory }: Case, other: string): Verdict {
  return verdict(withoutRequest(withoutResource(memory)), 'refused', [
    `It belongs to the workspace "${other}", as its tag gateloop:workspace says, and is not touched. Give it another name here, or take it out of the manifest there and the tag off it.`,
  ]);
}

/** It left the manifest, and is another workspace's: nothing of it is ours to delete. */
function letGo({ memory }: Case): Verdict {
  return verdict(withoutResource(memory), 'absent', []);
}
