import { describe, expect, it } from 'vitest';
import { newRequest } from '../authorization/request.ts';
import type {
  ApprovalSubject,
  AuthorizationSubject,
  RecordSubject,
  RequestSubject,
} from '../authorization/requestSubject.ts';
import type { ToolChange } from '../toolContracts/compareTools.ts';
import { authorizationMessage } from './authorizationMessage.ts';

const LINK = 'https://gateloop.example.com/authorizations/1';
const consent: AuthorizationSubject = {
  kind: 'authorization',
  gateway: 'front',
  target: 'issues',
  endpoint: 'https://mcp.example.com',
  scopes: ['repo', 'user'],
  reason: 'update',
};
const toolChange = (tool: string, breaking: boolean): ToolChange => ({
  kind: breaking ? 'toolRemoved' : 'toolAdded',
  tool,
  breaking,
  message: `${tool}: ${breaking ? 'Tool removed.' : 'Tool added.'}`,
});
const approval: ApprovalSubject = {
  kind: 'approval',
  gateway: 'front',
  target: 'issues',
  fingerprint: 'f',
  changes: ['a', 'b', 'c', 'd', 'e', 'g'].map((tool, index) => toolChange(tool, index < 2)),
  total: 6,
  breaking: 2,
};
const record: RecordSubject = {
  kind: 'record',
  registryId: 'r1',
  recordId: 'i1',
  name: 'weather',
  descriptorType: 'MCP',
  facts: { server: 'https://weather.example.com/mcp' },
  importedBy: ['payments'],
  difference: { changes: [{ kind: 'changed', label: 'Version', path: 'server.version' }], total: 1 },
};

const messageFor = (subject: RequestSubject, stage: Parameters<typeof authorizationMessage>[1] = 'ask') =>
  authorizationMessage(
    newRequest({
      id: 'id',
      workspace: 'payments',
      address: subject.kind === 'record' ? 'registry/tools' : 'gatewayTarget/front/issues',
      subject,
      owner: undefined,
      owners: {},
      settings: { remindAfter: [], escalateAfter: 1, expireAfter: 86_400 },
      askedAt: Date.UTC(2026, 0, 1),
    }),
    stage,
    LINK,
  );

