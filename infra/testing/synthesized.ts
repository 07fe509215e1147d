import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from 'aws-cdk-lib';
import { functionCatalog } from '../../functions/functionCatalog.ts';
import { readDeployment } from '../deployment.ts';
import { gateloopApp } from '../synthesize.ts';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  // CloudFormation's schema of the type defines them.
  readonly Properties: Readonly<Record<string, never>>;
  readonly DeletionPolicy?: string;
}

export interface Synthesized {
  readonly text: string;
  readonly resources: Readonly<Record<string, Resource>>;
  /** The resources of one type, by logical id. */
  ofType(type: string): readonly (readonly [string, Resource])[];
  /** The reports of cdk-nag, as JSON. */
  readonly findings: readonly string[];
  /** The warnings of the stack. */
  readonly warnings: readonly string[];
}

/** Where the tests deploy to. */
const ENV: Environment = { account: '123456789012', region: 'us-east-1' };

/** Synthesizes the stack with empty packages, because tests of templates run no function. */
export function synthesized(
  settings: object = {},
  environment = 'main',
  env: Environment = ENV,
): Synthesized {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-synth-'));
  for (const name of Object.keys(functionCatalog)) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'index.mjs'), `// ${name}\n`);
  }
  const outdir = join(directory, 'out');
  const { app, stack } = gateloopApp(
    readDeployment(environment, settings),
    (name) => join(directory, name),
    env,
    { outdir },
  );
  const assembly = app.synth();
  const messages = assembly.getStackArtifact(stack.artifactId).messages;
  const text = readFileSync(join(outdir, stack.templateFile), 'utf8');
  const { Resources: resources }: { Resources: Record<string, Resource> } = JSON.parse(text);
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  return {
    text,
    resources,
    ofType: (type) => Object.entries(resources).filter(([, resource]) => resource.Type === type),
    warnings: messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data)),
    findings: (report.pluginReports ?? []).map((each: unknown) => JSON.stringify(each)),
  };
}
