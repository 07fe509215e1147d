import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, CfnResource, type Environment } from 'aws-cdk-lib';
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
  /** What cdk-nag finds. */
  readonly findings: readonly Finding[];
  /** The warnings of the stack. */
  readonly warnings: readonly string[];
}

/** A rule of a pack, such as `AwsSolutions-IAM5`, and the types of the resources that do not meet it. */
export interface Finding {
  readonly rule: string;
  readonly types: readonly string[];
}

/** A report as CDK writes it. */
interface PluginReport {
  readonly violations: readonly {
    readonly ruleName: string;
    readonly violatingConstructs: readonly { readonly constructPath?: string }[];
  }[];
}

/** Where the tests deploy to. */
const ENV: Environment = { account: '123456789012', region: 'us-east-1' };

/**
 * Synthesizes the stack with empty packages, because tests of templates run no function.
 *
 * @param addPlugins adds packs of rules, whose findings do not fail the synthesis
 */
export function synthesized(
  settings: object = {},
  environment = 'main',
  env: Environment = ENV,
  addPlugins?: (app: App) => void,
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
  addPlugins?.(app);
  const warnings: string[] = [];
  try {
    const { messages } = app.synth().getStackArtifact(stack.artifactId);
    warnings.push(
      ...messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data)),
    );
  } catch (error) {
    // CDK has written template and report before it fails for a finding.
    if (!addPlugins) throw error;
  }
  const text = readFileSync(join(outdir, stack.templateFile), 'utf8');
  const { Resources: resources }: { Resources: Record<string, Resource> } = JSON.parse(text);
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  return {
    text,
    resources,
    ofType: (type) => Object.entries(resources).filter(([, resource]) => resource.Type === type),
    warnings,
    findings: findingsIn(report.pluginReports ?? [], app),
  };
}

function findingsIn(reports: readonly PluginReport[], app: App): Finding[] {
  const types = new Map(
    app.node
      .findAll()
      .flatMap((each) =>
        each instanceof CfnResource ? [[each.node.path, each.cfnResourceType] as const] : [],
      ),
  );
  return reports.flatMap(({ violations }) =>
    violations.map(({ ruleName: rule, violatingConstructs }) => ({
      rule,
      types: violatingConstructs.map(({ constructPath = '' }) => types.get(constructPath) ?? constructPath),
    })),
  );
}
