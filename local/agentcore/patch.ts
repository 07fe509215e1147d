/** What PATCH operations wrap optional members in. */
export interface OptionalValue {
  readonly optionalValue?: unknown;
}

/** Applies `{ optionalValue }` wrappers: with a value they replace, without one they clear, absent they keep. */
export function applyPatch<T extends object>(
  before: T,
  wrappers: { readonly [K in keyof T]?: OptionalValue | undefined },
): T {
  const patched: T = { ...before };
  for (const [member, wrapper] of Object.entries<OptionalValue | undefined>(wrappers)) {
    if (!wrapper) continue;
    delete patched[member as keyof T];
    if (wrapper.optionalValue !== undefined) Object.assign(patched, { [member]: wrapper.optionalValue });
  }
  return patched;
}
