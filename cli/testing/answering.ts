/** A request with the name of its command. */
export interface MadeCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Client {
  readonly middlewareStack: { add(middleware: never, options: { step: 'initialize' }): void };
}

/** Responses by command name; each gets the input of the command. */
type Answers = Readonly<Record<string, (input: Readonly<Record<string, never>>) => object>>;

/**
 * Responds to a client's requests in place of the service. A command without a response is an error.
 *
 * @returns the client, and the list of its requests
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
  // The type of the middleware stack differs between clients.
  client.middlewareStack.add(middleware as never, { step: 'initialize' });
  return { client, calls };
}
