import { describe, expect, it } from 'vitest';
import { manifestWithTargets, parseText, sampleManifest } from '../manifest/testing/sampleManifest.ts';
import { formatProblem } from '../problem.ts';
import { schemaLimits } from '../schemas/schemaLimits.ts';
import type { DesiredStateResult } from './desiredState.ts';
import { desiredState } from './desiredState.ts';
import { fingerprint } from './fingerprint.ts';
import type { WorkspaceFile } from './schemaFiles.ts';

const encoder = new TextEncoder();
const appliedUri = (sha256: string) => `s3://spec/applied/${sha256}`;

const ledger = `openapi: 3.1.0
info: { title: Ledger, version: 1.0.0 }
servers: [{ url: https://ledger.example.com }]
paths:
  /entries:
    get:
      operationId: listEntries
      description: Lists the entries of an account.
      responses: { '200': { description: The entries } }
`;
const tools = `[{"name": "pay", "description": "Pays an amount.", "inputSchema": {"type": "object"}}]`;

function filesOf(texts: Readonly<Record<string, string>>): Map<string, WorkspaceFile> {
  return new Map(
    Object.entries(texts).map(([path, text]) => {
      const bytes = encoder.encode(text);
      return [path, { size: bytes.length, bytes }];
    }),
  );
}

function read(
  text: string,
  files: ReadonlyMap<string, WorkspaceFile> = filesOf({ 'schemas/ledger.openapi.yaml': ledger }),
) {
  const { manifest, problems } = parseText(text);
  if (!manifest) throw new Error(problems.map(formatProblem).join('\n'));
  return desiredState({ workspace: 'payments', manifest, files, revision: 'r1', appliedUri });
}

function resource(reading: DesiredStateResult, name: string) {
  const found = reading.desired?.resources.find((one) => one.name === name);
  if (!found) throw new Error(reading.problems.map(formatProblem).join('\n'));
  return found;
}

const openApi = (schema: string) =>
  manifestWithTargets(`ledger:\n  targetConfiguration: { mcp: { openApiSchema: ${schema} } }`);
const lambda = (schema: string) =>
  manifestWithTargets(`refunds:
  targetConfiguration:
    mcp:
      lambda:
        lambdaArn: arn:aws:lambda:eu-west-1:123456789012:function:refunds
        toolSchema: ${schema}
  credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`);

describe('the desired state of a workspace', () => {
  it('is what the API is to be given, with the name in it', () => {
    const reading = read(sampleManifest);
    expect(resource(reading, 'internal.tools').config).toEqual({
      name: 'internal.tools',
      description: 'Everything we offer',
      approvalConfiguration: { autoApproval: false },
    });
    expect(resource(reading, 'assistant').config).toMatchObject({ agentRuntimeName: 'assistant' });
    expect(resource(reading, 'payments/issues').config).toMatchObject({ name: 'issues' });
  });

  it('leaves references and the names of secrets as they are', () => {
    const reading = read(sampleManifest);
    expect(resource(reading, 'assistant').config.environmentVariables).toEqual({
      GATEWAY_URL: `\${gateways.payments.gatewayUrl}`,
      API_KEY: { secretsManager: 'payments/key' },
    });
  });

  it('points a target to the applied copy of its schema, never to the upload', () => {
    const reading = read(sampleManifest);
    const target = resource(reading, 'payments/ledger');
    const [applied] = reading.applied;
    expect(reading.applied).toHaveLength(1);
    expect(target.config.targetConfiguration).toEqual({
      mcp: { openApiSchema: { s3: { uri: appliedUri(applied?.sha256 ?? '') } } },
    });
    expect(target.schema).toMatchObject({
      kind: 'openApi',
      sha256: applied?.sha256,
      uri: appliedUri(applied?.sha256 ?? ''),
    });
    expect(target.schema?.tools.map(({ name }) => name)).toEqual(['listEntries']);
    expect(applied?.contentType).toBe('application/json');
    expect(JSON.parse(new TextDecoder().decode(applied?.bytes))).toMatchObject({ openapi: '3.1.0' });
  });

  it('carries revision, settings, owners and all warnings', () => {
    const reading = read(sampleManifest);
    const { desired } = reading;
    expect(desired).toMatchObject({ workspace: 'payments', revision: 'r1', settings: { prune: true } });
    expect(Object.keys(desired?.owners ?? {})).toEqual(['default', 'escalation']);
    expect(desired?.warnings.map(({ message }) => message)).toEqual([expect.stringContaining(`\${HOME}`)]);
  });

  it('survives a way through JSON, since steps hand it on', () => {
    const reading = read(sampleManifest);
    expect(JSON.parse(JSON.stringify(reading.desired))).toEqual(reading.desired);
  });
});

