import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { controlPlaneShapes } from '../adapters/sdkShapes.ts';
import { manifestSchema } from '../core/manifest/manifestSchema.ts';

/** Writes docs/manifest.schema.json from the SDK's shapes; with `--check`, says instead whether it is current. */
const file = fileURLToPath(new URL('../docs/manifest.schema.json', import.meta.url));
const text = `${JSON.stringify(manifestSchema(controlPlaneShapes), null, 1)}\n`;

if (process.argv.includes('--check')) {
  if (readIfExists(file) !== text) {
    console.error(
      'docs/manifest.schema.json is not current. Run "npm run docs:manifest" and commit the file.',
    );
    process.exitCode = 1;
  }
} else writeFileSync(file, text);

function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
