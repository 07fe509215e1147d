import { controlPlaneShapes } from '../adapters/sdkShapes.ts';
import { manifestSchema } from '../core/manifest/manifestSchema.ts';
import { writeGenerated } from './docs/generatedFile.ts';

/** `npm run docs:manifest`: writes the JSON Schema of manifests, from the shapes of the SDK. */
writeGenerated(
  'docs/manifest.schema.json',
  `${JSON.stringify(manifestSchema(controlPlaneShapes), null, 1)}\n`,
  'docs:manifest',
);
