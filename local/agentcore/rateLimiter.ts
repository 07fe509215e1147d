import type { EmulatorContext } from './emulatorContext.ts';
import { throttled } from './serviceError.ts';

interface TokenBucket {
  tokens: number;
  /** When the tokens were last counted. */
  at: number;
}

/** Limits request rates with a token bucket per operation, which holds one second's worth of requests. */
export class RateLimiter {
  readonly #context: EmulatorContext;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(context: EmulatorContext) {
    this.#context = context;
  }

  /** @throws ServiceError ThrottlingException, or what the operation calls it, if the operation's rate is exhausted */
  consume(operation: string): void {
    const rate = this.#context.settings.quotas.ratePerSecond[operation];
    if (rate === undefined || rate === Infinity) return;
    const now = this.#context.clock.now();
    const bucket = this.#buckets.get(operation) ?? { tokens: rate, at: now };
    const tokens = Math.min(rate, bucket.tokens + ((now - bucket.at) / 1000) * rate);
    const allowed = tokens >= 1;
    this.#buckets.set(operation, { tokens: allowed ? tokens - 1 : tokens, at: now });
    if (!allowed) {
      throw throttled(
        operation,
        `Rate exceeded: ${operation} allows ${rate} requests per second. Slow down and try again.`,
      );
    }
  }

  clear(): void {
    this.#buckets.clear();
  }
}
