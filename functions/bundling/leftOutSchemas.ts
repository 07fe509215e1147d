import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LeftOut } from './refusal.ts';

/** What a client's schemas hold of operations that nobody calls, and of exceptions that nobody tells by their class. */
export const leftOutSchemas: readonly LeftOut[] = [
  {
    // Of some hundred operations a function calls a few. The bundler drops what nobody refers to, if only it can be
    // sure that `{ [_hH]: 1 }` calls no function to find out the name of its member.
    files: /^@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_\d+\.js$/,
    replace: (source, path) => withoutErrorClasses(withLiteralKeys(source), errorModelOf(path)),
  },
];

/** Writes `{ [_hH]: 1 }` as `{ "httpHeader": 1 }`, where `_hH` is a constant of the same file. */
function withLiteralKeys(source: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (\w+) = ("[^"]*");$/gm)].map(([, name = '', text = '']) => [name, text]),
  );
  return source.replaceAll(/\[(\w+)\]:/g, (key, name: string) => {
    const text = constants.get(name);
    return text === undefined ? key : `${text}:`;
  });
}

function errorModelOf(schemas: string): string {
  return readFileSync(join(dirname(schemas), '../models/errors.js'), 'utf8');
}

/**
 * Takes the exceptions' classes out of the schemas' registry, which holds all of a service's. An exception without a
 * class is thrown as the service's base exception with the same name, message, status and metadata, and by these it is
 * told here. Its name is the code on the wire, which for SNS is a shorter one: `NotFound`, not `NotFoundException`.
 * Those stay that say by themselves that they may be retried.
 */
function withoutErrorClasses(source: string, errorModel: string): string {
  const retryable = namesIn(errorModel, /^(?=export class )/m, '$retryable');
  return source.replaceAll(REGISTRATION, (call, name: string) => (retryable.has(name) ? call : ''));
}

const REGISTRATION = /^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm;

/** The names of the declarations that hold a text. */
function namesIn(source: string, declaration: RegExp, text: string): ReadonlySet<string | undefined> {
  const holding = source.split(declaration).filter((part) => part.includes(text));
  return new Set(holding.map((part) => /^export \w+ (\w+)/.exec(part)?.[1]));
}
