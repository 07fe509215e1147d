import { resourceShapes } from '../adapters/resourceShapes.ts';
import { manifestSchema } from '../core/manifest/manifestSchema.ts';
import { writeGenerated } from './docs/generatedFile.ts';

await writeGenerated({
  script: 'docs:manifest',
  path: 'docs/manifest.schema.json',
  summary: 'write the JSON Schema of manifests, from the shapes of the SDK',
  generate: () => `${JSON.stringify(manifestSchema(resourceShapes), null, 1)}\n`,
});
