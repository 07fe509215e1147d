import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonValue } from '../../core/json.ts';
import { sampleManifest } from '../../core/manifest/testing/sampleManifest.ts';
import type { SchemaKind } from '../../core/schemas/schemaTypes.ts';
import { loadCases } from '../cases/caseFile.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @returns the texts of the files below a folder of the repository, by their path in it */
function textsBelow(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'utf8')]);
}

const examples = [...textsBelow('examples/workspaces'), ...textsBelow('examples/refused')];
const cases = loadCases();
const decoder = new TextDecoder();

/** Manifests of the examples and of the cases. */
export const manifests: readonly string[] = [
  sampleManifest,
  ...examples.flatMap(([path, text]) => (path.endsWith('manifest.yaml') ? [text] : [])),
  ...cases.flatMap(({ files }) => {
    const bytes = files.get('manifest.yaml');
    return bytes ? [decoder.decode(bytes)] : [];
  }),
];

export interface SampleSchema {
  readonly kind: SchemaKind;
  readonly name: string;
  readonly text: string;
}

const kindByEnding: readonly (readonly [ending: RegExp, kind: SchemaKind])[] = [
  [/\.(openapi|swagger)\.(ya?ml|json)$/, 'openApi'],
  [/\.smithy\.json$/, 'smithy'],
  [/\.tools\.yaml$/, 'lambdaTools'],
];
const schemaKinds: readonly string[] = ['openApi', 'smithy', 'lambdaTools', 'mcpTools'];

/** Schemas of the examples and of the cases, each with its kind. */
export const schemas: readonly SampleSchema[] = [
  ...examples.flatMap(([path, text]) => {
    const kind = kindByEnding.find(([ending]) => ending.test(path))?.[1];
    return kind ? [{ kind, name: path.slice(path.lastIndexOf('/') + 1), text }] : [];
  }),
  ...cases.flatMap(({ expected, files }) =>
    schemaKinds.includes(expected.reads)
      ? [...files].map(([name, bytes]) => ({
          // Listed above.
          kind: expected.reads as SchemaKind,
          name,
          text: decoder.decode(bytes),
        }))
      : [],
  ),
];

/** Events that start workflows, and events that Gateloop publishes: both reach the same bus. */
export const events: readonly JsonValue[] = [
  ...textsBelow('events/triggers'),
  ...textsBelow('events/published'),
]
  .filter(([path]) => path.endsWith('.sample.json'))
  // Files of JSON hold JSON values.
  .map(([, text]): JsonValue => JSON.parse(text));
