/**
 * Creates a value on the first call and returns the same value on later calls. Used for SDK clients of services that
 * most invocations do not call, because creating a client takes about 1 ms of a cold start.
 */
export function lazy<Value>(create: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= create();
    return value;
  };
}
