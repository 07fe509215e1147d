import { GateloopError } from '../core/errors.ts';
import type { ControlPlane } from '../core/ports/controlPlane.ts';
import type { Ledger } from '../core/ports/ledger.ts';
import { isRatedRead, type RatedRead } from '../core/reconcile/callRate.ts';
import type { StepClock } from './runtime/lambdaStep.ts';

/** The ports with which a step reserves its reads. */
export interface ReservationPorts extends StepClock {
  readonly ledger: Pick<Ledger, 'reserveReads'>;
}

/**
 * A control plane that reserves each read of a step in the rate of the account, which all workspaces share. Where none is left,
 * the read fails as if the service had throttled it, so that the step treats both alike. Writes are reserved where they are made.
 */
export function pacedControlPlane(controlPlane: ControlPlane, ports: ReservationPorts): ControlPlane {
  const reservations = new ReadReservations(ports);
  const paced = async <Result>(operation: string, read: () => Promise<Result>): Promise<Result> => {
    if (isRatedRead(operation) && !(await reservations.take(operation))) throw noReadLeft(operation);
    return read();
  };
  return {
    get: (kind, id) => paced(`get ${kind}`, () => controlPlane.get(kind, id)),
    list: (kind, parentId) => paced(`list ${kind}`, () => controlPlane.list(kind, parentId)),
    summaries: (kind, ids) => paced(`list ${kind}`, () => controlPlane.summaries(kind, ids)),
    tags: (arn) => controlPlane.tags(arn),
    changeTags: (...call) => controlPlane.changeTags(...call),
    create: (...call) => controlPlane.create(...call),
    update: (...call) => controlPlane.update(...call),
    delete: (...call) => controlPlane.delete(...call),
    synchronize: (id) => controlPlane.synchronize(id),
    submit: (id) => controlPlane.submit(id),
    deprecate: (id, reason) => controlPlane.deprecate(id, reason),
  };
}

/** The reads of one moment by one operation, which are reserved together. */
interface Batch {
  size: number;
  readonly granted: Promise<number>;
}

/** Reserves the reads that a step makes at the same moment with one write to the ledger. */
class ReadReservations {
  readonly #ports: ReservationPorts;
  readonly #batches = new Map<RatedRead, Batch>();

  constructor(ports: ReservationPorts) {
    this.#ports = ports;
  }

  /** @returns whether the read may be made now */
  async take(operation: RatedRead): Promise<boolean> {
    const batch = this.#batches.get(operation) ?? this.#open(operation);
    const position = batch.size;
    batch.size += 1;
    return position < (await batch.granted);
  }

  #open(operation: RatedRead): Batch {
    const { ledger, clock } = this.#ports;
    // Lets the other readers of this moment join.
    const granted = Promise.resolve().then(() => {
      this.#batches.delete(operation);
      return ledger.reserveReads(operation, batch.size, clock());
    });
    const batch: Batch = { size: 0, granted };
    this.#batches.set(operation, batch);
    return batch;
  }
}

function noReadLeft(operation: RatedRead): GateloopError {
  return new GateloopError(
    'ThrottlingException',
    `All workspaces together have used up what the account may read with "${operation}" in this second. Gateloop reads it again within seconds.`,
    { retryable: true },
  );
}
