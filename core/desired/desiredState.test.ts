import { describe, expect, it, vi } from 'vitest';
import { openGuardrails } from '../guardrails/guardrails.ts';
import { manifestWithTargets, parseText, sampleManifest } from '../manifest/testing/sampleManifest.ts';
import { formatProblem } from '../problem.ts';
import { openApi as openApiReader } from '../schemas/openApi.ts';
import { filesToLoad, schemaLimits } from '../schemas/schemaLimits.ts';
import { fingerprint } from './desired.ts';
import type { DesiredStateResult } from './desiredState.ts';
import { desiredState } from './desiredState.ts';
import type { LoadedFile } from './schemaFiles.ts';

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

function filesOf(texts: Readonly<Record<string, string>>): Map<string, LoadedFile> {
  return new Map(
    Object.entries(texts).map(([path, text]) => {
      const bytes = encoder.encode(text);
      return [path, { size: bytes.length, bytes }];
    }),
  );
}

function read(
  text: string,
  files: ReadonlyMap<string, LoadedFile> = filesOf({ 'schemas/ledger.openapi.yaml': ledger }),
) {
  const { readable: manifest, faults: manifestFaults, problems } = parseText(text);
  if (!manifest || !manifestFaults) throw new Error(problems.map(formatProblem).join('\n'));
  return desiredState({
    guardrails: openGuardrails,
    workspace: 'payments',
    manifest,
    manifestProblems: problems,
    manifestFaults,
    files,
    revision: 'r1',
    appliedUri,
  });
}

function resource(result: DesiredStateResult, name: string) {
  const found = result.desired?.resources.find((one) => one.name === name);
  if (!found) throw new Error(result.problems.map(formatProblem).join('\n'));
  return found;
}

/** The resources that an upload refuses alone, with their reasons. */
function faultyIn({ desired }: DesiredStateResult) {
  return new Map(desired?.faulty?.map(({ address, reasons }) => [address, reasons]));
}

const LEDGER = 'gatewayTarget/payments/ledger';

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

