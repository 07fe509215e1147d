import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { stdout } from 'node:process';
import { Argument } from 'commander';
import { stringify } from 'yaml';
import { readSchema } from '../../core/schemas/readSchema.ts';
import type { SchemaKind, SchemaProblem } from '../../core/schemas/schemaTypes.ts';
import { runScript } from '../../scripts/runScript.ts';
import { startSystem } from '../system/system.ts';

interface Description {
  readonly file: string;
  readonly target: string;
  readonly kind: SchemaKind & ('openApi' | 'smithy');
  readonly bytes: Buffer;
  readonly milliseconds: number;
  readonly tools: number;
  readonly problems: readonly SchemaProblem[];
}

const SHOWN_ERRORS = 3;
const extensions = new Set(['.json', '.yaml', '.yml']);

async function convergeAll(from: string): Promise<number> {
  const descriptions = readdirSync(from)
    .filter((file) => extensions.has(extname(file).toLowerCase()))
    .map((file) => readDescription(from, file));
  const accepted = descriptions.filter((description) => errorsOf(description).length === 0);
  const states = accepted.length === 0 ? {} : await statesOf(accepted);
  for (const description of descriptions) report(description, states[`apis/${description.target}`]);
  const ready = accepted.filter(({ target }) => states[`apis/${target}`] === 'ready').length;
  stdout.write(`\n${descriptions.length} descriptions, ${accepted.length} accepted, ${ready} READY\n`);
  return ready > 0 && ready === accepted.length ? 0 : 1;
}

function readDescription(from: string, file: string): Description {
  const bytes = readFileSync(join(from, file));
  const target = file.slice(0, -extname(file).length).replaceAll(/[^A-Za-z0-9]+/g, '-');
  const kind = /^\s*\{\s*"smithy"/.test(bytes.toString('utf8', 0, 1000)) ? 'smithy' : 'openApi';
  const start = performance.now();
  const { problems, tools } = readSchema(kind, bytes, file, { targetName: target });
  const milliseconds = Math.round(performance.now() - start);
  return { file, target, kind, bytes, milliseconds, tools: tools.length, problems };
}

function errorsOf({ problems }: Description): readonly SchemaProblem[] {
  return problems.filter(({ severity }) => severity === 'error');
}

/** Uploads a workspace with one target for each description, and reconciles it to the end. */
async function statesOf(descriptions: readonly Description[]): Promise<Readonly<Record<string, string>>> {
  const system = await startSystem();
  try {
    for (const { file, bytes } of descriptions) system.upload('apis', `schemas/${file}`, bytes);
    system.upload('apis', 'manifest.yaml', manifestOf(descriptions));
    await system.settle();
    return system.states('apis');
  } finally {
    await system.close();
  }
}

function manifestOf(descriptions: readonly Description[]): string {
  return stringify({
    owners: { default: { email: 'owner@example.com' } },
    gateways: {
      apis: {
        roleArn: 'arn:aws:iam::123456789012:role/gateway',
        authorizerType: 'AWS_IAM',
        protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } },
        targets: Object.fromEntries(descriptions.map((one) => [one.target, targetOf(one)])),
      },
    },
  });
}

function targetOf({ file, kind }: Description): object {
  const schema = { file: `schemas/${file}` };
  return kind === 'openApi'
    ? { targetConfiguration: { mcp: { openApiSchema: schema } } }
    : {
        targetConfiguration: { mcp: { smithyModel: schema } },
        credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
      };
}

function report(description: Description, state = 'refused'): void {
  const { file, bytes, milliseconds, tools, problems } = description;
  const errors = errorsOf(description);
  const counts = `${tools} tools, ${errors.length} errors, ${problems.length - errors.length} warnings`;
  stdout.write(
    `${state.padEnd(8)} ${file}: ${Math.ceil(bytes.length / 1024)} KB read in ${milliseconds} ms, ${counts}\n`,
  );
  for (const { line = 1, message } of errors.slice(0, SHOWN_ERRORS))
    stdout.write(`         line ${line}: ${message}\n`);
}

await runScript({
  name: 'test:real-apis',
  summary: 'make a target for each API description of a folder, and tell which become READY',
  words: [new Argument('<dir>', 'a folder of OpenAPI documents, and of Smithy models in JSON')],
  examples: { 'test/realApis/descriptions': 'report on a folder' },
  exits: {
    done: 'every description that Gateloop accepts became READY',
    failed: 'one did not, or all are refused',
  },
  run: (_, [folder = '.']) => convergeAll(folder),
});
