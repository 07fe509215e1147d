/** One call of a port, with copies of its arguments. */
export interface RecordedCall<Method> {
  readonly method: Method;
  readonly input: readonly unknown[];
}

/** The names of a port's methods. */
type MethodOf<Port> = Extract<keyof Port, string>;

interface Arrangement<Method> {
  readonly method: Method;
  readonly at: 'before' | 'after';
  readonly action: () => void | Promise<void>;
}

/**
 * Records the calls of one in-memory port, and runs the actions that a test arranged for the next calls. Each
 * arrangement applies to one call. Arrangements of the same method apply in the order in which the test made them.
 */
export class CallScript<Port> {
  readonly #arranged: Arrangement<MethodOf<Port>>[] = [];
  readonly #calls: RecordedCall<MethodOf<Port>>[] = [];

  /** Makes the next call fail without its effect, for example with a `ServiceError`. */
  failNext(method: MethodOf<Port>, error: Error): void {
    this.#arranged.push({ method, at: 'before', action: () => raise(error) });
  }

  /** Makes the next call fail after its effect: a timeout after acceptance, or a step that is killed after the call. */
  failNextAfterEffect(method: MethodOf<Port>, error: Error): void {
    this.#arranged.push({ method, at: 'after', action: () => raise(error) });
  }

  /** Leaves the next calls unchanged. Later arrangements apply to the calls after them. */
  letPass(method: MethodOf<Port>, count = 1): void {
    for (let call = 0; call < count; call += 1) this.beforeNext(method, () => {});
  }

  /** Runs an action before the effect of the next call, for example a concurrent change by another step. */
  beforeNext(method: MethodOf<Port>, action: () => void | Promise<void>): void {
    this.#arranged.push({ method, at: 'before', action });
  }

  /** @returns the calls of one method, or of all methods: oldest first, failed calls included */
  calls(method?: MethodOf<Port>): readonly RecordedCall<MethodOf<Port>>[] {
    return method === undefined ? [...this.#calls] : this.#calls.filter((call) => call.method === method);
  }

  /** Forgets the recorded calls: a run of weeks would keep all of them. */
  forgetCalls(): void {
    this.#calls.length = 0;
  }

  /** @returns the methods of the unused arrangements. A test that leaves one has not made the call that it arranged. */
  unused(): readonly MethodOf<Port>[] {
    return this.#arranged.map(({ method }) => method);
  }

  /** Records a call and executes it; for the in-memory ports. The effect is synchronous, and so it is atomic. */
  async run<Result>(
    method: MethodOf<Port>,
    input: readonly unknown[],
    effect: () => Result,
  ): Promise<Result> {
    // A function has no copy: it is left out.
    const copied = input.filter((value) => typeof value !== 'function');
    this.#calls.push({ method, input: structuredClone(copied) });
    const arranged = this.#take(method);
    if (arranged?.at === 'before') await arranged.action();
    const result = effect();
    if (arranged?.at === 'after') await arranged.action();
    return result;
  }

  #take(method: MethodOf<Port>): Arrangement<MethodOf<Port>> | undefined {
    const index = this.#arranged.findIndex((arrangement) => arrangement.method === method);
    return index < 0 ? undefined : this.#arranged.splice(index, 1)[0];
  }
}

function raise(error: Error): never {
  throw error;
}
