import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { withoutOldShapes } from './oldShapes.ts';
import { readYaml } from './readYaml.ts';
import { registriesMigration } from './registriesMigration.ts';
import { Report } from './report.ts';
import { parseText } from './testing/sampleManifest.ts';
import { toJson } from './tree.ts';

const OLD = `registries:
  tools:
    description: tools
    authorizerType: AWS_IAM
    approvalConfiguration:
      autoApproval: true
`;

function read(text: string) {
  const { tree } = readYaml(new TextEncoder().encode(text), 'manifest.yaml', defaultLimits);
  if (tree?.type !== 'mapping') throw new Error('the text is no mapping');
  const report = new Report('manifest.yaml', tree);
  const manifest = toJson(withoutOldShapes(tree, [registriesMigration], report));
  return { manifest, problems: report.problems() };
}

describe('withoutOldShapes', () => {
  it('tells the place of each member of an older shape, how to write it now, and who rewrites it', () => {
    const { problems } = read(OLD);
    expect(problems).toMatchObject([
      {
        severity: 'error',
        line: 4,
        path: 'registries.tools.authorizerType',
        message: expect.stringMatching(
          /inside of discoveryConfiguration\. "gateloop migrate --write" rewrites it\.$/,
        ),
      },
      {
        line: 6,
        path: 'registries.tools.approvalConfiguration.autoApproval',
        message: expect.stringContaining('autoApprovalRules'),
      },
    ]);
  });

  it('leaves them out, so that no further check reports them', () => {
    expect(read(OLD).manifest).toEqual({
      registries: { tools: { description: 'tools', approvalConfiguration: {} } },
    });
  });

  it('leaves a manifest of the present shape as it is', () => {
    const { manifest, problems } = read('registries: { tools: { description: tools } }');
    expect(manifest).toEqual({ registries: { tools: { description: 'tools' } } });
    expect(problems).toEqual([]);
  });
});

describe('parseManifest', () => {
  it('tells a registry of the shape before Agent Registry once for each member, with how to write it now', () => {
    const { problems } = parseText(OLD);
    expect(problems.map(({ severity, path }) => [severity, path])).toEqual([
      ['error', 'registries.tools.authorizerType'],
      ['error', 'registries.tools.approvalConfiguration.autoApproval'],
    ]);
  });
});
