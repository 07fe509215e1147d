import type { DesiredResource } from '../../desired/desired.ts';
import { type Decision, decide, type ResourceReport } from '../decide.ts';
import type { Memory, Operation } from '../memory.ts';
import type { Observed } from '../observed.ts';
import { catalogue } from './catalogue.ts';
import { addressFor, appliedMemory, gateway, observedAs, type Situation, worldOf } from './worlds.ts';

/** What is decided about one resource on a gateway that is in step. */
export interface Decided {
  readonly decision: Decision;
  readonly operation: Operation | undefined;
  readonly report: ResourceReport | undefined;
  /** What is remembered after the decision, changed or not. */
  readonly memory: Memory | undefined;
}

/** Everything about the resource but what stands here is as in `worldOf`. */
export interface About extends Omit<Situation, 'resources' | 'observed' | 'memory'> {
  readonly observed?: Observed;
  readonly memory?: Memory;
  /** Whether the resource is in the manifest. */
  readonly wanted?: boolean;
  /** Further resources, all in step. */
  readonly others?: readonly DesiredResource[];
}

export function decideAbout(resource: DesiredResource, about: About): Decided {
  const { observed, memory, wanted = true, others = [], ...situation } = about;
  const inStep = [gateway(), ...others];
  const world = worldOf({
    ...situation,
    resources: wanted ? [...inStep, resource] : inStep,
    observed: [...inStep.map((each) => observedAs(each, 'READY')), ...(observed ? [observed] : [])],
    memory: [...inStep.map((each) => appliedMemory(each)), ...(memory ? [memory] : [])],
  });
  const decision = decide(world, catalogue);
  const address = addressFor(resource);
  const planned = [...decision.operations, ...decision.syncs].find((each) => each.address === address);
  const forgotten = decision.forget.includes(address);
  return {
    decision,
    operation: planned?.operation,
    report: decision.resources.find((each) => each.address === address),
    memory: forgotten ? undefined : (decision.remember.find((each) => each.address === address) ?? memory),
  };
}
