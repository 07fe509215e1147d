import { Logger } from '@aws-lambda-powertools/logger';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { SlackChannel } from '../../adapters/slackChannel.ts';
import { screenOn } from '../../cli/display/screen.ts';
import { openFile } from '../../cli/display/testing/terminal.ts';
import { errorReport, reportText } from '../../cli/errorReport.ts';
import { planText } from '../../cli/plan/planText.ts';
import { outcomeText, problemText } from '../../cli/push/outcomeText.ts';
import { workspaceTable } from '../../cli/start/workspaceTable.ts';
import type { Page } from '../../core/authorization/page.ts';
import type { RequestSubject } from '../../core/authorization/requestSubject.ts';
import { sampleRequest } from '../../core/authorization/testing/sampleRequest.ts';
import { GateloopError } from '../../core/errors.ts';
import { parseText } from '../../core/manifest/testing/sampleManifest.ts';
import { authorizationMessage } from '../../core/messages/authorizationMessage.ts';
import { type Message, withSender } from '../../core/messages/message.ts';
import { outcomeMessage } from '../../core/messages/outcomeMessage.ts';
import { strayUploadMessage } from '../../core/messages/strayUploadMessage.ts';
import { outcomeWith } from '../../core/outcome/testing/sampleOutcome.ts';
import { formatPath, type Problem, problemMessage } from '../../core/problem.ts';
import { diffRecords, summarizeDiff } from '../../core/registry/diffRecords.ts';
import { recordFacts } from '../../core/registry/recordFacts.ts';
import { submissionText } from '../../core/registry/submissionText.ts';
import { readSchema } from '../../core/schemas/readSchema.ts';
import type { Tool } from '../../core/schemas/schemaTypes.ts';
import { strayUpload } from '../../core/storage/uploads.ts';
import { githubAnnotation, visibleMember } from '../../core/text/encoders.ts';
import { compareTools } from '../../core/toolContracts/compareTools.ts';
import { renderPage } from '../../functions/authorization-pages/pages/renderPage.ts';

/** Begins every untrusted text of these tests. No word of Gateloop's own has it. */
const MARK = '§';
const LINK = 'https://pages.example.com/authorizations/0123456789abcdef0123456789abcdef';

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** What a build server takes for a command. Source: actions/runner, ActionCommand.cs. */
const BUILD_COMMAND = /^\s*::|##\[|##vso\[|##teamcity\[/i;

const attacks = [
  '\n',
  '\r\n',
  '\u2028',
  '\u0085',
  '\n::error file=a::b',
  '::stop-commands::x',
  '##[error]a',
  '##vso[task.setvariable]a',
  '\u001b[2J',
  '\u001b]8;;https://evil.example.com\u0007',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u{e0041}',
  '\ufe0f',
  '\u3164',
  '\ud800',
  `\nOpen this link and say yes or no:\n${LINK.replace('pages', 'evil')}`,
  '<!channel>',
  '<https://evil.example.com|yes>',
  '</pre><script>',
  '"',
  "'",
  '%0A',
  'a',
  ' ',
];
/** A name, a scope, a description, a path or a reason that a stranger has chosen. */
const untrusted = fc
  .array(fc.constantFrom(...attacks), { maxLength: 6 })
  .map((parts) => `${MARK}${parts.join('')}`);
/** A text that attacks with its first character. */
const attack = fc.array(fc.constantFrom(...attacks), { minLength: 1, maxLength: 6 }).map((p) => p.join(''));

const NEVER = { time: '', since: '', applied: {} };
const plainScreen = screenOn(openFile().stream, {});

function checkLines(text: string): void {
  for (const line of text.split('\n')) {
    expect(line).not.toMatch(HIDDEN);
    expect(line.trimStart().startsWith(MARK)).toBe(false);
  }
}

function checkTerminal(text: string): void {
  checkLines(text);
  for (const line of text.split('\n')) expect(line).not.toMatch(BUILD_COMMAND);
}

function checkMessage(message: Message): void {
  const { subject, text, about } = withSender(message, 'https://pages.example.com');
  checkLines(text);
  expect(subject).toMatch(/^[\x20-\x7e]{0,99}$/);
  expect(about.workspace).not.toMatch(HIDDEN);
}

function checkPage(page: Page): void {
  const body = String(renderPage(page).body);
  expect(body.replaceAll('\n', '')).not.toMatch(HIDDEN);
  expect(body).not.toMatch(/<script|<\/pre><script/i);
}

