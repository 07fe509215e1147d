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

/**
 * @param what is left out: a name, or the path of a module
 * @returns a statement that says what is not there, for where it would be run nevertheless
 */
export function refusal(what: string): string {
  const [, library, file] = /^((?:@[^/]+\/)?[^/]+)\/(?:.*\/)?([^/]+)$/.exec(packagePath(what)) ?? [];
  const name = file === undefined ? what : `${file} of ${library}`;
  const message = `${name} is left out of the bundles of functions.`;
  return `throw new Error(${JSON.stringify(message)});`;
}

/**
 * @param source of a module of the SDK, which exports by `export const`, `export function` and `export class` alone
 * @returns the same exports, each of which refuses when it is called, or made an instance of
 */
export function refusing(source: string, path: string): string {
  const names = [...source.matchAll(/^export (?:const|(?:async )?function\*?|class) (\w+)/gm)].map(
    ([, name]) => name,
  );
  return names.map((name) => `export function ${name}() { ${refusal(path)} }`).join('\n');
}

/**
 * Empties methods of a class.
 *
 * @throws Error where the source has none of that name, since then it is not what was read when this was written
 */
export function withoutMethods(source: string, path: string, names: readonly string[]): string {
  return names.reduce((rest, name) => {
    const method = new RegExp(`^( {4}(?:async )?${name}\\().*?^ {4}\\}$`, 'ms');
    if (!method.test(rest)) throw new Error(`${path} has no method ${name}. See functions/bundling.`);
    return rest.replace(method, `$1) { ${refusal(path)} }`);
  }, source);
}

/**
 * Gives a plugin of a client something else to do than to add its middleware, which the bundler then drops.
 *
 * @param body in JavaScript; `clientStack` is what the plugin is applied to
 * @throws Error where the source has no plugin, since then it is not what was read when this was written
 */
export function withPlugin(source: string, path: string, body: string): string {
  const application = /^ {4}applyToStack: \(clientStack\) => \{.*?^ {4}\},$/ms;
  if (!application.test(source)) throw new Error(`${path} has no plugin. See functions/bundling.`);
  return source.replace(application, `applyToStack(clientStack) { ${body} },`);
}
