import type { Random } from './random.ts';

/** The kinds of faults: those of a request, and those of the operation that a request starts. */
export const FAULT_KINDS = {
  /** The response is ThrottlingException. */
  throttle: 'request',
  /** The response is an error, before or after the effect of the request. */
  error: 'request',
  /** The server closes the connection, before or after the effect. */
  disconnect: 'request',
  /** The server sends no response, before or after the effect. */
  timeout: 'request',
  /** A List returns its earlier response to the same request. */
  staleList: 'request',
  /** The operation takes `factor` times as long. */
  slow: 'operation',
  /** The operation ends in its failed status. */
  fail: 'operation',
  /** The operation succeeds, and the resource fails `delay` milliseconds later. */
  failLater: 'operation',
  /** A synchronization ends READY without an effect. */
  lostSync: 'operation',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** A rule that injects a fault. Without `probability`, `after` and `times`, it applies to every match. */
export interface FaultRule {
  readonly fault: FaultKind;
  /** The matching operation, such as `CreateGatewayTarget`; any if absent. */
  readonly operation?: string;
  /** A regular expression for the name or id of the resource; any if absent. */
  readonly resource?: string;
  /** Between 0 and 1. */
  readonly probability?: number;
  /** The number of matches to skip first. */
  readonly after?: number;
  /** The maximum number of injections. */
  readonly times?: number;
  /** For error, disconnect and timeout: before or after the effect of the request; before if absent. */
  readonly when?: 'before' | 'after';
  /** For error: the error's name in the API; InternalServerException if absent. */
  readonly error?: string;
  readonly message?: string;
  /** For slow; 10 if absent. */
  readonly factor?: number;
  /** For failLater: simulated milliseconds; 0 if absent. */
  readonly delay?: number;
  /** For fail and failLater: the status reason. */
  readonly reason?: string;
}

export interface InjectedFault {
  /** Milliseconds since the epoch, simulated time. */
  readonly at: number;
  readonly fault: FaultKind;
  readonly operation: string;
  readonly resource: string;
}

/** The operation and the resource that a fault rule is matched with. */
export interface FaultTarget {
  readonly operation: string;
  readonly resource: string;
}

interface CountedRule {
  readonly rule: FaultRule;
  readonly pattern: RegExp | undefined;
  matched: number;
  injected: number;
}

/** The log drops its oldest entries beyond this number. */
const MAX_LOG_ENTRIES = 10_000;

/** Selects the faults to inject. The same seed, rules and order of requests give the same faults. */
export class Faults {
  readonly #random: Random;
  readonly #now: () => number;
  #rules: CountedRule[] = [];
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

  /** Replaces all rules and resets their counts. */
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

  /** Finds the first rule of these kinds that injects a fault now, and logs the injection. */
  match(
    kinds: readonly FaultKind[],
    target: FaultTarget,
    when: 'before' | 'after' = 'before',
  ): FaultRule | undefined {
    const found = this.#rules.find(
      (candidate) =>
        kinds.includes(candidate.rule.fault) &&
        (candidate.rule.when ?? 'before') === when &&
        this.#injects(candidate, target),
    );
    if (!found) return undefined;
    this.#log.push({ at: this.#now(), fault: found.rule.fault, ...target });
    if (this.#log.length > MAX_LOG_ENTRIES) this.#log.shift();
    return found.rule;
  }

  #injects(counted: CountedRule, { operation, resource }: FaultTarget): boolean {
    const { rule, pattern } = counted;
    if (rule.operation !== undefined && rule.operation !== operation) return false;
    if (pattern && !pattern.test(resource)) return false;
    counted.matched += 1;
    if (counted.matched <= (rule.after ?? 0) || counted.injected >= (rule.times ?? Infinity)) return false;
    // Only a rule with a probability takes a random number; other rules do not shift the sequence.
    if (rule.probability !== undefined && this.#random.next() >= rule.probability) return false;
    counted.injected += 1;
    return true;
  }
}
