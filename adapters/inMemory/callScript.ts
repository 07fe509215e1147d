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
  readonly act: () => void | Promise<void>;
}

/**
 * The calls of one in-memory port: records them, and does what a test has arranged for the next ones. Each arrangement
 * holds for one call; arrangements for the same method are used in the order in which they were made.
 */
export class CallScript<Port> {
  readonly #arranged: Arrangement<MethodOf<Port>>[] = [];
  readonly #calls: RecordedCall<MethodOf<Port>>[] = [];

  /** The next call fails without an effect, such as with a `ServiceError`. */
  failNext(method: MethodOf<Port>, error: Error): void {
    this.#arranged.push({ method, at: 'before', act: () => raise(error) });
  }

  /** The next call has its effect and its answer is lost: a timeout after acceptance, or a step killed after the call. */
  failNextAfterEffect(method: MethodOf<Port>, error: Error): void {
    this.#arranged.push({ method, at: 'after', act: () => raise(error) });
  }

  /** The next calls take place as they are; what is arranged afterwards holds for the calls after them. */
  letPass(method: MethodOf<Port>, count = 1): void {
    for (let call = 0; call < count; call += 1) this.beforeNext(method, () => {});
  }

  /** Does something at the moment of the next call, before its effect, such as what another step does meanwhile. */
  beforeNext(method: MethodOf<Port>, act: () => void | Promise<void>): void {
    this.#arranged.push({ method, at: 'before', act });
  }

  /** The calls so far, oldest first, failed ones included: of one method, or of all. */
  calls(method?: MethodOf<Port>): readonly RecordedCall<MethodOf<Port>>[] {
    return method === undefined ? [...this.#calls] : this.#calls.filter((call) => call.method === method);
  }

  /** The methods that something is still arranged for: a test that ends with any has not tested what it meant to. */
  unused(): readonly MethodOf<Port>[] {
    return this.#arranged.map(({ method }) => method);
  }

  /** For the ports: records a call and carries it out. The effect itself is one step that nothing interrupts. */
  async run<Result>(
    method: MethodOf<Port>,
    input: readonly unknown[],
    effect: () => Result,
  ): Promise<Result> {
    this.#calls.push({ method, input: structuredClone(input) });
    const arranged = this.#take(method);
    if (arranged?.at === 'before') await arranged.act();
    const result = effect();
    if (arranged?.at === 'after') await arranged.act();
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
