import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { formatProblem } from '../problem.ts';
import { defaultLimits } from './limits.ts';
import { parseManifest } from './parseManifest.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const manifest = `gateways:
  front:
    description: The front of \${param.stage}
    roleArn: arn:aws:iam::\${param.account}:role/front
    authorizerType: AWS_IAM
    protocolType: MCP
    protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds: "\${param.timeout}" } } }
`;

function parse(text: string, parameters: string | undefined) {
  const file = {
    path: 'parameters/main.yaml',
    bytes: parameters === undefined ? undefined : bytes(parameters),
  };
  const { manifest: found, problems } = parseManifest(
    bytes(text),
    'manifest.yaml',
    resourceShapes,
    defaultLimits,
    'payments',
    file,
  );
  return { config: found?.resources[0]?.config, problems: problems.map(formatProblem) };
}

describe('parameters of environments', () => {
  it('parameters: stand in texts, and keep their type where they are all of a value', () => {
    const { config, problems } = parse(
      manifest,
      'stage: dev\naccount: "123456789012"\ntimeout: 3600\nunused: true\n',
    );
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      description: 'The front of dev',
      roleArn: 'arn:aws:iam::123456789012:role/front',
      protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds: 3600 } } },
    });
  });

  it('parameters: a missing one is told of at its place, with the nearest name', () => {
    const { config, problems } = parse(manifest, 'stage: dev\nacount: "1"\ntimeout: 3600\n');
    expect(config).toBeUndefined();
    expect(problems[0]).toMatch(
      /^manifest\.yaml:4:5: error: .*has no parameter "account".*one of stage, acount.*"acount"/s,
    );
  });

  it('parameters: without the file, every use is told of', () => {
    const { problems } = parse(manifest, undefined);
    expect(problems.filter((problem) => problem.includes('parameters/main.yaml'))).toHaveLength(3);
  });

  it.each([
    [
      'a mapping as value',
      'stage: { a: 1 }\n',
      'parameters/main.yaml:1:1: error: stage: A parameter is a text',
    ],
    ['an empty value', 'stage:\n', 'not empty'],
    ['a name that is none', '"a b": 1\n', 'This is no name of a parameter'],
    ['a list', '[a]\n', 'must be a mapping, not a sequence'],
    ['broken YAML', 'stage: "\n', 'parameters/main.yaml:'],
  ])('parameters: %s is told of in their file, and stops the upload', (_, text, problem) => {
    const { config, problems } = parse('gateways: {}\n', text);
    expect(config).toBeUndefined();
    expect(problems.join('\n')).toContain(problem);
  });

  it('parameters: neither a key nor a schema within the manifest is filled', () => {
    const text = `gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targets:
      a:
        targetConfiguration: { mcp: { openApiSchema: { inlinePayload: "\${param.stage}" } } }
`;
    expect(parse(text, 'stage: a\n').problems.join('\n')).not.toContain('parameter');
  });

  it('parameters: a value that holds a reference is one', () => {
    const text = manifest.replace('role/front', 'role/${param.role}');
    const values =
      'stage: dev\naccount: "123456789012"\ntimeout: 3600\nrole: "${gateways.other.gatewayId}"\n';
    expect(parse(text, values).problems.join('\n')).toContain('other');
  });
});
