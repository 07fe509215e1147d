import { join, relative } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../workflows/packageRoot.ts';

/**
 * Writes the types of a module and of all of Gateloop's modules that these name.
 *
 * @param entry relative to `packageRoot`
 * @returns the texts of the declaration files, by their paths relative to `packageRoot`
 */
export function declarationFiles(entry: string): ReadonlyMap<string, string> {
  const { config } = ts.readConfigFile(join(packageRoot, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [entry] },
    ts.sys,
    packageRoot,
  );
  const program = ts.createProgram([join(packageRoot, entry)], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
  });
  const emitted = new Map<string, string>();
  program.emit(undefined, (file, text) => emitted.set(relative(packageRoot, file), text), undefined, true);
  const needed = new Map<string, string>();
  const visit = (file: string): void => {
    const text = emitted.get(file);
    if (text === undefined || needed.has(file)) return;
    // Declarations keep the extension of the sources, which the package does not have.
    needed.set(file, text.replaceAll(RELATIVE_IMPORT, "$1$2.js'"));
    for (const [, , path = ''] of text.matchAll(RELATIVE_IMPORT)) visit(join(file, '..', `${path}.d.ts`));
  };
  visit(entry.replace(/\.ts$/, '.d.ts'));
  return needed;
}

const RELATIVE_IMPORT = /((?:from |import\()')(\.[^']*)\.ts'/g;
