import type { Address } from '../../core/address.ts';
import { GateloopError } from '../../core/errors.ts';
import type { ReadFailure } from '../../core/reconcile/plan.ts';
import { isThrottling } from '../../core/reconcile/rejectionCause.ts';
import { logger } from '../runtime/observability.ts';

/**
 * How many reads a poll makes by one operation: the service grants ten a second to the account, and two are left for other
 * workspaces. Of the other operations no limit is published.
 */
const READS_PER_POLL: Readonly<Record<string, number>> = {
  'get gateway': 8,
  'get gatewayTarget': 8,
  'list gatewayTarget': 8,
};

/** When the next poll reads what this one could not: the service grants requests by the second, and a reservation lasts longer. */
const RETRY_SECONDS = { least: 2, most: 4 };

/** How a poll or a plan reads resources. */
export interface ResourceReads {
  /** The resources that could not be read now, as the service had too many requests. */
  readonly unread: Set<Address>;
  /** The resources whose read the service rejected otherwise. Such a failure concerns what is read, and nothing else. */
  readonly failed: Map<Address, ReadFailure>;
  /** When what is unread is to be read again. */
  readonly retryAfterSeconds: number;
  /**
   * Reads, if that can be done now. Otherwise the addresses are `unread`, or `failed`.
   *
   * @param operation such as `get gateway`: each has a request rate of its own
   * @param addresses what the read is about; none for a read without which every resource can be planned
   * @returns why the read was not made or failed; undefined where it succeeded
   * @throws what `read` throws and is no answer of the service
   */
  run(
    operation: string,
    addresses: readonly Address[],
    read: () => Promise<void>,
  ): Promise<ReadFailure | undefined>;
}

/** The reads of a plan, which a person waits for: its client repeats what the service refuses for now. */
export class UnlimitedReads implements ResourceReads {
  readonly retryAfterSeconds = RETRY_SECONDS.least;
  readonly unread = new Set<Address>();
  readonly failed = new Map<Address, ReadFailure>();

  async run(
    operation: string,
    addresses: readonly Address[],
    read: () => Promise<void>,
  ): Promise<ReadFailure | undefined> {
    // A Get may succeed where the List before it failed.
    for (const address of addresses) this.failed.delete(address);
    const error = await serviceError(read);
    return error && setAside(this.failed, operation, addresses, error);
  }
}

/**
 * The reads of one poll, as far as the request rate of the account allows them. What cannot be read now, the next poll of
 * the reconciliation reads, so that a poll neither fails for it nor waits in a function that is paid by time.
 */
export class ThrottledReads implements ResourceReads {
  readonly unread = new Set<Address>();
  readonly failed = new Map<Address, ReadFailure>();
  /** How many reads are left, by operation. */
  readonly #left = new Map(Object.entries(READS_PER_POLL));
  readonly retryAfterSeconds: number;

  /** @param random from 0 up to 1: workspaces whose reads were refused together read again at different seconds */
  constructor(random: number) {
    const { least, most } = RETRY_SECONDS;
    this.retryAfterSeconds = least + Math.floor(random * (most - least + 1));
  }

  async run(
    operation: string,
    addresses: readonly Address[],
    read: () => Promise<void>,
  ): Promise<ReadFailure | undefined> {
    const left = this.#left.get(operation) ?? Number.POSITIVE_INFINITY;
    if (left > 0) {
      this.#left.set(operation, left - 1);
      // A Get may succeed where the List before it failed.
      for (const address of addresses) this.failed.delete(address);
      const error = await serviceError(read);
      if (!error) return undefined;
      if (!isThrottling(error.code)) return setAside(this.failed, operation, addresses, error);
      this.#left.set(operation, 0);
    }
    for (const address of addresses) this.unread.add(address);
    return { reason: 'The service has no requests left for now.', transient: true };
  }
}

/** @returns the error with which the service answered a read; undefined where the read succeeded */
async function serviceError(read: () => Promise<void>): Promise<GateloopError | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (error instanceof GateloopError) return error;
    throw error;
  }
}

/** Only what was read is set aside: the error says nothing about other resources. */
function setAside(
  failed: Map<Address, ReadFailure>,
  operation: string,
  addresses: readonly Address[],
  { code, message, retryable: transient }: GateloopError,
): ReadFailure {
  const failure = { reason: `${code}: ${message}`, transient };
  for (const address of addresses) failed.set(address, failure);
  logger.warn('Resources could not be read', { operation, addresses, code });
  return failure;
}
