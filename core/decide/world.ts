import type { Desired } from '../desired/desired.ts';
import type { Address } from '../resources/address.ts';
import type { Latencies } from './latency.ts';
import type { Memory } from './memory.ts';
import type { Observed } from './observed.ts';
import type { Quotas } from './window.ts';

/** Everything that a decision rests on. The same world always gives the same decision. */
export interface World {
  readonly desired: Desired;
  /**
   * Whatever is there of the kinds and on the gateways that the manifest or memory names. What is missing here is
   * taken for gone, so a list that could not be read must not be passed on as an empty one.
   */
  readonly observed: ReadonlyMap<Address, Observed>;
  /** What is there but carries the tag of another workspace, with that one's name; it is not among `observed`. */
  readonly foreign?: ReadonlyMap<Address, string>;
  readonly memory: ReadonlyMap<Address, Memory>;
  readonly latencies: Latencies;
  /** Targets whose change of tools needs a person's yes before it is made. */
  readonly toApprove?: ReadonlySet<Address>;
  /** Targets of which it is not known whether they are among those, before their configuration has been read. */
  readonly unreadContracts?: ReadonlySet<Address>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly quotas?: Quotas;
}