describe('schema files', () => {
  it('are applied once, however many targets use them', () => {
    const target = 'targetConfiguration: { mcp: { openApiSchema: { file: schemas/ledger.openapi.yaml } } }';
    const reading = read(manifestWithTargets(`a:\n  ${target}\nb:\n  ${target}`));
    expect(reading.applied).toHaveLength(1);
    expect(resource(reading, 'payments/a').schema).toEqual(resource(reading, 'payments/b').schema);
  });

  it('make the same fingerprint however they are formatted, and another when they change', () => {
    const of = (text: string) => {
      const reading = read(sampleManifest, filesOf({ 'schemas/ledger.openapi.yaml': text }));
      return fingerprint(resource(reading, 'payments/ledger').config);
    };
    expect(of(`# a comment\n${ledger.replaceAll('  ', '    ')}`)).toBe(of(ledger));
    expect(of(ledger.replace('an account', 'all accounts'))).not.toBe(of(ledger));
  });

  it('that are missing refuse the workspace, at the line that names them', () => {
    const { desired, applied, problems } = read(
      sampleManifest,
      filesOf({ 'schemas/ledgers.openapi.yaml': ledger }),
    );
    expect({ desired, applied }).toEqual({ desired: undefined, applied: [] });
    expect(problems.map(formatProblem)).toEqual([
      'manifest.yaml:20:56: error: gateways.payments.targets.ledger.targetConfiguration.mcp.openApiSchema.file: The workspace has no file schemas/ledger.openapi.yaml. Upload it, or correct the path. Did you mean "schemas/ledgers.openapi.yaml"?',
    ]);
  });

  it('of 20 MB refuse the workspace without having been read', () => {
    const size = 20 * 1024 * 1024;
    const { desired, problems } = read(sampleManifest, new Map([['schemas/ledger.openapi.yaml', { size }]]));
    expect(desired).toBeUndefined();
    expect(problems[0]?.message).toContain(
      `has ${size} bytes; at most ${schemaLimits.uploadedBytes} are read`,
    );
  });

  it('that came without their bytes refuse the workspace', () => {
    const { desired, problems } = read(
      sampleManifest,
      new Map([['schemas/ledger.openapi.yaml', { size: 10 }]]),
    );
    expect(desired).toBeUndefined();
    expect(problems[0]?.message).toContain('could not be read');
  });

  it('that are wrong refuse the workspace, at the line of the file that is wrong', () => {
    const broken = ledger.replace('      operationId: listEntries\n', '');
    const { desired, applied, problems } = read(
      sampleManifest,
      filesOf({ 'schemas/ledger.openapi.yaml': broken }),
    );
    expect({ desired, applied }).toEqual({ desired: undefined, applied: [] });
    expect(problems).toContainEqual(
      expect.objectContaining({
        ...{ severity: 'error', file: 'schemas/ledger.openapi.yaml', line: 6 },
        path: 'gateways.payments.targets.ledger.targetConfiguration.mcp.openApiSchema.file',
      }),
    );
  });

  it('of the greatest size are read', () => {
    const bytes = encoder.encode(ledger.padEnd(100_000, '\n'));
    const files = new Map([['schemas/ledger.openapi.yaml', { size: schemaLimits.uploadedBytes, bytes }]]);
    expect(read(sampleManifest, files).desired).toBeDefined();
  });

  it('with warnings only are applied, and the warnings told with what was expected', () => {
    const silent = ledger.replace('      description: Lists the entries of an account.\n', '');
    const reading = read(sampleManifest, filesOf({ 'schemas/ledger.openapi.yaml': silent }));
    expect(reading.problems.map(({ severity, file }) => `${severity} ${file}`)).toEqual([
      'warning schemas/ledger.openapi.yaml',
    ]);
    expect(reading.desired?.warnings).toEqual(expect.arrayContaining([...reading.problems]));
    expect(reading.applied).toHaveLength(1);
  });

  it('are read once for each kind that they are used as', () => {
    const text = manifestWithTargets(`a:
  targetConfiguration: { mcp: { openApiSchema: { file: one.json } } }
b:
  targetConfiguration: { mcp: { smithyModel: { file: one.json } } }`);
    const { problems } = read(text, filesOf({ 'one.json': '{}' }));
    expect(new Set(problems.map(({ path }) => path)).size).toBe(2);
  });

  it('are read as what the place asks for', () => {
    const files = filesOf({ 'tools.json': tools });
    expect(resource(read(lambda('{ file: tools.json }'), files), 'payments/refunds').schema).toMatchObject({
      kind: 'lambdaTools',
    });
    expect(read(openApi('{ file: tools.json }'), files).desired).toBeUndefined();
  });

  it('at places that this version does not know go on unread, with a warning', () => {
    const text = manifestWithTargets(
      `a:\n  targetConfiguration: { http: { passthrough: { endpoint: 'https://a.example.com', protocolType: CUSTOM, schema: { source: { file: a.bin } } } } }`,
    );
    const reading = read(text, filesOf({ 'a.bin': 'anything' }));
    expect(reading.problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning Gateloop does not know what a.bin must be at this place, and passes it on unread.',
    ]);
    expect(resource(reading, 'payments/a').schema).toMatchObject({
      tools: [],
      uri: expect.stringContaining('applied'),
    });
    expect(new TextDecoder().decode(reading.applied[0]?.bytes)).toBe('anything');
  });

  it('count with the longest name of the targets that use them', () => {
    const name = 'x'.repeat(100);
    const operation = 'o'.repeat(200);
    const target = 'targetConfiguration: { mcp: { openApiSchema: { file: a.yaml } } }';
    const reading = read(
      manifestWithTargets(`a:\n  ${target}\n${name}:\n  ${target}\nb:\n  ${target}`),
      filesOf({ 'a.yaml': ledger.replace('listEntries', operation) }),
    );
    expect(reading.problems.map(({ severity }) => severity)).toContain('error');
  });
});

