import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { stringify } from 'yaml';
import { readSchema } from '../core/schemas/readSchema.ts';
import type { ParsedSchema } from '../core/schemas/schemaTypes.ts';

/** How one large document fared. */
export interface SchemaBench {
  readonly document: string;
  readonly megabytes: number;
  readonly canonicalMegabytes: number;
  readonly tools: number;
  /** The first reading includes the compilation of the OpenAPI schemas, as after a cold start. */
  readonly firstMilliseconds: number;
  /** The best of three readings after the first. */
  readonly bestMilliseconds: number;
  /** How much dearer the whole reading is than JSON.parse of the same document, the least that anything could cost. */
  readonly jsonParseRatio: number;
}

const require = createRequire(import.meta.url);

/** Reads GitHub's API descriptions, the largest that npm holds, as schemas. */
export function benchSchemas(): readonly SchemaBench[] {
  const cloud = readFileSync(require.resolve('@octokit/openapi/generated/api.github.com.json'));
  const server = readFileSync(require.resolve('@octokit/openapi/generated/ghes-3.17.json'));
  const yaml = Buffer.from(stringify(JSON.parse(server.toString())));
  return [
    bench('api.github.com.json', cloud, cloud),
    bench('ghes-3.17.json', server, server),
    bench('ghes-3.17.yaml', yaml, server),
  ];
}

function bench(document: string, bytes: Buffer, json: Buffer): SchemaBench {
  const read = () => readSchema('openApi', bytes, document, { targetName: 'github' });
  const first = measureTime(read);
  const best = Math.min(...[1, 2, 3].map(() => measureTime(read).milliseconds));
  const parse = Math.min(...[1, 2, 3].map(() => measureTime(() => JSON.parse(json.toString())).milliseconds));
  return {
    document,
    ...sizes(bytes, first.result),
    firstMilliseconds: first.milliseconds,
    bestMilliseconds: best,
    jsonParseRatio: best / parse,
  };
}

function sizes(bytes: Buffer, { canonical, tools }: ParsedSchema) {
  return {
    megabytes: bytes.byteLength / 1e6,
    canonicalMegabytes: canonical.byteLength / 1e6,
    tools: tools.length,
  };
}

function measureTime<Result>(work: () => Result): { result: Result; milliseconds: number } {
  const start = performance.now();
  const result = work();
  return { result, milliseconds: performance.now() - start };
}

if (import.meta.main) {
  const round = (value: string | number) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value);
  console.table(
    benchSchemas().map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, round(value)])),
    ),
  );
}
