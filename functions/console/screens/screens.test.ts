import { describe, expect, it } from 'vitest';
import {
  NOW,
  refusedWorkspace,
  sampleExecutions,
  sampleFleet,
  sampleQuestions,
  sampleTimeline,
  sampleTools,
  sampleTrace,
  sampleWorkspace,
} from '../testing/sampleViews.ts';
import { executionScreen } from './executionScreen.ts';
import { executionsScreen } from './executionsScreen.ts';
import { type FleetFilter, fleetScreen, parseState } from './fleetScreen.ts';
import { inboxScreen } from './inboxScreen.ts';
import { layout, type Screen, screenHeaders } from './layout.ts';
import { script } from './script.ts';
import { timelineScreen } from './timelineScreen.ts';
import { coarseDuration, exactDuration } from './times.ts';
import { workspaceScreen } from './workspaceScreen.ts';

const aws = { region: 'eu-central-1', account: '123456789012', partition: 'aws', environment: 'main' };

/** Source: Lambda quotas, invocation payload (response), in bytes. */
const LAMBDA_RESPONSE = 6 * 1024 * 1024;

/** The text that a reader sees: markup becomes a space. */
function textOf({ body }: Screen): string {
  return String(body)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');
}

const namesIn = (filter: FleetFilter) =>
  [
    ...String(fleetScreen(sampleFleet, filter).body).matchAll(
      /<th scope="row"><a href="\/workspaces\/([^"]+)"/g,
    ),
  ].map(([, name]) => name);

describe('fleetScreen', () => {
  it('fleetScreen: lists what needs a person first', () => {
    expect(namesIn({})).toEqual([
      'logistics',
      'search',
      'support',
      'reporting',
      'identity',
      'onboarding',
      'catalog',
      'payments',
    ]);
  });

  it('fleetScreen: finds workspaces by state, and by a part of their names or of their owners', () => {
    expect(namesIn({ state: 'ready' })).toEqual(['catalog', 'payments']);
    expect(namesIn({ text: 'FINANCE' })).toEqual(['reporting']);
    expect(namesIn({ text: 'pay', state: 'failed' })).toEqual([]);
    expect(textOf(fleetScreen(sampleFleet, { text: 'pay', state: 'failed' }))).toContain(
      'No workspace is like that',
    );
  });

  it('fleetScreen: shows states with their durations, what waits since when, and the passes', () => {
    const text = textOf(fleetScreen(sampleFleet, {}));
    expect(text).toContain('support help-desk ? waits for a person for 55 min');
    expect(text).toContain('2 questions since 55 min ago 6 min ago in 9 min');
    expect(text).toContain('2 errors, 1 warning');
    expect(text).toContain('2 of 8 workspaces in step');
  });

  it('fleetScreen: says how a first workspace comes where there is none', () => {
    expect(textOf(fleetScreen({ ...sampleFleet, workspaces: [] }, {}))).toContain(
      'There is no workspace yet',
    );
  });

  it.each([
    ['failed', 'failed'],
    ['constructor', undefined],
    [undefined, undefined],
  ])('parseState: reads %j as %j', (text, state) => {
    expect(parseState(text)).toBe(state);
  });
});

describe('workspaceScreen', () => {
  const shown = workspaceScreen({ workspace: sampleWorkspace, tools: sampleTools, aws });

  it('workspaceScreen: shows problems with their lines, drift member by member, tools and the proof of a synchronization', () => {
    const text = textOf(shown);
    for (const part of [
      'schemas/tickets.openapi.yaml:48:9',
      'authorizerConfiguration.customJWTAuthorizer.allowedClients[1] – "intruder" is there, and the manifest does not name it',
      '4 tools as the gateway listed them after the last synchronization',
      'read_article Reads one article with its comments.',
      'the list of the gateway was read afterwards',
      'next try in 4 min ; the last good configuration is in place',
      'Its MCP server lists them, and it was not synchronized yet.',
    ])
      expect(text).toContain(part);
  });

  it('workspaceScreen: has the targets of a gateway below it, and unfolds what is not ready', () => {
    const body = String(shown.body);
    expect(body.indexOf('id="gatewayTarget/support/issues"')).toBeGreaterThan(
      body.indexOf('id="gateway/support"'),
    );
    expect(body).toMatch(/id="gatewayTarget\/support\/issues" open/);
    expect(body).not.toMatch(/id="gatewayTarget\/support\/knowledge" open/);
  });

  it('workspaceScreen: leads to answers and to AWS’s console, and holds no id of a request', () => {
    const body = String(shown.body);
    expect(body).toContain(`href="/inbox/${'a'.repeat(64)}"`);
    expect(body).toContain('https://eu-central-1.console.aws.amazon.com/bedrock-agentcore/toolsAndGateways');
    expect(body).not.toContain('/authorizations/');
    expect(String(workspaceScreen({ workspace: sampleWorkspace, tools: [] }).body)).not.toContain(
      'console.aws',
    );
  });

  it('workspaceScreen: writes out what names and descriptions of strangers hide', () => {
    const body = String(shown.body);
    expect(body).toContain(String.raw`export\u{202e}fdp.exe`);
    const hostile = {
      ...refusedWorkspace,
      problems: [
        { severity: 'error' as const, file: '<img src=x>', path: '', message: '"><script>alert(1)</script>' },
      ],
    };
    expect(String(workspaceScreen({ workspace: hostile, tools: [] }).body)).not.toMatch(/<script|<img/);
  });

  it('workspaceScreen: stays below what Lambda returns, with 500 targets of 200 tools', () => {
    const target = sampleWorkspace.members.at(-1);
    if (!target) throw new Error('the sample has targets');
    const names = Array.from({ length: 500 }, (_, index) => `support/target-${index}`);
    const members = names.map((name) => ({ ...target, name, address: `gatewayTarget/${name}` as const }));
    const tool = { name: 'x'.repeat(64), description: '"'.repeat(10_000) };
    const tools = names.map((name) => ({
      ...{ workspace: 'support', target: name, state: 'ready' as const, source: 'server' as const },
      tools: Array.from({ length: 200 }, () => tool),
    }));
    const { body } = workspaceScreen({ workspace: { ...sampleWorkspace, members, questions: [] }, tools });
    expect(String(body)).toContain('and 195 more');
    expect(Buffer.byteLength(String(body))).toBeLessThan(LAMBDA_RESPONSE);
  });

  it('workspaceScreen: says why nothing is changed', () => {
    const workspace = {
      ...sampleWorkspace,
      suspension: { since: NOW, reason: 'release freeze' },
      breaker: { kind: 'fleet' as const, since: NOW, resources: 12 },
    };
    const text = textOf(workspaceScreen({ workspace, tools: [] }));
    expect(text).toContain(
      'Operators have suspended all changes Since less than 1 min ago . Reason: release freeze',
    );
    expect(text).toContain(
      '12 resources: too many were changed outside Gateloop at once, in all workspaces together',
    );
  });
});

