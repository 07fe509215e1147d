import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { GITHUB_SIZE, largeDocument } from '../core/schemas/openApi/testing/largeDocument.ts';
import { readSchema } from '../core/schemas/readSchema.ts';
import type { ParsedSchema } from '../core/schemas/schemaTypes.ts';
import { round } from './statistics.ts';

/** The measurements of parsing one large document. */
export interface SchemaBench {
  readonly document: string;
  readonly megabytes: number;
  readonly canonicalMegabytes: number;
  readonly tools: number;
  /** The first run includes the compilation of the OpenAPI schemas, as after a cold start. */
  readonly firstMilliseconds: number;
  /** The best of three later runs. */
  readonly bestMilliseconds: number;
  /** The best run divided by the time of JSON.parse of the same document, which is a lower bound. */
  readonly jsonParseRatio: number;
  /** The most memory that a process of its own takes for the document, in MB, besides what it took before. */
  readonly peakMegabytes: number;
}

/** Collections of a description whose YAML is under the limits of 10 MiB and a million values. */
const YAML_SIZE = 380;

/** Reads a small document first, which loads the readers, then a large one, and prints the difference of the peaks in MB. */
const MEMORY_PROGRAM = `
import { readFileSync } from 'node:fs';
const { readSchema } = await import(process.argv[1]);
readSchema('openApi', Buffer.from('openapi: 3.0.3'), 'small.yaml', { targetName: 'github' });
globalThis.gc();
const before = process.memoryUsage.rss();
readSchema('openApi', readFileSync(process.argv[2]), process.argv[2], { targetName: 'github' });
console.log((process.resourceUsage().maxRSS * 1024 - before) / 1e6);
`;

/** Parses OpenAPI documents of the size of GitHub's. */
export function benchSchemas(): readonly SchemaBench[] {
  const large = Buffer.from(JSON.stringify(largeDocument(GITHUB_SIZE), null, 2));
  const smaller = largeDocument(YAML_SIZE);
  const json = Buffer.from(JSON.stringify(smaller, null, 2));
  return [
    bench('large.json', large, large),
    bench('smaller.json', json, json),
    bench('smaller.yaml', Buffer.from(stringify(smaller, { aliasDuplicateObjects: false })), json),
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
    peakMegabytes: peakMegabytes(document, bytes),
  };
}

function sizes(bytes: Buffer, { canonical, tools }: ParsedSchema) {
  return {
    megabytes: bytes.byteLength / 1e6,
    canonicalMegabytes: canonical.byteLength / 1e6,
    tools: tools.length,
  };
}

/** Of the processor, since other processes share it. */
function measureTime<Result>(work: () => Result): { result: Result; milliseconds: number } {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return { result, milliseconds: (user + system) / 1000 };
}

function peakMegabytes(document: string, bytes: Buffer): number {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-schemas-'));
  const file = join(directory, document);
  writeFileSync(file, bytes);
  const reader = new URL('../core/schemas/readSchema.ts', import.meta.url).href;
  const flags = ['--expose-gc', '--input-type=module', '--eval', MEMORY_PROGRAM];
  const output = execFileSync(process.execPath, [...flags, reader, file]);
  rmSync(directory, { recursive: true });
  return Number(output);
}

if (import.meta.main) {
  const formatCell = (value: string | number) => (typeof value === 'number' ? round(value, 1) : value);
  console.table(
    benchSchemas().map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, formatCell(value)])),
    ),
  );
}