describe('desiredState', () => {
  it('desiredState: builds the input of the create call, with the name', () => {
    const result = read(sampleManifest);
    expect(resource(result, 'internal.tools').config).toEqual({
      name: 'internal.tools',
      description: 'Everything we offer',
      approvalConfiguration: { autoApprovalRules: [] },
    });
    expect(resource(result, 'assistant').config).toMatchObject({ agentRuntimeName: 'assistant' });
    expect(resource(result, 'payments/issues').config).toMatchObject({ name: 'issues' });
  });

  it('desiredState: keeps references and the names of secrets', () => {
    const result = read(sampleManifest);
    expect(resource(result, 'assistant').config.environmentVariables).toEqual({
      GATEWAY_URL: `\${gateways.payments.gatewayUrl}`,
      API_KEY: { secretsManager: 'payments/key' },
    });
  });

  it('desiredState: refers a target to the applied copy of its schema, not to the upload', () => {
    const result = read(sampleManifest);
    const target = resource(result, 'payments/ledger');
    const [applied] = result.applied;
    expect(result.applied).toHaveLength(1);
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

  it('desiredState: contains the revision, settings, owners and all warnings', () => {
    const result = read(sampleManifest);
    const { desired } = result;
    expect(desired).toMatchObject({ workspace: 'payments', revision: 'r1', settings: { prune: true } });
    expect(Object.keys(desired?.owners ?? {})).toEqual(['default', 'escalation']);
    expect(desired?.warnings.map(({ message }) => message)).toEqual([expect.stringContaining(`\${HOME}`)]);
  });

  it('desiredState: keeps the owner of a target, and names no registries where the manifest imports from none', () => {
    const result = read(sampleManifest);
    expect(resource(result, 'payments/issues').owner).toEqual({
      contacts: [{ channel: 'slack', address: '#issues' }],
    });
    expect(result.desired).not.toHaveProperty('sources');
  });

  it('desiredState: is equal after a round trip through JSON', () => {
    const result = read(sampleManifest);
    expect(JSON.parse(JSON.stringify(result.desired))).toEqual(result.desired);
  });
});

describe('desiredState with errors in single resources', () => {
  it('desiredState: prunes nothing while a resource has errors, since it may be a renamed one', () => {
    const { desired } = read(
      `settings: { prune: true }\n${sampleManifest.replace(/^settings:.*\n/m, '')}`,
      filesOf({}),
    );
    expect(desired).toMatchObject({ settings: { prune: false }, isPruningSuspended: true });
    expect(desired?.warnings.every(({ severity }) => severity === 'warning')).toBe(true);
  });

  it('desiredState: refuses every target that uses a faulty schema file', () => {
    const target = (name: string, file: string) =>
      `${name}:\n  targetConfiguration: { mcp: { openApiSchema: { file: ${file}.yaml } } }`;
    const text = manifestWithTargets(
      [target('a', 'bad'), target('b', 'bad'), target('c', 'good')].join('\n'),
    );
    const result = read(text, filesOf({ 'bad.yaml': 'openapi: 3.1.0', 'good.yaml': ledger }));
    expect([...faultyIn(result).keys()]).toEqual(['gatewayTarget/payments/a', 'gatewayTarget/payments/b']);
    expect(result.desired?.resources.map(({ name }) => name)).toEqual(['payments', 'payments/c']);
  });

  it('desiredState: refuses the upload as a whole when no resource is without an error', () => {
    const { desired, applied } = read('gateways: { front: { roleArn: 7 } }');
    expect({ desired, applied }).toEqual({ desired: undefined, applied: [] });
  });

  it('desiredState: leaves out the registries of a gateway that has errors', () => {
    const text = sampleManifest.replace(
      'gateways:\n  payments:\n',
      'gateways:\n  payments:\n    targetsFromRegistry: { registryId: Reg0123456789ab }\n    exceptionLevel: LOUD\n',
    );
    const { desired } = read(text);
    expect(desired?.faulty?.map(({ address }) => address)).toEqual(['gateway/payments']);
    expect(desired?.sources).toBeUndefined();
  });

  it('desiredState: takes a schema whose reader fails for an error of the targets that use it', () => {
    vi.spyOn(openApiReader, 'read').mockImplementationOnce(() => {
      throw new TypeError('Cannot read properties of undefined');
    });
    const result = read(sampleManifest);
    expect(faultyIn(result).get(LEDGER)?.[0]).toMatch(/failed to read the schema \(TypeError\)/);
    expect(result.desired?.resources.length).toBeGreaterThan(1);
  });
});

describe('desiredState with schema files', () => {
  it('desiredState: applies a schema file once for all targets that use it', () => {
    const target = 'targetConfiguration: { mcp: { openApiSchema: { file: schemas/ledger.openapi.yaml } } }';
    const result = read(manifestWithTargets(`a:\n  ${target}\nb:\n  ${target}`));
    expect(result.applied).toHaveLength(1);
    expect(resource(result, 'payments/a').schema).toEqual(resource(result, 'payments/b').schema);
  });

  it('desiredState: ignores the formatting of a schema file in the fingerprint, and not its content', () => {
    const of = (text: string) => {
      const result = read(sampleManifest, filesOf({ 'schemas/ledger.openapi.yaml': text }));
      return fingerprint(resource(result, 'payments/ledger').config);
    };
    expect(of(`# a comment\n${ledger.replaceAll('  ', '    ')}`)).toBe(of(ledger));
    expect(of(ledger.replace('an account', 'all accounts'))).not.toBe(of(ledger));
  });

  it('desiredState: refuses a registry alone whose metadata schema in a file the service does not take', () => {
    const manifest = `registries:
  good: {}
  tools:
    customMetadataSchemaConfiguration: { defaultSchema: { file: schemas/metadata.json } }
`;
    const readWith = (definition: string) => read(manifest, filesOf({ 'schemas/metadata.json': definition }));
    const result = readWith('{"type":"string"}');
    expect([...faultyIn(result)]).toEqual([
      [
        'registry/tools',
        [
          expect.stringMatching(
            /^manifest\.yaml:4:59: error: .*In the file schemas\/metadata\.json: .*JSON Schema/,
          ),
        ],
      ],
    ]);
    expect(result.desired?.resources.map(({ address }) => address)).toEqual(['registry/good']);
    const fields = '{"type":"object","properties":{"team":{"type":"string"}}}';
    expect(readWith(fields).problems).toEqual([]);
  });

  it('desiredState: refuses a target alone whose schema file is missing, at the line that names it', () => {
    const result = read(sampleManifest, filesOf({ 'schemas/ledgers.openapi.yaml': ledger }));
    const { desired, applied, problems } = result;
    expect([...faultyIn(result)]).toEqual([
      [LEDGER, [expect.stringMatching(/^manifest\.yaml:21:56: error: .*no file.*Upload it/)]],
    ]);
    const others = read(sampleManifest).desired?.resources.filter(({ address }) => address !== LEDGER);
    expect(desired?.resources).toEqual(others);
    expect(applied).toEqual([]);
    expect(problems.map(formatProblem)).toEqual([
      'manifest.yaml:21:56: error: gateways.payments.targets.ledger.targetConfiguration.mcp.openApiSchema.file: The workspace has no file schemas/ledger.openapi.yaml. Upload it, or correct the path. Did you mean "schemas/ledgers.openapi.yaml"?',
      expect.stringContaining(`\${HOME} is treated as plain text`),
    ]);
  });

  it('desiredState: refuses a schema file of 20 MB by its size alone', () => {
    const size = 20 * 1024 * 1024;
    const result = read(sampleManifest, new Map([['schemas/ledger.openapi.yaml', { size }]]));
    const { problems } = result;
    expect([...faultyIn(result).keys()]).toEqual([LEDGER]);
    expect(problems[0]?.message).toContain(
      `has ${size} bytes; Gateloop reads at most ${schemaLimits.uploadedBytes}`,
    );
  });

  it('filesToLoad: loads the named files, up to 16 MB each and 64 MB in all', () => {
    const MB = 1024 * 1024;
    const listed = [15, 16, 17, 16, 16, 2, 1, 0].map((size, index) => ({
      path: `f${index}`,
      size: size * MB,
    }));
    const named = new Set(listed.map(({ path }) => path).filter((path) => path !== 'f7'));
    expect([...filesToLoad(listed, named)]).toEqual(['f0', 'f1', 'f3', 'f4']);
    expect([...filesToLoad(listed, new Set(['f5', 'f7']))]).toEqual(['f5', 'f7']);
  });

  it('desiredState: refuses a schema file that is not loaded', () => {
    const result = read(sampleManifest, new Map([['schemas/ledger.openapi.yaml', { size: 10 }]]));
    const { problems } = result;
    expect([...faultyIn(result).keys()]).toEqual([LEDGER]);
    expect(problems[0]?.message).toContain('is not read, since the schema files of the workspace');
  });

  it('desiredState: refuses an invalid schema file at the invalid line of the file', () => {
    const broken = ledger.replace('      operationId: listEntries\n', '');
    const result = read(sampleManifest, filesOf({ 'schemas/ledger.openapi.yaml': broken }));
    const { applied, problems } = result;
    expect(faultyIn(result).get(LEDGER)?.[0]).toMatch(/^schemas\/ledger\.openapi\.yaml:6:/);
    expect(applied).toEqual([]);
    expect(problems).toContainEqual(
      expect.objectContaining({
        ...{ severity: 'error', file: 'schemas/ledger.openapi.yaml', line: 6 },
        path: 'gateways.payments.targets.ledger.targetConfiguration.mcp.openApiSchema.file',
      }),
    );
  });

  it('desiredState: reads a schema file of the maximum size', () => {
    const bytes = encoder.encode(ledger.padEnd(100_000, '\n'));
    const files = new Map([['schemas/ledger.openapi.yaml', { size: schemaLimits.uploadedBytes, bytes }]]);
    expect(read(sampleManifest, files).desired).toBeDefined();
  });

  it('desiredState: applies a schema file with warnings only, and returns the warnings', () => {
    const silent = ledger.replace('      description: Lists the entries of an account.\n', '');
    const result = read(sampleManifest, filesOf({ 'schemas/ledger.openapi.yaml': silent }));
    expect(result.problems.map(({ severity, file }) => `${severity} ${file}`)).toEqual([
      'warning manifest.yaml',
      'warning schemas/ledger.openapi.yaml',
    ]);
    expect(result.desired?.warnings).toEqual(result.problems);
    expect(result.applied).toHaveLength(1);
  });

  it('desiredState: lists the problems of the manifest first and then those of each schema file, by line', () => {
    const broken =
      'openapi: 3.1.0\ninfo: { title: A, version: "1" }\npaths:\n  /a: { get: {} }\n  /b: { get: {} }\n';
    const text = manifestWithTargets(`second:
  targetConfiguration: { mcp: { openApiSchema: { file: schemas/z.yaml } } }
first:
  targetConfiguration: { mcp: { openApiSchema: { file: schemas/a.yaml } } }
missing:
  targetConfiguration: { mcp: { openApiSchema: { file: schemas/gone.yaml } } }
  color: red`);
    const files = filesOf({ 'schemas/z.yaml': broken, 'schemas/a.yaml': broken });
    const result = read(text, files);
    const { problems } = result;
    const targets = ['missing', 'second', 'first'].map((name) => `gatewayTarget/payments/${name}`);
    expect([...faultyIn(result).keys()]).toEqual(targets);
    expect([...new Set(problems.map(({ file }) => file))]).toEqual([
      'manifest.yaml',
      'schemas/z.yaml',
      'schemas/a.yaml',
    ]);
    const inManifest = problems.filter(({ file }) => file === 'manifest.yaml');
    expect(inManifest.map(({ line, path }) => [line, path.split('.').at(-1)])).toEqual([
      [11, 'file'],
      [12, 'color'],
    ]);
    for (const name of ['schemas/z.yaml', 'schemas/a.yaml']) {
      const lines = problems.filter(({ file }) => file === name).map(({ line }) => line ?? 0);
      expect(lines.length).toBeGreaterThan(1);
      expect(lines).toEqual(lines.toSorted((one, other) => one - other));
    }
  });

  it('desiredState: reads a schema file once for each kind', () => {
    const text = manifestWithTargets(`a:
  targetConfiguration: { mcp: { openApiSchema: { file: one.json } } }
b:
  targetConfiguration: { mcp: { smithyModel: { file: one.json } } }
  credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`);
    const { problems } = read(text, filesOf({ 'one.json': '{}' }));
    expect(new Set(problems.map(({ path }) => path)).size).toBe(2);
  });

  it('desiredState: reads a schema file as the kind of its member', () => {
    const files = filesOf({ 'tools.json': tools });
    expect(resource(read(lambda('{ file: tools.json }'), files), 'payments/refunds').schema).toMatchObject({
      kind: 'lambdaTools',
    });
    expect([...faultyIn(read(openApi('{ file: tools.json }'), files)).keys()]).toEqual([LEDGER]);
  });

  it('desiredState: passes on a file of an unknown member unread, with a warning', () => {
    const text = manifestWithTargets(
      `a:\n  targetConfiguration: { http: { passthrough: { endpoint: 'https://a.example.com', protocolType: CUSTOM, schema: { source: { file: a.bin } } } } }`,
    );
    const result = read(text, filesOf({ 'a.bin': 'anything' }));
    expect(result.problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning Gateloop does not know what kind of file a.bin must be here, and passes it on unread.',
    ]);
    expect(resource(result, 'payments/a').schema).toMatchObject({
      tools: [],
      uri: expect.stringContaining('applied'),
    });
    expect(new TextDecoder().decode(result.applied[0]?.bytes)).toBe('anything');
  });

  it('desiredState: checks the length of tool names with the longest name of a target', () => {
    const name = 'x'.repeat(100);
    const operation = 'o'.repeat(200);
    const target = 'targetConfiguration: { mcp: { openApiSchema: { file: a.yaml } } }';
    const result = read(
      manifestWithTargets(`a:\n  ${target}\n${name}:\n  ${target}\nb:\n  ${target}`),
      filesOf({ 'a.yaml': ledger.replace('listEntries', operation) }),
    );
    expect(result.problems.map(({ severity }) => severity)).toContain('error');
  });
});

describe('desiredState with servers in a private network', () => {
  const target = 'targetConfiguration: { mcp: { openApiSchema: { file: a.yaml } } }';
  const privateEndpoint =
    'privateEndpoint: { selfManagedLatticeResource: { resourceConfigurationIdentifier: rcfg-0123456789abcdef0 } }';
  const files = filesOf({ 'a.yaml': ledger.replace('ledger.example.com', '10.1.2.3') });
  const severities = (targets: string) =>
    read(manifestWithTargets(targets), files).problems.map(({ severity, line }) => `${severity} ${line}`);

  it('desiredState: refuses a private address without a private endpoint, and warns with one', () => {
    expect(severities(`a:\n  ${target}`)).toEqual(['error 3']);
    expect(severities(`a:\n  ${target}\n  ${privateEndpoint}`)).toEqual(['warning 3']);
  });

  it('desiredState: demands a private endpoint of every target that uses the file', () => {
    const withEndpoint = `a:\n  ${target}\n  ${privateEndpoint}`;
    expect(severities(`${withEndpoint}\nb:\n  ${target}`)).toEqual(['error 3']);
    expect(severities(`b:\n  ${target}\n${withEndpoint}`)).toEqual(['error 3']);
  });

  it('desiredState: knows the private endpoint of a target with an inline schema', () => {
    const inline = `targetConfiguration: { mcp: { openApiSchema: { inlinePayload: ${JSON.stringify(ledger.replace('ledger.example.com', '10.1.2.3'))} } } }`;
    expect(severities(`a:\n  ${inline}\n  ${privateEndpoint}`)[0]).toMatch(/^warning/);
  });
});

describe('desiredState with schemas in S3 and inline', () => {
  it('desiredState: passes on a schema in S3, with a warning that it can change unnoticed', () => {
    const result = read(openApi('{ s3: { uri: s3://team/ledger.yaml } }'));
    expect(result.problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        /^manifest\.yaml:7:\d+: warning: .*openApiSchema\.s3: The object in S3 can be overwritten/,
      ),
    ]);
    const target = resource(result, 'payments/ledger');
    expect(target.config).toMatchObject({
      targetConfiguration: { mcp: { openApiSchema: { s3: { uri: 's3://team/ledger.yaml' } } } },
    });
    expect(target.schema).toBeUndefined();
  });

  it('desiredState: checks an inline schema and names the line inside the payload', () => {
    const result = read(openApi(`{ inlinePayload: "{\\n \\"openapi\\": \\"2.0\\"\\n}" }`));
    const { problems } = result;
    expect([...faultyIn(result).keys()]).toEqual([LEDGER]);
    expect(problems[0]).toMatchObject({ severity: 'error', file: 'manifest.yaml', line: 7 });
    expect(problems[0]?.message).toMatch(/^In line \d+ of the inline schema: /);
  });

  it('desiredState: checks an inline list and names the line of the manifest', () => {
    const list = `
          inlinePayload:
            - name: refund
              description: Pays back.
              inputSchema: { type: string }`;
    const { problems } = read(lambda(list));
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toContain('manifest.yaml:15');
  });

  it('desiredState: ignores the formatting of an inline schema in the fingerprint', () => {
    const of = (payload: string) =>
      fingerprint(
        resource(read(openApi(`{ inlinePayload: ${JSON.stringify(payload)} }`)), 'payments/ledger').config,
      );
    expect(of(`# a comment\n${ledger.replaceAll('  ', '    ')}`)).toBe(of(ledger));
    expect(of(ledger.replace('an account', 'all accounts'))).not.toBe(of(ledger));
  });

  it('desiredState: returns kind, hash and tools of an inline schema, which has no applied copy', () => {
    const result = read(openApi(`{ inlinePayload: ${JSON.stringify(ledger)} }`));
    const { schema } = resource(result, 'payments/ledger');
    expect(schema).toMatchObject({
      kind: 'openApi',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      tools: [{ name: 'listEntries' }],
    });
    expect(schema).not.toHaveProperty('uri');
    expect(result.applied).toEqual([]);
  });

  it('desiredState: accepts an inline schema with warnings only, and returns the warnings', () => {
    const silent = ledger.replace('      description: Lists the entries of an account.\n', '');
    const result = read(openApi(`{ inlinePayload: ${JSON.stringify(silent)} }`));
    expect(result.problems.map(({ severity }) => severity)).toEqual(['warning']);
    expect(resource(result, 'payments/ledger').schema?.tools).toHaveLength(1);
  });

  it('desiredState: locates a problem of an inline list by its path in the manifest', () => {
    const { problems } = read(
      lambda('{ inlinePayload: [{ name: refund, description: Pays back., inputSchema: { type: string } }] }'),
    );
    expect(problems.map(({ path, message }) => `${path} ${message}`)).toContainEqual(
      expect.stringMatching(
        /^gateways\.payments\.targets\.refunds\..*\.toolSchema\.inlinePayload\[0\]\.inputSchema(?!.*In line)/,
      ),
    );
  });
});
