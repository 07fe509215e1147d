import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import {
  authorizationClosedEvent,
  authorizationDisputedEvent,
  authorizationRequiredEvent,
  authorizationVoidedEvent,
} from '../core/authorization/requestEvents.ts';
import { readChange } from '../core/events/changeEvents.ts';
import { outcomeEvent } from '../core/events/outcomeEvent.ts';
import { healingHeldBackEvent, resourceEvents } from '../core/events/resourceEvents.ts';
import { toolsChangedEvents } from '../core/events/toolsChangedEvent.ts';
import type { JsonObject } from '../core/json.ts';
import type { PublishedEvent } from '../core/ports/events.ts';
import { resourceKinds } from '../core/resources/resourceKinds.ts';
import { compareLists } from '../core/toolContracts/listedTools.ts';
import { parsePollEvent } from '../functions/poll/pollEvent.ts';
import { parseRegistryApprovalEvent } from '../functions/registry-approvals/registryApprovalEvent.ts';
import { workspaceOf } from '../functions/workspaceOf.ts';
import { compilePattern } from '../local/aws/eventBridge/eventPattern.ts';
import { samplePages } from '../test/browser/samplePages.ts';
import { rules } from './triggers.ts';

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as JsonObject;
const namesIn = (folder: string, ending: string) =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));

// Formats are for people and editors here; the samples' times are checked by the patterns of their readers.
const ajv = new Ajv({ allErrors: true, validateFormats: false, strict: true });
const published = new Map(
  namesIn('published', '.schema.json').map((name) => {
    const schema = read(`published/${name}.schema.json`);
    return [String(schema.title), { name, validate: ajv.compile(schema) }];
  }),
);

/** What stands for the roles of the deployment in patterns. */
const ROLES = {
  ProvisionRoleArn: 'arn:aws:iam::123456789012:role/gateloop-main-provision-function',
  SyncRoleArn: 'arn:aws:iam::123456789012:role/gateloop-main-sync-function',
};

const patternOf = (name: string) => {
  const rule = rules.find((each) => each.name === name);
  const values: Readonly<Record<string, string>> = { SpecBucketName: 'gateloop-spec', ...ROLES };
  const text = JSON.stringify(rule?.pattern).replaceAll(
    /\$\{(\w+)\}/g,
    (_, key: string) => values[key] ?? '',
  );
  return compilePattern(JSON.parse(text) as JsonObject);
};

/** @returns an event as the bus delivers it */
const onBus = ({ detailType, detail }: PublishedEvent) => ({
  source: 'gateloop',
  'detail-type': detailType,
  detail,
});

