const MEBIBYTE = 1024 * 1024;

/**
 * Sizes and counts. AWS documents megabytes without a definition; Gateloop takes the larger one and lets AWS decide.
 */
export const schemaLimits = {
  /**
   * The uploaded file, in bytes. More than the service's limit, since the service gets the canonical form without white
   * space: GitHub's API description has 13.0 MB as published and 6.9 MB in canonical form.
   */
  uploadedBytes: 16 * MEBIBYTE,
  /**
   * All schema files of a workspace, as uploaded. `poll` reads them one large file after the other, which takes 300 MB (600 MB for
   * YAML with a mistake), and keeps the tools of all of them, which are up to half as large.
   */
  workspaceBytes: 64 * MEBIBYTE,
  /**
   * Parsing YAML takes 20 bytes of memory and 0.15 µs per byte, with a mistake in it 50 bytes and 0.5 µs, and JSON 4 bytes
   * and 0.02 µs, so YAML has a lower limit.
   */
  yamlBytes: 10 * MEBIBYTE,
  /** Values, in YAML after aliases are expanded; GitHub's API description has 250,000. */
  values: 1_000_000,
  /** GitHub's API description as 9.6 MB of YAML has 642,000 keys, values and signs, and 240,000 lines. */
  yamlTokens: 800_000,
  yamlLines: 500_000,
  /** Commas and brackets. GitHub's API description in JSON has 480,000. */
  jsonTokens: 2_000_000,
  /** The canonical document in S3. */
  canonicalBytes: 10 * MEBIBYTE,
  /** A schema within a request. */
  inlineBytes: MEBIBYTE,
  /**
   * Levels of nesting. GitHub's API description has 21; hostile input can overflow the stack of a parser without a
   * limit.
   */
  depth: 200,
  toolsPerTarget: 1000,
  /** The length of `<target>___<tool>`. */
  toolNameLength: 256,
  /**
   * The length of a tool name that model providers commonly allow; some models cannot use a tool with a longer name.
   */
  portableToolNameLength: 64,
} as const;

/** Separates a target's name from a tool's name. */
export const toolNameSeparator = '___';

/** @returns the paths of the files to load: those that the manifest names, within the limits of one file and of all */
export function filesToLoad(
  listed: readonly { readonly path: string; readonly size: number }[],
  named: ReadonlySet<string>,
): ReadonlySet<string> {
  let remaining: number = schemaLimits.workspaceBytes;
  const loaded = new Set<string>();
  for (const { path, size } of listed) {
    if (!named.has(path) || size > schemaLimits.uploadedBytes) continue;
    remaining -= size;
    if (remaining >= 0) loaded.add(path);
  }
  return loaded;
}
