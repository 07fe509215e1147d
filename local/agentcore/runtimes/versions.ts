/** The model's versions have at most five digits; padding makes them sort by number. */
const DIGITS = 5;

/** The key of one version of a resource, under the resource's own range. */
export function versionKey(id: string, version: number): string {
  return `${id}/${String(version).padStart(DIGITS, '0')}`;
}

export function latestVersionKey({ id, version }: { id: string; version: number }): string {
  return versionKey(id, version);
}