describe('published events', () => {
  it.each([...published])('event %s: its schema knows every kind of resource', (_title, { name }) => {
    const text = JSON.stringify(read(`published/${name}.schema.json`));
    for (const [, kinds = ''] of text.matchAll(
      /"kind":\{"enum":(\[[^\]]+\]),"description":"The value of the API/g,
    ))
      expect(JSON.parse(kinds)).toEqual(Object.keys(resourceKinds));
  });

  it.each([...published])('event %s: its schema has an id of its own, with a version', (_title, { name }) => {
    expect(read(`published/${name}.schema.json`).$id).toBe(`urn:gateloop:event:${name}:1`);
  });

  it.each([...published])('event %s: its sample matches its schema', (_title, { name, validate }) => {
    expect(validate(read(`published/${name}.sample.json`)) || validate.errors).toBe(true);
  });

  it.each([...published])('event %s: its schema refuses an unknown member', (_title, { name, validate }) => {
    const sample = read(`published/${name}.sample.json`) as { detail: JsonObject };
    expect(validate({ ...sample, detail: { ...sample.detail, token: 'AQCEAAAA' } })).toBe(false);
  });

  it('resourceEvents: publishes events that match their schemas', () => {
    const record = {
      address: 'gatewayTarget/a/b',
      state: 'ready',
      reasons: [],
      since: 0,
      id: 'AB12CD34EF',
    } as const;
    const failed = { ...record, address: 'gateway/a', state: 'failed', reasons: ['no'] } as const;
    const drifted = {
      ...record,
      state: 'drifted',
      drift: {
        updatedAt: 0,
        cause: 'foreign',
        differences: (['changed', 'added', 'removed', 'unreadable'] as const).map((change) => ({
          path: 'tags.team',
          change,
        })),
      },
    } as const;
    const events = [
      ...resourceEvents(
        'a',
        new Map(),
        { upserts: [record, failed, drifted], deletes: ['gatewayTarget/a/old'] },
        0,
      ),
      healingHeldBackEvent('a', { kind: 'fleet', since: 0, resources: 1 }, ['gatewayTarget/a/b']),
    ];
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Resource Ready',
      'Resource Failed',
      'Resource Drifted',
      'Resource Removed',
      'Healing Held Back',
    ]);
    for (const event of events) expect(published.get(event.detailType)?.validate(onBus(event))).toBe(true);
  });

  it('toolsChangedEvents: publishes events that match their schema, whatever servers write', () => {
    const hostile = `\u202e\n${'\u{1f600}'.repeat(5_000)}`;
    const before = Array.from({ length: 60 }, (_, index) => ({
      name: `tool-${index}${hostile}`,
      description: hostile,
      inputSchema: { type: 'object', properties: { [hostile]: { type: 'string' } } },
    }));
    const address = 'gatewayTarget/a/b' as const;
    const reading = {
      address,
      moment: 'after',
      synchronizedAt: 0,
      configuration: 'c',
      needsApproval: true,
    } as const;
    const lists = { source: 'gateway', before: 'a'.repeat(64), after: 'b'.repeat(64) } as const;
    const removed = { reading, ...lists, change: compareLists(before, []) };
    const unknown = { reading, ...lists, change: { changes: [], unknown: hostile } };
    const events = toolsChangedEvents('a', [removed, unknown], new Map(), 0);
    expect(events).toHaveLength(2);
    for (const event of events) {
      const validate = published.get(event.detailType)?.validate;
      expect(validate?.(onBus(event)) || validate?.errors).toBe(true);
      expect(JSON.stringify(event)).not.toMatch(/[\u202e\n]/u);
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(256 * 1024);
    }
    expect(events[0]?.detail).toMatchObject({ total: 60, breaking: 60, changes: { length: 50 } });
  });

  it('toolsChangedEvents: tells of a list before a synchronization once, and of no list without a change', () => {
    const address = 'gatewayTarget/a/b' as const;
    const reading = {
      address,
      moment: 'before',
      synchronizedAt: 0,
      configuration: 'c',
      needsApproval: true,
    } as const;
    const change = compareLists([{ name: 'a', inputSchema: {} }], []);
    const listed = { reading, source: 'server', before: 'a', after: 'b', change } as const;
    const upcoming = { configuration: 'c', readAt: 0, digest: 'b', needsApproval: true };
    const toolWatch = { synchronizedAt: 0, lists: {}, readFrom: [], obstacles: {}, upcoming };
    const record = { address, state: 'ready', reasons: [], since: 0, toolWatch } as const;
    expect(toolsChangedEvents('a', [listed], new Map(), 0)).toHaveLength(1);
    expect(toolsChangedEvents('a', [listed], new Map([[address, record]]), 0)).toEqual([]);
    expect(toolsChangedEvents('a', [{ ...listed, change: { changes: [] } }], new Map(), 0)).toEqual([]);
  });

  it.each(['ready', 'drifted', 'suspended', 'awaiting', 'failed', 'refused'] as const)(
    'outcomeEvent: publishes the outcome "%s" as its schema says',
    (outcome) => {
      const resource = {
        address: 'gateway/a',
        kind: 'gateway',
        name: 'a',
        state: 'failed',
        reasons: ['no'],
        differences: Array(20).fill({ path: 'description', change: 'added' }),
      } as const;
      const problem = {
        severity: 'error',
        file: 'manifest.yaml',
        path: 'gateways',
        message: 'Wrong.',
      } as const;
      const event = outcomeEvent(
        { workspace: 'a', outcome, revision: 'r', problems: [problem], resources: [resource] },
        0,
      );
      const validate = published.get(event.detailType)?.validate;
      expect(validate?.(onBus(event)) || validate?.errors).toBe(true);
    },
  );
});

describe('events about requests', () => {
  const { consent, approval, record } = {
    consent: samplePages.waiting,
    approval: samplePages['waiting-approval'],
    record: samplePages['waiting-record'],
  };

  it.each(Object.entries({ consent, approval, record }))(
    'authorizationRequiredEvent and authorizationClosedEvent: match their schemas for the subject %s',
    (_kind, page) => {
      if (page?.name !== 'waiting') throw new Error('the sample is no request that waits');
      const required = authorizationRequiredEvent(
        page.request,
        'https://pages.example.com/authorizations/0',
        0,
      );
      const disputed = authorizationDisputedEvent({ ...page.request, closedBy: 'ada' }, 0);
      const closed = authorizationClosedEvent(
        { ...page.request, closedBy: 'ada', reason: 'so be it' },
        'refused',
        0,
      );
      // Only a login can be disputed.
      const all = [required, closed, ...(page.request.subject.kind === 'authorization' ? [disputed] : [])];
      for (const event of all) {
        const validate = published.get(event.detailType)?.validate;
        expect(validate?.(onBus(event)) || validate?.errors).toBe(true);
      }
    },
  );

  it.each(['wrongBrowser', 'noConsent'] as const)(
    'authorizationVoidedEvent: matches its schema for the cause %s',
    (cause) => {
      if (consent?.name !== 'waiting') throw new Error('the sample is no request that waits');
      const event = authorizationVoidedEvent(consent.request, cause, 0);
      const validate = published.get(event.detailType)?.validate;
      expect(validate?.(onBus(event)) || validate?.errors).toBe(true);
    },
  );

  it.each([
    ['records', 'registry-record-pending'],
    ['records', 'registry-record-approved'],
    ['reviews', 'record-review-requested'],
    ['answers', 'authorization-completed'],
  ])('rule %s: matches the sample %s, which registry-approvals can parse', (rule, sample) => {
    const event = read(`triggers/${sample}.sample.json`);
    expect(patternOf(rule)(event)).toBe(true);
    expect(
      parseRegistryApprovalEvent({ action: 'handleEvent', event, now: '2026-11-20T10:15:00Z' }).action,
    ).toBe('handleEvent');
  });
});