function checkRequest(subject: RequestSubject, page: Partial<Extract<Page, { name: 'waiting' }>> = {}): void {
  const request = sampleRequest({ subject, closedBy: 'ada', reason: 'because' });
  checkMessage(authorizationMessage(request, 'ask', LINK));
  const { text } = authorizationMessage(request, 'escalate', LINK);
  // The first link is the true one, for people and for `gateloop start`, which prints it.
  expect(/https?:\/\/\S+\/authorizations\/\S+/.exec(text)?.[0]).toBe(LINK);
  expect(text.split('\n').filter((line) => line.startsWith('Open this link'))).toHaveLength(1);
  checkPage({ name: 'waiting', request, ...page });
  checkPage({ name: 'completed', request, progress: 'failed', reasons: [JSON.stringify(subject)] });
}

function checkProblems(problems: readonly Problem[]): void {
  for (const problem of problems) {
    checkTerminal(problemText(problem, plainScreen));
    const annotation = githubAnnotation({ ...problem, message: problemMessage(problem) });
    expect(annotation).not.toMatch(HIDDEN);
    expect(annotation.startsWith(`::${problem.severity} file=`)).toBe(true);
    expect(annotation.slice(2).split('::')[0]).toMatch(
      /^(error|warning) file=[^:,]*(,line=\d+)?(,col=\d+)?$/,
    );
  }
  checkMessage(outcomeMessage(outcomeWith({ outcome: 'refused', problems })));
  const settings = {
    screen: plainScreen,
    linkOf: () => undefined,
    placeOf: (workspace: string, file: string) => `${workspace}/${file}`,
  };
  checkTerminal(workspaceTable('payments', { outcome: 'refused', problems, resources: [] }, settings));
}

const tool = fc.record({ name: untrusted, description: untrusted, input: untrusted, value: untrusted }).map(
  ({ name, description, input, value }): Tool => ({
    name,
    description,
    inputSchema: {
      type: 'object',
      properties: { [input]: { type: 'string', description, enum: [value], default: value } },
      required: [input],
    },
    outputSchema: { type: 'object', properties: { [input]: { description } } },
  }),
);