describe('inboxScreen', () => {
  it('inboxScreen: lists what waits for whom, the oldest first, with a link for what is open', () => {
    const shown = inboxScreen({ questions: sampleQuestions.toReversed(), time: NOW });
    const text = textOf(shown);
    expect(text).toMatch(
      /support\/issues.*help-desk, then platform.*support\/tickets.*the message did not arrive.*catalog\/prices/,
    );
    expect(String(shown.body)).not.toContain(`/inbox/${'c'.repeat(64)}`);
    expect(
      textOf(inboxScreen({ questions: sampleQuestions, time: NOW, workspace: 'catalog' })),
    ).not.toContain('issues');
  });

  it('inboxScreen: says that nothing waits', () => {
    expect(textOf(inboxScreen({ questions: [], time: NOW }))).toContain('Nothing waits for a person');
  });
});

describe('timelineScreen, executionsScreen and executionScreen', () => {
  it('timelineScreen: shows the latest first, and leads to the steps of a pass', () => {
    const shown = timelineScreen({ workspace: 'support', entries: sampleTimeline, time: NOW });
    expect(textOf(shown)).toMatch(/A pass runs.*support\/chat failed.*ada@example\.com uploaded 3 files/);
    expect(String(shown.body)).toContain('/workspaces/support/executions/reconcile/drift-20260729');
  });

  it('executionsScreen: shows what started each execution, and how long it took', () => {
    const shown = executionsScreen({ workspace: 'support', executions: sampleExecutions, time: NOW });
    expect(textOf(shown)).toContain('✓ succeeded an upload 1 h ago 1 min 2 s');
  });

  it('executionScreen: shows what each step got and gave, and why one failed', () => {
    const shown = executionScreen({ workspace: 'support', trace: sampleTrace, aws });
    const text = textOf(shown);
    expect(text).toContain('Provision ✗ ServiceUnavailable Task · 2 min 6 s · tried again 6 times');
    expect(text).toContain('"next": "provision"');
    expect(String(shown.body)).toContain(
      '#/v2/executions/details/arn:aws:states:eu-central-1:123456789012:execution:gateloop-main-reconcile:upload-77a1f00d',
    );
  });

  it('executionScreen: stays below what Lambda returns, with 5,000 steps of large data', () => {
    const [step] = sampleTrace.steps;
    if (!step) throw new Error('the sample has steps');
    const large = { ...step, input: '"'.repeat(50_000), output: '"'.repeat(50_000) };
    const steps = Array.from({ length: 5_000 }, () => large);
    const shown = executionScreen({ workspace: 'support', trace: { ...sampleTrace, steps } });
    expect(textOf(shown)).toContain('These are the latest 150; gateloop trace shows all.');
    expect(Buffer.byteLength(String(shown.body))).toBeLessThan(LAMBDA_RESPONSE);
  });
});

describe('layout', () => {
  const frame = { environment: 'main', waiting: 3, links: [{ label: 'Outbox', path: '/outbox' }] };

  it('layout: names the place, the environment and what waits', () => {
    const page = String(layout(fleetScreen(sampleFleet, {}), frame));
    expect(page).toContain('<a href="/" aria-current="page">Fleet</a>');
    expect(page).toContain('<span class="count">3</span>');
    expect(page).toContain('<a href="/outbox">Outbox</a>');
    expect(String(layout(fleetScreen(sampleFleet, {}), { ...frame, waiting: 0 }))).not.toContain(
      'class="count"',
    );
  });

  it('layout: runs one script, which asks its own server alone, and takes nothing from another', () => {
    expect(screenHeaders['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(String(layout(fleetScreen(sampleFleet, {}), frame))).toContain(`<script>${script}</script>`);
  });
});

describe('times', () => {
  it.each([
    [59_999, 'less than 1 min'],
    [60_000, '1 min'],
    [-3_540_000, '59 min'],
    [3_600_000, '1 h'],
    [172_799_999, '47 h'],
    [172_800_000, '2 days'],
  ])('coarseDuration: shows %i ms as %s', (ms, text) => {
    expect(coarseDuration(ms)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [1.44, '1.4 s'],
    [59.4, '59 s'],
    [131, '2 min 11 s'],
    [7_260, '2 h 1 min'],
  ])('exactDuration: shows %f s as %s', (seconds, text) => {
    expect(exactDuration(seconds)).toBe(text);
  });
});
