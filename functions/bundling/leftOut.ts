import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type LeftOut, refusal } from './refusal.ts';

/**
 * What bundles leave out of the AWS SDK, X-Ray's SDK and others: half of a function's size. None of it is ever run on
 * Lambda; whatever would need it nevertheless says so in an error. The bare client that functions are measured
 * against is bundled without it just the same.
 */
export const leftOut: readonly LeftOut[] = [
  {
    // Clients say their name and version in the User-Agent, and take their whole package.json along for that: 2.5 KB.
    files: /^@aws-sdk\/[\w-]+\/package\.json$/,
    replace: (source) => {
      const { name, version } = JSON.parse(source);
      return JSON.stringify({ name, version });
    },
  },
  {
    // Of some hundred operations a function calls a few. The bundler drops what nobody refers to, if only it can be
    // sure that `{ [_hH]: 1 }` calls no function to find out the name of its member.
    files: /^@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_\d+\.js$/,
    replace: (source, path) => withoutErrorClasses(withLiteralKeys(source), errorModelOf(path)),
  },
  {
    // Lambda gives a function's credentials in its environment. The other sources, such as files of a developer's
    // machine, single sign-on and the metadata service of EC2, bring four clients of their own: 140 KB.
    files: /^@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    replace: () => `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },
  {
    // No operation that a function calls streams events.
    files: /^@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    replace: () => `
      export const resolveEventStreamSerdeConfig = (config) => config;
      export const eventStreamSerdeProvider = () => { ${refusal('Event streams')} };
      export class EventStreamSerde { constructor() { ${refusal('Event streams')} } }`,
  },
  {
    // Written for runtimes without `node:crypto`; this one has it.
    files: /^(@smithy\/core|@aws-sdk\/checksums)\/dist-es\/submodules\/.*\/(Sha256|Md5|Sha1|Crc32)Js\.js$/,
    replace: (_, path) => {
      const name = basename(path, '.js');
      return `export class ${name} { constructor() { ${refusal(path)} } }`;
    },
  },
  {
    // S3 speaks XML in its answers. Of what functions send to it, nothing but a file's bytes has a body.
    files: /^@aws-sdk\/core\/dist-es\/submodules\/protocols\/xml\/XmlShapeSerializer\.js$/,
    replace: (_, path) => `
      export class XmlShapeSerializer {
        setSerdeContext() {}
        write() { ${refusal(path)} }
        flush() {}
      }`,
  },
  {
    // DynamoDB discovers endpoints only where a client asks for it. The client looks into its cache all the same.
    files: /^@aws-sdk\/endpoint-cache\/dist-es\/index\.js$/,
    replace: (_, path) => `
      export class EndpointCache {
        getEndpoint() {}
        has() { return false; }
        set() { ${refusal(path)} }
      }`,
  },
  {
    // Powertools' Tracer is made for X-Ray's SDK, of which a step on Lambda needs little.
    files: /^aws-xray-sdk-core\/dist\/lib\/index\.js$/,
    replace: () => `export { xray as default } from '../../../../adapters/xray/tracing.ts';`,
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
 * told here. Those stay that say by themselves that they may be retried; those whose code on the wire is not their
 * name get a class of fewer words.
 */
function withoutErrorClasses(source: string, errorModel: string): string {
  const retryable = namesIn(errorModel, /^(?=export class )/m, '$retryable');
  const renamed = namesIn(source, /^(?=export var )/m, '"awsQueryError"');
  const [, base = ''] = /^_s_registry\.registerError\(\w+\$, (\w+)\);$/m.exec(source) ?? [];
  const registered = source.replaceAll(REGISTRATION, (call, schema: string, name: string) => {
    if (retryable.has(name)) return call;
    return renamed.has(name) ? `n0_registry.registerError(${schema}, namedError('${name}'));` : '';
  });
  return `${registered}
    function namedError(name) {
      return class extends ${base} {
        name = name;
        constructor(options) { super({ name, $fault: 'client', ...options }); }
      };
    }`;
}

const REGISTRATION = /^n0_registry\.registerError\((\w+\$), (\w+)\);$/gm;

/** The names of the declarations that hold a text. */
function namesIn(source: string, declaration: RegExp, text: string): ReadonlySet<string | undefined> {
  const holding = source.split(declaration).filter((part) => part.includes(text));
  return new Set(holding.map((part) => /^export \w+ (\w+)/.exec(part)?.[1]));
}