describe('authorizationMessage', () => {
  it('authorizationMessage: asks for consent with endpoint, scopes, link, expiry and the effect of no answer', () => {
    const { subject, text, link, about } = messageFor(consent);
    expect(subject).toBe('Gateloop: your consent is needed for front/issues');
    expect(text).toContain('It wants to use "issues" (https://mcp.example.com) on your behalf.');
    expect(text).toContain('every change needs a new consent');
    expect(text).toContain('It asks for: repo, user.');
    expect(text.split('\n')).toContain(LINK);
    expect(text).toContain('The link is valid until 2 January 2026, 00:00 UTC');
    expect(text).toContain('If nobody answers: “issues” stays as it was, as far as AWS allows');
    expect(link).toBe(LINK);
    expect(about).toEqual({ workspace: 'payments', event: 'authorization-required' });
  });

  it.each([
    ['remind-1', /^Gateloop, a reminder: /, /^You were asked on 1 January 2026, 00:00 UTC, and nobody/],
    [
      'escalate',
      /^Gateloop, nobody has answered: /,
      /^The owner was asked on 1 January 2026.*second contact/,
    ],
  ] as const)('authorizationMessage: says why it comes at the stage %s', (stage, subject, text) => {
    const message = messageFor(consent, stage);
    expect(message.subject).toMatch(subject);
    expect(message.text).toMatch(text);
  });

  it('authorizationMessage: counts the changes of tools, and lists the first five', () => {
    const { subject, text } = messageFor(approval);
    expect(subject).toBe('Gateloop: may the tools of front/issues change?');
    expect(text).toContain('It makes 6 changes to what agents can do there, 2 of which may break');
    expect(text).toContain('- a: Tool removed.');
    expect(text).not.toContain('- g: Tool added.');
    expect(text).toContain('- … and more, on the page.');
  });

  it('authorizationMessage: says why the changes of tools are unknown', () => {
    const { text } = messageFor({ ...approval, changes: [], total: 0, unknown: 'No copy.' });
    expect(text).toContain('The changes are unknown. No copy.');
    expect(text).not.toContain('It makes');
  });

  it('authorizationMessage: counts the deletions of an upload, and lists the first five', () => {
    const resources = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => ({
      address: `gatewayTarget/front/${name}` as const,
      tools: index,
    }));
    const details = { digest: 'd', bytes: 1 };
    const deletion = { kind: 'deletion', fingerprint: 'f', resources, total: 6, tools: 15, details } as const;
    const { subject, text } = messageFor(deletion);
    expect(subject).toBe('Gateloop: may 6 resources with 15 tools be deleted?');
    expect(text).toContain('An upload to the workspace "payments" deletes 6 resources with 15 tools.');
    expect(text).toContain('- gatewayTarget/front/b, 1 tool\n');
    expect(text).not.toContain('gatewayTarget/front/f');
    expect(text).toContain('If nobody answers: Nothing is deleted.');
  });

  it('authorizationMessage: names the server, the importing workspaces and the changes of a record', () => {
    const { subject, text } = messageFor(record);
    expect(subject).toBe('Gateloop: may weather change in the registry?');
    expect(text).toContain('The record "weather" (MCP) was submitted to the registry "tools" (r1)');
    expect(text).toContain(
      'If nobody answers: The version of “weather” that was approved before stays in use.',
    );
    expect(text).toContain('Server address: https://weather.example.com/mcp');
    expect(text).toContain('gateways of the workspace “payments”.');
    expect(text).toContain('Changes since the approved version: 1.');
    expect(text).toContain('- Version: changed');
  });

  it.each([
    ['create', 'It is new.'],
    ['update', 'Its settings are to change'],
    ['sync', 'list of tools needs an update'],
  ] as const)('authorizationMessage: says why consent is needed for the operation %s', (reason, expected) => {
    expect(messageFor({ ...consent, reason }).text).toContain(expected);
  });

  it('authorizationMessage: separates introduction, link, request, validity and effect by empty lines', () => {
    const parts = messageFor(consent).text.split('\n\n');
    expect(parts).toHaveLength(4);
    expect(parts[0]).toBe(`Open this link and say yes or no:\n${LINK}`);
    expect(parts[1]).toMatch(/^The gateway "front" of the workspace "payments"/);
    expect(messageFor(consent, 'remind-1').text.split('\n\n')).toHaveLength(5);
    expect(messageFor(consent, 'escalate').text.split('\n\n')).toHaveLength(5);
  });

  it('authorizationMessage: a scope with a line break forges no second link and no line', () => {
    const forged =
      'repo\n\nOpen this link and say yes or no:\nhttps://evil.example.com/authorizations/1\u202e';
    const { text } = messageFor({ ...consent, scopes: [forged, 'user'], target: 'a\u2028b' });
    expect(text.split('\n').filter((line) => /^(Open this|https:)/.test(line))).toEqual([
      'Open this link and say yes or no:',
      LINK,
    ]);
    expect(text).toContain(String.raw`repo\u{a}\u{a}Open this`);
    expect(text).not.toMatch(/(?!\n)[\p{C}\p{Zl}]/u);
  });

  it('authorizationMessage: puts the link above all text of an upload', () => {
    const { text } = messageFor({ ...consent, scopes: ['https://evil.example.com/authorizations/1'] });
    expect(/https?:\/\/\S+\/authorizations\/\S+/.exec(text)?.[0]).toBe(LINK);
  });

  it('authorizationMessage: leaves out endpoint and scopes where the target has none', () => {
    const { endpoint: _, ...local } = consent;
    const { text } = messageFor({ ...local, scopes: [] });
    expect(text).toContain('It wants to use "issues" on your behalf.');
    expect(text).not.toContain('It asks for');
  });

  it('authorizationMessage: counts one change of tools without plural, and no breaking ones', () => {
    const { text } = messageFor({ ...approval, changes: [toolChange('a', false)], total: 1, breaking: 0 });
    expect(text).toContain('It makes 1 change to what agents can do there.');
    expect(text).not.toContain('more, on the page');
  });

  it('authorizationMessage: lists five changes whole', () => {
    const { text } = messageFor({ ...approval, changes: approval.changes.slice(0, 5), total: 5 });
    expect(text).toContain('- e: Tool added.');
    expect(text).not.toContain('more, on the page');
  });

  it('authorizationMessage: leaves out what a record does not have', () => {
    const { difference: _, ...first } = record;
    const { subject, text } = messageFor({ ...first, facts: {}, importedBy: [] });
    expect(subject).toBe('Gateloop: may weather enter the registry?');
    expect(text.split('\n\n')[1]).toBe(
      'The record "weather" (MCP) was submitted to the registry "tools" (r1) and waits for approval.',
    );
  });

  it('authorizationMessage: lists the first five changes of a record', () => {
    const change = (index: number) => ({ kind: 'added' as const, label: `L${index}`, path: `p${index}` });
    const differenceOf = (count: number) => ({
      changes: Array.from({ length: count }, (_, index) => change(index)),
      total: count,
    });
    const five = messageFor({ ...record, difference: differenceOf(5) }).text;
    expect(five).toContain('- L4: added');
    expect(five).not.toContain('more, on the page');
    const six = messageFor({ ...record, difference: differenceOf(6) }).text;
    expect(six).not.toContain('- L5: added');
    expect(six).toContain('- … and more, on the page.');
  });
});
