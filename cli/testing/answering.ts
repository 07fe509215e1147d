/** A request that was made, by the name of its command. */
export interface MadeCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Client {
  readonly middlewareStack: { add(middleware: never, options: { step: 'initialize' }): void };
}

/** Answers to a client's requests, by the names of the commands; the input is what the SDK was given. */
type Answers = Readonly<Record<string, (input: Readonly<Record<string, never>>) => object>>;

/**
 * Answers a client's requests in the place of the service, strictly: a command without an answer is an error.
 *
 * @returns the client, and the requests so far
 */
export function answering<C extends Client>(client: C, answers: Answers): { client: C; calls: MadeCall[] } {
  const calls: MadeCall[] = [];
  const middleware =
    (_: unknown, { commandName = '' }: { commandName?: string }) =>
    async ({ input }: { input: Readonly<Record<string, unknown>> }) => {
      calls.push({ name: commandName, input });
      const answer = answers[commandName];
      if (!answer) throw new TypeError(`${commandName} is not expected here`);
      return { response: {}, output: { $metadata: {}, ...answer(input as Readonly<Record<string, never>>) } };
    };
  // The stack's own type differs from client to client.
  client.middlewareStack.add(middleware as never, { step: 'initialize' });
  return { client, calls };
}
