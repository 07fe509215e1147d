/**
 * A request after `checkShape`: what the SDK declares, without the `undefined` by which the SDK says that a required
 * member may not have been given yet.
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
