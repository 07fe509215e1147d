/** @returns ISO 8601 in UTC of ms since the epoch */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** @returns the earliest of texts in ISO 8601; undefined of none */
export function earliest(times: readonly string[]): string | undefined {
  return times.toSorted().at(0);
}

/** @returns the seconds between two times in ms, with at most one decimal */
export function secondsBetween(from: number, to: number): number {
  return Math.round((to - from) / 100) / 10;
}
