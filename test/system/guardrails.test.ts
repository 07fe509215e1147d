import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { formatProblem } from '../../core/problem.ts';
import { manifestOf, type System, startSystem, toolSchema, uploadWorkspace, writesIn } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());
beforeEach(() => system.putGuardrails(openGuardrailsFile));

const ROLE = 'arn:aws:iam::123456789012:role/gateway';
const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
/** Allows the gateway of `manifestOf`, and these functions. */
const guardrails = (workspace: string, entry: object) =>
  JSON.stringify({
    version: 1,
    defaults: { ownerChannels: { email: ['example.com'] } },
    workspaces: { [workspace]: { roles: [ROLE], ...entry } },
  });
const mcpTarget = (name: string, endpoint: string) =>
  `      ${name}: { targetConfiguration: { mcp: { mcpServer: { endpoint: '${endpoint}' } } } }\n`;
const problemsOf = (workspace: string) => system.outcome(workspace).problems.map(formatProblem).join('\n');
const reasonsOf = (workspace: string, name: string) =>
  system
    .outcome(workspace)
    .resources.find((resource) => resource.name === name)
    ?.reasons.join('\n') ?? '';

describe('guardrails in the loop', () => {
  it('guardrails: without a file, nothing that names a role is created', async () => {
    system.putGuardrails(undefined);
    uploadWorkspace(system, 'closed', ['find']);
    const calls = await system.callsDuring(() => system.settle());
    expect(writesIn(calls)).toEqual({});
    expect(system.outcome('closed').outcome).toBe('refused');
    expect(problemsOf('closed')).toMatch(
      /manifest\.yaml:5:\d+: error: gateways\.closed\.roleArn: The role .* add "arn:aws:iam::123456789012:role\/gateway" to workspaces\.closed\.roles in guardrails\.yaml/,
    );
  });

  it('guardrails: a target that uses a function without leave is refused alone; the others go on', async () => {
    system.putGuardrails(guardrails('alone', { lambdas: [lambda('find')] }));
    uploadWorkspace(system, 'alone', ['find', 'steal']);
    await system.settle();
    expect(system.states('alone')).toEqual({
      alone: 'ready',
      'alone/find': 'ready',
      'alone/steal': 'refused',
    });
    expect(reasonsOf('alone', 'alone/steal')).toContain('is not among "lambdas" of the guardrails for alone');
  });

  it('guardrails: a wider file creates what it allows in the next pass, and a narrower one leaves what exists', async () => {
    uploadWorkspace(system, 'widened', ['find', 'steal']);
    system.putGuardrails(guardrails('widened', { lambdas: [lambda('find')] }));
    await system.settle();
    system.putGuardrails(guardrails('widened', { lambdas: [lambda('find'), lambda('steal')] }));
    await system.reconcile('widened');
    expect(system.states('widened')['widened/steal']).toBe('ready');
    system.putGuardrails(guardrails('widened', { lambdas: [] }));
    const calls = await system.callsDuring(() => system.reconcile('widened'));
    expect(writesIn(calls)).toEqual({});
    expect(system.states('widened')).toMatchObject({ 'widened/find': 'refused', 'widened/steal': 'refused' });
  });

  it.each([
    ['opens a gateway to anybody', 'authorizerType: AWS_IAM', 'authorizerType: NONE', 'authorizer type NONE'],
    ['passes the role of another team', ROLE, `${ROLE}-admin`, `${ROLE}-admin`],
    [
      'is notified at a stranger',
      'owner@example.com',
      'owner@example.com.evil.net',
      'mail domain example.com.evil.net',
    ],
  ])('guardrails: an upload that %s changes nothing', async (_, from, to, named) => {
    const workspace = 'attacked';
    system.putGuardrails(guardrails(workspace, { lambdas: [lambda('find')] }));
    system.upload(workspace, 'schemas/find.json', toolSchema());
    system.upload(workspace, 'manifest.yaml', manifestOf(['find'], { gateway: workspace }).replace(from, to));
    const before = system.messages(workspace).length;
    const calls = await system.callsDuring(() => system.settle());
    expect(writesIn(calls)).toEqual({});
    expect(problemsOf(workspace)).toContain(named);
    const contacts = JSON.stringify(system.gateloop.aws.outbox.list().slice(before));
    expect(contacts).not.toContain('"owner@example.com.evil.net"');
  });

  it.each([
    ['another host', 'https://mcp.example.net/mcp', 'mcp.example.net'],
    [
      'a host that begins with the allowed one',
      'https://mcp.example.com.evil.net/mcp',
      'mcp.example.com.evil.net',
    ],
    ['the allowed host as a user name', 'https://mcp.example.com@evil.net/mcp', 'evil.net'],
  ])('guardrails: a target at %s is refused', async (_, url, named) => {
    const workspace = 'hosts';
    system.putGuardrails(guardrails(workspace, { hosts: ['mcp.example.com'] }));
    const moreTargets = mcpTarget('good', 'https://mcp.example.com/mcp') + mcpTarget('bad', url);
    system.upload(workspace, 'manifest.yaml', manifestOf([], { gateway: workspace, moreTargets }));
    await system.settle();
    expect(system.states(workspace)['hosts/bad']).toBe('refused');
    expect(problemsOf(workspace)).toContain(named);
  });

  it('guardrails: a target whose OpenAPI schema calls another host is refused with the line in the schema', async () => {
    const workspace = 'schemas';
    system.putGuardrails(guardrails(workspace, { hosts: ['api.example.com'] }));
    const document = `openapi: 3.0.3
info: { title: a, version: "1" }
servers: [{ url: https://api.example.com }]
paths:
  /a:
    get:
      operationId: find
      servers: [{ url: https://evil.example.net }]
      responses: { "200": { description: ok } }
`;
    const moreTargets =
      '      api: { targetConfiguration: { mcp: { openApiSchema: { file: schemas/api.yaml } } } }\n';
    system.upload(workspace, 'schemas/api.yaml', document);
    system.upload(workspace, 'manifest.yaml', manifestOf([], { gateway: workspace, moreTargets }));
    await system.settle();
    expect(problemsOf(workspace)).toMatch(/schemas\/api\.yaml:8:\d+: error: .*The host evil\.example\.net/);
    expect(system.states(workspace)['schemas/api']).toBe('refused');
  });

  it('guardrails: a file with errors stops every change, tells the operators, and never allows more', async () => {
    uploadWorkspace(system, 'stopped', ['find']);
    await system.settle();
    system.putGuardrails('version: 1\ndefaults: { roles: any, lambdas: anyy }');
    uploadWorkspace(system, 'stopped', ['find', 'steal']);
    const calls = await system.callsDuring(() => system.settle());
    expect(writesIn(calls)).toEqual({});
    expect(system.outcome('stopped')).toMatchObject({ outcome: 'refused' });
    expect(problemsOf('stopped')).toContain('guardrails.yaml:2:');
    expect(system.messages('stopped').at(-1)).toContain("The operators' guardrails have errors");
    system.putGuardrails(openGuardrailsFile);
    await system.reconcile('stopped');
    expect(system.outcome('stopped').outcome).toBe('ready');
  });

  it('guardrails: a workspace takes over the resources of another one only where operators say so', async () => {
    uploadWorkspace(system, 'left', ['find']);
    await system.settle();
    system.remove('left', 'manifest.yaml');
    system.remove('left', 'schemas/find.json');
    const takeOver = (settings: string) =>
      uploadWorkspace(system, 'taker', ['find'], { gateway: 'left', settings });
    const entry = { lambdas: [lambda('find')] };
    system.putGuardrails(guardrails('taker', entry));
    takeOver('{ movedFrom: left }');
    await system.settle();
    expect(system.outcome('taker').outcome).toBe('refused');
    expect(problemsOf('taker')).toContain('settings.movedFrom: The workspace left is not among "movedFrom"');
    system.putGuardrails(guardrails('taker', { ...entry, movedFrom: ['left'] }));
    await system.reconcile('taker');
    expect(system.outcome('taker').outcome).toBe('ready');
  });

  it('guardrails: more gateways than the count are refused, and a kind that is not listed', async () => {
    const workspace = 'counted';
    const gateway = (name: string) => `  ${name}: { roleArn: "${ROLE}", authorizerType: AWS_IAM }\n`;
    system.putGuardrails(guardrails(workspace, { counts: { gateway: 1 }, kinds: ['gateway'] }));
    const manifest = `gateways:\n${gateway('one')}${gateway('two')}registries: { tools: {} }\n`;
    system.upload(workspace, 'manifest.yaml', manifest);
    await system.settle();
    expect(system.states(workspace)).toEqual({ one: 'ready', two: 'refused', tools: 'refused' });
  });
});
