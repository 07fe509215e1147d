/**
 * A request after validation: the SDK's type without the `undefined` by which the SDK marks a required member as
 * possibly missing.
 */
export type Checked<T> = T extends string | number | boolean | bigint | null | Date | Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? number extends T['length']
      ? Checked<E>[]
      : T
    : T extends object
      ? { [K in keyof T]: Checked<Exclude<T[K], undefined>> }
      : T;

/** Who sends a request. */
export interface Caller {
  readonly accessKeyId: string;
}

/**
 * The operations of one resource kind by their names in the API. Each takes a validated request and returns the response
 * in the SDK's own shape. The dispatcher validates requests against the model first, which is what makes the narrower
 * parameter types of the single operations true.
 */
export type Operations = Readonly<Record<string, (input: never, caller: Caller) => object>>;