describe('schemas elsewhere', () => {
  it('in S3 pass through, with a warning that nobody sees them change', () => {
    const reading = read(openApi('{ s3: { uri: s3://team/ledger.yaml } }'));
    expect(reading.problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        /^manifest\.yaml:7:\d+: warning: .*openApiSchema\.s3: The object in S3 can be overwritten/,
      ),
    ]);
    const target = resource(reading, 'payments/ledger');
    expect(target.config).toMatchObject({
      targetConfiguration: { mcp: { openApiSchema: { s3: { uri: 's3://team/ledger.yaml' } } } },
    });
    expect(target.schema).toBeUndefined();
  });

  it('inline are checked, with the line inside the payload', () => {
    const { desired, problems } = read(openApi(`{ inlinePayload: "{\\n \\"openapi\\": \\"2.0\\"\\n}" }`));
    expect(desired).toBeUndefined();
    expect(problems[0]).toMatchObject({ severity: 'error', file: 'manifest.yaml', line: 7 });
    expect(problems[0]?.message).toMatch(/^In line \d+ of the inline schema: /);
  });

  it('inline as a list are checked, with the line of the manifest', () => {
    const list = `
          inlinePayload:
            - name: refund
              description: Pays back.
              inputSchema: { type: string }`;
    const { problems } = read(lambda(list));
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toContain('manifest.yaml:15');
  });

  it('inline do not count as changed when they are formatted', () => {
    const of = (payload: string) =>
      fingerprint(
        resource(read(openApi(`{ inlinePayload: ${JSON.stringify(payload)} }`)), 'payments/ledger').config,
      );
    expect(of(`# a comment\n${ledger.replaceAll('  ', '    ')}`)).toBe(of(ledger));
    expect(of(ledger.replace('an account', 'all accounts'))).not.toBe(of(ledger));
  });
});