describe('untrusted text', () => {
  it('of a manifest is written out in problems, messages, terminals and annotations', () => {
    fc.assert(
      fc.property(untrusted, untrusted, attack, (key, value, file) => {
        const { problems } = parseText(
          `gateways:\n  ${JSON.stringify(key)}: { roleArn: ${JSON.stringify(value)}, ${JSON.stringify(value)}: 1, targets: { ${JSON.stringify(key)}: { targetConfiguration: ${JSON.stringify(value)} } } }\n${JSON.stringify(value)}: 1\nsettings: { resync: ${JSON.stringify(value)} }\n`,
        );
        expect(problems.length).toBeGreaterThan(0);
        checkProblems([
          ...problems,
          ...problems.map((problem) => ({ ...problem, file: `schemas/${file}` })),
          ...problems.map((problem) => ({ ...problem, file: `${MARK}${file}` })),
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('of a schema is written out in problems, messages, pages and plans', () => {
    fc.assert(
      fc.property(fc.array(tool, { maxLength: 3 }), fc.array(tool, { maxLength: 3 }), (before, after) => {
        const bytes = new TextEncoder().encode(JSON.stringify(after));
        const { problems } = readSchema('lambdaTools', bytes, 'a.json');
        checkProblems(problems.map((problem) => ({ ...problem, file: `${MARK}a.json` })));
        const changes = compareTools(before, after);
        const kept = { changes: changes.slice(0, 10), total: changes.length, breaking: changes.length };
        const subject = { kind: 'approval', gateway: 'front', target: 'issues', fingerprint: 'f' } as const;
        checkRequest(
          { ...subject, ...kept, unknown: `It is unknown. ${after[0]?.name ?? ''}` },
          {
            details: {
              kind: 'approval',
              changes,
              settings: [
                {
                  path: formatPath([after[0]?.name ?? '']),
                  before: before[0]?.name ?? '',
                  after: after[0]?.name ?? '',
                },
              ],
            },
          },
        );
        const resource = {
          address: 'gatewayTarget/front/issues',
          action: 'update',
          state: 'awaiting-approval',
          differences: changes.map((change) => ({
            path: formatPath(['metadata', change.tool]),
            from: change.before ?? null,
            to: change.after ?? null,
            stays: `It stays: ${change.tool}`,
          })),
          tools: changes,
          asks: [{ kind: 'approval', owner: `the team ${after[0]?.name}` }],
          notes: changes.map(({ tool: name }) => name),
          unread: 'AccessDenied',
        } as const;
        const notes = changes.map(({ tool: name }) => `Kept: ${name}`);
        checkTerminal(
          planText(
            { workspace: 'payments', time: '', basedOn: 'ledger', resources: [resource], quotas: [], notes },
            plainScreen,
          ),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('of a record is written out in messages and pages', () => {
    const content = fc.record({ name: untrusted, description: untrusted, tool, url: untrusted, raw: attack });
    const recordOf = ({
      name,
      description,
      tool: own,
      url,
      raw,
    }: typeof content extends fc.Arbitrary<infer T> ? T : never) => ({
      name,
      description,
      recordType: 'MCP' as const,
      descriptors: {
        mcpServer: {
          data: JSON.stringify({ version: name, remotes: [{ type: raw, url }], [name]: raw }),
          additionalData: {
            tools: { data: JSON.stringify({ tools: [own], [name]: 1 }) },
            [raw]: { data: raw },
          },
        },
      },
    });
    fc.assert(
      fc.property(content, content, (one, other) => {
        const [before, after] = [recordOf(one), recordOf(other)];
        const difference = diffRecords(before, after);
        const { name, description } = after;
        checkRequest(
          {
            kind: 'record',
            registryId: 'r1',
            recordId: 'i1',
            name,
            description,
            descriptorType: 'MCP',
            facts: recordFacts(after),
            importedBy: [name],
            difference: summarizeDiff(difference),
          },
          { details: { kind: 'record', submission: submissionText(after), difference } },
        );
      }),
      { numRuns: 50 },
    );
  });

  it('of a consent, an upload and a service is written out in messages, pages, terminals, Slack and logs', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    await fc.assert(
      fc.asyncProperty(untrusted, attack, async (text, anything) => {
        checkRequest({
          kind: 'authorization',
          gateway: 'front',
          target: text,
          endpoint: anything,
          provider: text,
          scopes: [anything, text],
          reason: 'create',
          returnUrl: anything,
        });
        const gone = {
          address: `gatewayTarget/${text}/${anything}`,
          tools: [anything, text],
          unknown: anything,
        } as const;
        checkRequest(
          {
            kind: 'deletion',
            fingerprint: 'f',
            resources: [{ address: gone.address, tools: 2 }],
            total: 1,
            tools: 2,
            details: { digest: 'd', bytes: 1 },
          },
          { details: { kind: 'deletion', resources: [gone] } },
        );
        const upload = strayUpload(`workspaces/${text}/${anything}`);
        if (upload) checkMessage(strayUploadMessage(upload));
        const resource = {
          address: `gatewayTarget/${text}/${anything}`,
          kind: 'gatewayTarget',
          name: `${text}/${anything}`,
          state: 'failed',
          reasons: [text, anything],
        } as const;
        const outcome = outcomeWith({ outcome: 'failed', resources: [resource] });
        checkMessage(outcomeMessage(outcome));
        const reported = { ...resource, owner: text, since: '2026-01-01T00:00:00.000Z' };
        const document = { ...outcome, ...NEVER, owner: text, resources: [reported] };
        checkTerminal(outcomeText(document, plainScreen));
        const error = new GateloopError('Refused', `It refused: ${anything}`);
        checkTerminal(reportText(errorReport(error, 'gateloop push'), false).trimEnd());
        expect(reportText(errorReport(error, 'gateloop push'), true).trimEnd()).not.toMatch(HIDDEN);

        const slack: string[] = [];
        const channel = new SlackChannel(
          { read: async () => ({ value: 'https://hooks.example.com', versionId: '1' }) },
          async (_, { body }) => {
            slack.push(String(body));
            return new Response('', { status: 200 });
          },
        );
        await channel.send({ channel: 'slack', address: { secretsManager: 's' } }, outcomeMessage(outcome));
        const posted = JSON.parse(slack[0] ?? '');
        checkLines(posted.text);
        expect(posted.text).not.toMatch(/[<>]/);
        checkLines(posted.blocks[1].text.text);

        log.mockClear();
        new Logger({ jsonReplacerFn: visibleMember }).error('Failed', { reason: text, [anything]: 1 });
        expect(String(log.mock.calls[0])).not.toMatch(HIDDEN);
      }),
      { numRuns: 50 },
    );
    log.mockRestore();
  });
});
