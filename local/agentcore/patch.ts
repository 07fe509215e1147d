/** What PATCH operations wrap optional members in. */
export interface Wrapper {
  readonly optionalValue?: unknown;
}

/** Applies `{ optionalValue }` wrappers: with a value they replace, without one they clear, absent they keep. */
export function patch<T extends object>(
  before: T,
  wrappers: { readonly [K in keyof T]?: Wrapper | undefined },
): T {
  const patched: T = { ...before };
  for (const [member, wrapper] of Object.entries<Wrapper | undefined>(wrappers)) {
    if (!wrapper) continue;
    delete patched[member as keyof T];
    if (wrapper.optionalValue !== undefined) Object.assign(patched, { [member]: wrapper.optionalValue });
  }
  return patched;
}
