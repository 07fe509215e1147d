import type { Random } from './random.ts';

/** What can go wrong, and where it strikes. */
export const FAULT_KINDS = {
  /** The request is refused with ThrottlingException. */
  throttle: 'request',
  /** The request is answered with an error, before or after its effect. */
  error: 'request',
  /** The connection is cut, before or after the effect. */
  cut: 'request',
  /** No answer comes until the client gives up, before or after the effect. */
  timeout: 'request',
  /** A List answers what it answered to the same request before. */
  staleList: 'request',
  /** The operation takes `factor` times as long. */
  slow: 'settling',
  /** The operation ends in its failed status. */
  fail: 'settling',
  /** The resource settles well and fails `delay` milliseconds later by itself. */
  flip: 'settling',
  /** A synchronisation ends READY without having happened. */
  lostSync: 'settling',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** One rule of what to inject. Without `probability`, `after` and `times`, it strikes always. */
export interface FaultRule {
  readonly fault: FaultKind;
  /** The operation it strikes, such as `CreateGatewayTarget`; absent means any. */
  readonly operation?: string;
  /** A regular expression on the name or id of the resource; absent means any. */
  readonly resource?: string;
  /** Between 0 and 1. */
  readonly probability?: number;
  /** How many matching cases to let pass first. */
  readonly after?: number;
  /** How often to strike at most. */
  readonly times?: number;
  /** For error, cut, timeout: before the request has had its effect, or after. Before, where it is not said. */
  readonly when?: 'before' | 'after';
  /** The error's name in the API; InternalServerException where it is not said. */
  readonly error?: string;
  readonly message?: string;
  readonly factor?: number;
  readonly delay?: number;
  /** For fail and flip: the status reason. */
  readonly reason?: string;
}

export interface InjectedFault {
  /** Simulated time. */
  readonly at: number;
  readonly fault: FaultKind;
  readonly operation: string;
  readonly resource: string;
}

export interface FaultTarget {
  readonly operation: string;
  readonly resource: string;
}

interface ArmedRule {
  readonly rule: FaultRule;
  readonly pattern: RegExp | undefined;
  matched: number;
  injected: number;
}

/** How many injections the log keeps; beyond it, the oldest go. */
const MAX_LOG_ENTRIES = 10_000;

/** Decides which faults strike. The same seed, rules and order of requests give the same faults. */
export class Faults {
  readonly #random: Random;
  readonly #now: () => number;
  #rules: ArmedRule[] = [];
  #log: InjectedFault[] = [];

  constructor(random: Random, now: () => number, rules: readonly FaultRule[] = []) {
    this.#random = random;
    this.#now = now;
    this.setRules(rules);
  }

  get rules(): readonly FaultRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  get log(): readonly InjectedFault[] {
    return this.#log;
  }

  /** Replaces all rules; their counts start anew. */
  setRules(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({
      rule,
      pattern: rule.resource === undefined ? undefined : new RegExp(rule.resource),
      matched: 0,
      injected: 0,
    }));
  }

  clearLog(): void {
    this.#log = [];
  }

  /** The first rule of one of these kinds that strikes now, which is logged. */
  match(
    kinds: readonly FaultKind[],
    target: FaultTarget,
    when: 'before' | 'after' = 'before',
  ): FaultRule | undefined {
    const armed = this.#rules.find(
      (candidate) =>
        kinds.includes(candidate.rule.fault) &&
        (candidate.rule.when ?? 'before') === when &&
        this.#isDue(candidate, target),
    );
    if (!armed) return undefined;
    this.#log.push({ at: this.#now(), fault: armed.rule.fault, ...target });
    if (this.#log.length > MAX_LOG_ENTRIES) this.#log.shift();
    return armed.rule;
  }

  #isDue(armed: ArmedRule, { operation, resource }: FaultTarget): boolean {
    const { rule, pattern } = armed;
    if (rule.operation !== undefined && rule.operation !== operation) return false;
    if (pattern && !pattern.test(resource)) return false;
    armed.matched += 1;
    if (armed.matched <= (rule.after ?? 0) || armed.injected >= (rule.times ?? Infinity)) return false;
    // Drawn only when the chance matters, so that certain rules do not shift the stream.
    if (rule.probability !== undefined && this.#random.next() >= rule.probability) return false;
    armed.injected += 1;
    return true;
  }
}
