/**
 * Makes something when it is first asked for, and gives the same ever after. It is for clients of services that most
 * invocations do not call: to make one takes about a millisecond of a cold start.
 */
export function lazy<Thing>(create: () => Thing): () => Thing {
  let value: Thing | undefined;
  return () => {
    value ??= create();
    return value;
  };
}
