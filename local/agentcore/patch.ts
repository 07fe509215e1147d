/** The wrapper of optional members in PATCH operations. */
export interface OptionalValue {
  readonly optionalValue?: unknown;
}

/** Applies `{ optionalValue }` wrappers: a value replaces the member, an empty wrapper clears it, no wrapper keeps it. */
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