describe('event rules', () => {
  it('rule uploads: is started by no old version that the bucket deletes by itself', () => {
    const expired = read('triggers/version-expired.sample.json') as { detail: JsonObject };
    expect(patternOf('uploads')(expired)).toBe(false);
    const deleted = { ...expired, detail: { ...expired.detail, reason: 'DeleteObject' } };
    expect(patternOf('uploads')(deleted)).toBe(true);
  });

  it.each([
    ['uploads', 'object-created'],
    ['requests', 'reconcile-requested'],
    ['requests', 'retry-requested'],
    ['requests', 'sync-requested'],
  ])('rule %s: matches the sample %s, which names its workspace', (rule, sample) => {
    const event = read(`triggers/${sample}.sample.json`);
    expect(patternOf(rule)(event)).toBe(true);
    expect(workspaceOf(event)).toBe('payments');
  });

  it.each([
    ['reconcile-requested', undefined],
    ['retry-requested', { action: 'retry', address: 'gatewayTarget/payments/ledger' }],
    ['sync-requested', { action: 'sync', address: 'gatewayTarget/payments/search' }],
  ])('sample %s: matches its schema, and poll reads its command', (name, command) => {
    const event = read(`triggers/${name}.sample.json`);
    const validate = ajv.compile(read(`triggers/${name}.schema.json`));
    expect(validate(event) || validate.errors).toBe(true);
    const now = '2026-05-04T09:30:00Z';
    const polled = parsePollEvent({ input: event, execution: 'execution', now, previous: {} });
    expect(polled.command).toEqual(command && { ...command, givenAt: Date.parse(now) });
    const unknown = { ...event, detail: { ...Object(event.detail), resource: 'gateways/payments' } };
    expect(validate(unknown)).toBe(false);
    if (command)
      expect(() => parsePollEvent({ input: unknown, execution: 'execution', now, previous: {} })).toThrow(
        'the address of a resource',
      );
  });

  it.each([
    ['changes', 'target-changed', { subjects: ['gateway/payments-ab12cd34ef'], check: 'dependencies' }],
    ['changes', 'runtime-changed', { subjects: ['agentRuntime/search-AB12CD34EF'], check: 'dependencies' }],
    ['rotations', 'secret-changed', { subjects: ['secret/payments/github'], check: 'dependencies' }],
    [
      'rotations',
      'secret-rotated',
      { subjects: ['secret/payments/github-a1B2c3', 'secret/payments/github'], check: 'dependencies' },
    ],
  ])('rule %s: matches the sample %s, which tells what changed', (rule, sample, change) => {
    const event = read(`triggers/${sample}.sample.json`) as { detail: JsonObject };
    expect(patternOf(rule)(event)).toBe(true);
    expect(readChange(event.detail)).toEqual(change);
  });

  it('rules changes and rotations: match no call of Gateloop itself, and none that failed', () => {
    for (const [rule, sample] of [
      ['changes', 'target-changed'],
      ['rotations', 'secret-changed'],
    ] as const) {
      const event = read(`triggers/${sample}.sample.json`) as { detail: JsonObject };
      for (const arn of Object.values(ROLES)) {
        const userIdentity = { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } };
        expect(patternOf(rule)({ ...event, detail: { ...event.detail, userIdentity } })).toBe(false);
      }
      const failed = { ...event.detail, errorCode: 'ConflictException' };
      expect(patternOf(rule)({ ...event, detail: failed })).toBe(false);
    }
  });

  it('rules: have patterns that EventBridge takes, which are up to 2048 characters long', () => {
    for (const { name } of rules) {
      const rule = rules.find((each) => each.name === name);
      const text = JSON.stringify(rule?.pattern).replaceAll(/\$\{\w+\}/g, 'x'.repeat(100));
      expect(text.length, name).toBeLessThanOrEqual(2048);
    }
  });

  it('rule uploads: matches no object outside of workspaces/ and none of another bucket', () => {
    const event = read('triggers/object-created.sample.json') as { detail: { object: JsonObject } };
    const object = { ...event.detail.object, key: 'applied/b1946ac9' };
    expect(patternOf('uploads')({ ...event, detail: { ...event.detail, object } })).toBe(false);
    expect(patternOf('uploads')({ ...event, detail: { ...event.detail, bucket: { name: 'other' } } })).toBe(
      false,
    );
  });

  it('rules: match no event that Gateloop publishes about itself', () => {
    for (const { name } of published.values()) {
      const event = read(`published/${name}.sample.json`);
      for (const rule of ['uploads', 'requests']) expect(patternOf(rule)(event)).toBe(false);
    }
  });

  it.each(['', '..', 'a/b', 'a#b', '-a', 'x'.repeat(64)])(
    'workspaceOf: refuses the workspace name "%s"',
    (workspace) => {
      expect(() => workspaceOf({ workspace })).toThrow('names no workspace');
    },
  );
});
