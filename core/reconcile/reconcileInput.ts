import type { Address } from '../address.ts';
import type { DesiredState } from '../desired/desired.ts';
import type { Quotas } from './concurrency.ts';
import type { Latencies } from './latencyEstimator.ts';
import type { ObservedResource } from './observedResource.ts';
import type { ResourceRecord } from './resourceRecord.ts';

/** Everything that a decision rests on. The same world always gives the same decision. */
export interface ReconcileInput {
  readonly desired: DesiredState;
  /**
   * Whatever is there of the kinds and on the gateways that the manifest or memory names. What is missing here is
   * taken for gone, so a list that could not be read must not be passed on as an empty one.
   */
  readonly observed: ReadonlyMap<Address, ObservedResource>;
  /** What is there but carries the tag of another workspace, with that one's name; it is not among `observed`. */
  readonly ownedByOtherWorkspace?: ReadonlyMap<Address, string>;
  readonly recorded: ReadonlyMap<Address, ResourceRecord>;
  readonly latencies: Latencies;
  /** Targets whose change of tools needs a person's yes before it is made. */
  readonly needsApproval?: ReadonlySet<Address>;
  /** Targets of which it is not known whether they are among those, before their configuration has been read. */
  readonly unknownContracts?: ReadonlySet<Address>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly quotas?: Quotas;
}
