import type { Address } from '../address.ts';
import type { JsonObject } from '../json.ts';
import type { Status } from '../status.ts';

/** What the control plane says now about one resource. Times are ms since the epoch. */
export interface ObservedResource {
  readonly address: Address;
  readonly id: string;
  readonly status: Status;
  readonly reasons: readonly string[];
  readonly updatedAt: number;
  readonly lastSynchronizedAt?: number;
  /** The session of the link that awaits a person, hashed. */
  readonly linkSession?: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The configuration, where a Get was needed: memory did not know this `updatedAt`. */
  readonly config?: JsonObject;
}
