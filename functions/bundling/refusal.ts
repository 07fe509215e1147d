/** One thing of the libraries that no function of ours can run, and what a bundle holds in its place. */
export interface LeftOut {
  /** The files, by their path from `node_modules`. */
  readonly files: RegExp;
  /** @returns the source to bundle instead */
  readonly replace: (source: string, path: string) => string;
}

/** The path below the innermost `node_modules`, with slashes on every platform. */
export function packagePath(path: string): string {
  return path.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? path;
}

/** @returns a statement that says what is not there, for where something that is left out would be run nevertheless */
export function refusal(what: string): string {
  const message = `${packagePath(what)} is left out of the bundles of functions; see functions/bundling/leftOut.ts.`;
  return `throw new Error(${JSON.stringify(message)});`;
}
