import { type LeftOut, refusal, withoutMethods } from './refusal.ts';

/** Methods of documents and nodes that make, change, convert or write them at length. */
const methods: Readonly<Record<string, readonly string[]>> = {
  'doc/Document': [
    ...['clone', 'addIn', 'createAlias', 'createNode', 'createPair', 'deleteIn', 'getIn', 'setIn'],
    ...['toJS', 'toString'],
  ],
  'doc/directives': ['toString'],
  'nodes/Alias': ['resolve', 'toJSON', 'toString'],
  'nodes/Collection': ['clone', 'addIn', 'deleteIn', 'getIn', 'hasAllNullValues', 'setIn'],
  'nodes/Node': ['toJS'],
  'nodes/YAMLMap': ['add', 'toJSON', 'toString'],
  'nodes/YAMLSeq': ['set', 'toJSON', 'toString'],
};

/**
 * What the library for YAML holds besides the reading of it as core/manifest/readYaml.ts does: into nodes, by the core
 * schema of YAML 1.2. Its nodes and documents can also be made, changed, turned into plain values and written, and they
 * refer to all that can do so, which a bundler must keep: a third of the library.
 */
export const leftOutYaml: readonly LeftOut[] = [
  {
    // The same library in ES modules, of which a bundler drops what nobody refers to.
    files: /^yaml\/dist\/index\.js$/,
    replace: () => `export * from '../browser/dist/index.js';`,
  },
  {
    // Writing, changing and turning into plain values.
    files:
      /^yaml\/browser\/dist\/(stringify\/\w+|visit|parse\/cst-(scalar|stringify|visit)|doc\/(anchors|applyReviver|createNode)|nodes\/(addPairToJSMap|toJS))\.js$/,
    replace: (source, path) => {
      const names = exportedNames(source).map((name) => `leftOut as ${name}`);
      return `function leftOut() { ${refusal(path)} } export { ${names.join(', ')} };`;
    },
  },
  ...Object.entries(methods).map(([file, names]) => ({
    files: new RegExp(`^yaml/browser/dist/${file}\\.js$`),
    replace: (source: string, path: string) => withoutMethods(source, path, names),
  })),
  {
    // All schemas and tags but those of the core schema.
    files: /^yaml\/browser\/dist\/schema\/tags\.js$/,
    replace: (_, path) => `
      import { schema as core } from './core/schema.js';
      export const coreKnownTags = {};
      export function getTags(customTags, schemaName, addMergeTag) {
        if (customTags || schemaName !== 'core' || addMergeTag) { ${refusal(path)} }
        return core.slice();
      }`,
  },
];

/** @throws Error where the module exports in another way than all of this library do */
function exportedNames(source: string): readonly string[] {
  const list = /^export \{ ([\w, ]+) \};$/m.exec(source)?.[1];
  if (list === undefined) throw new Error('A module of yaml does not end with the list of its exports.');
  return list.split(', ');
}
