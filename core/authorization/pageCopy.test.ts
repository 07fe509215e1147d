import { describe, expect, it } from 'vitest';
import type { Page, RetryReason, TargetProgress } from './page.ts';
import { formatUtcTime, importNotice, pageCopy, refusalEffect } from './pageCopy.ts';
import type { AuthorizationRequest } from './request.ts';
import type {
  ApprovalSubject,
  AuthorizationReason,
  AuthorizationSubject,
  DeletionSubject,
  RecordSubject,
  RequestSubject,
} from './requestSubject.ts';
import { sampleRequest } from './testing/sampleRequest.ts';

const CLOSED_AT = Date.UTC(2026, 10, 20, 10, 15);

const consent: AuthorizationSubject = {
  kind: 'authorization',
  gateway: 'front',
  target: 'issues',
  scopes: [],
  reason: 'update',
};
const approval: ApprovalSubject = {
  kind: 'approval',
  gateway: 'front',
  target: 'orders',
  fingerprint: 'f',
  changes: [],
  total: 0,
};
const record: RecordSubject = {
  kind: 'record',
  registryId: 'r1',
  recordId: 'd1',
  name: 'weather',
  descriptorType: 'MCP',
  facts: {},
  importedBy: [],
};
/** A record of which an earlier version was approved. */
const editedRecord: RecordSubject = { ...record, difference: { changes: [], total: 0 } };

const requestFor = (subject: RequestSubject, more: Partial<AuthorizationRequest> = {}) =>
  sampleRequest({ subject, askedAt: 0, ...more });
const textOf = (page: Page) => {
  const { title, paragraphs } = pageCopy(page);
  return [title, ...paragraphs].join('\n');
};

const deletion: DeletionSubject = {
  kind: 'deletion',
  fingerprint: 'f',
  resources: [],
  total: 1,
  tools: 3,
  details: { digest: 'd', bytes: 1 },
};
const subjects: readonly RequestSubject[] = [consent, approval, deletion, record];
const progresses: readonly TargetProgress[] = ['working', 'submitted', 'ready', 'failed'];
const retryReasons: readonly RetryReason[] = [
  'provider',
  'linkExpired',
  'serviceBusy',
  'interrupted',
  'noLink',
  'linkHeld',
  'suspended',
];
const everyPage: readonly Page[] = [
  ...subjects.flatMap((subject): Page[] => {
    const request = requestFor(subject);
    return [
      ...(['waiting', 'replace', 'finishing', 'refused', 'renewed', 'expired', 'withdrawn'] as const).map(
        (name) => ({ name, request }),
      ),
      ...[true, false].map((isFirst) => ({ name: 'preparing' as const, request, isFirst })),
      ...retryReasons.map((reason) => ({ name: 'retry' as const, request, reason })),
      ...progresses.map((progress) => ({ name: 'completed' as const, request, progress, reasons: [] })),
    ];
  }),
  { name: 'forbidden', identity: undefined },
  { name: 'failure', correlation: 'c-1' },
  { name: 'wrongBrowser' },
  { name: 'crossOrigin' },
  { name: 'unknown' },
];

describe('pageCopy', () => {
  it.each(everyPage.map((page) => [page.name, page] as const))(
    'pageCopy: gives the page %s a title and text',
    (_name, page) => {
      const { title, paragraphs } = pageCopy(page);
      expect(title).not.toBe('');
      expect(paragraphs).not.toHaveLength(0);
      for (const paragraph of paragraphs) expect(paragraph).toMatch(/\p{L}{3}.*[.:] ?\S*$/u);
    },
  );

  it('pageCopy: gives each page a title of its own', () => {
    const request = requestFor(consent);
    const titles = everyPage
      .filter((page) => !('request' in page) || page.request.subject === consent)
      .filter((page) => page.name !== 'preparing')
      .map((page) => pageCopy(page).title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(pageCopy({ name: 'waiting', request }).title).toBe('May agents use “issues” for you?');
    expect(pageCopy({ name: 'waiting', request: requestFor(approval) }).title).toContain('tools of “orders”');
    expect(pageCopy({ name: 'waiting', request: requestFor(deletion) }).title).toBe(
      'May 1 resource with 3 tools be deleted?',
    );
    expect(pageCopy({ name: 'waiting', request: requestFor(record) }).title).toContain('“weather”');
  });

  it.each<[AuthorizationReason, RegExp]>([
    ['create', /It is new\./],
    ['update', /Its settings are to change/],
    ['sync', /list of tools needs an update/],
  ])('pageCopy: says why consent is needed for the operation %s', (reason, expected) => {
    const text = textOf({ name: 'waiting', request: requestFor({ ...consent, reason }) });
    expect(text).toMatch(expected);
    expect(text).toContain('The gateway “front”');
  });

  it('pageCopy: says on an approval page why the changes are unknown, and only where they are', () => {
    const unknown = 'No copy.';
    expect(textOf({ name: 'waiting', request: requestFor({ ...approval, unknown }) })).toContain(
      'The changes are unknown. No copy.',
    );
    expect(textOf({ name: 'waiting', request: requestFor(approval) })).not.toContain('unknown');
  });

  it('pageCopy: names the workspaces that import a record, and only where one does', () => {
    const imported = requestFor({ ...record, importedBy: ['payments'] });
    expect(textOf({ name: 'waiting', request: imported })).toMatch(/“payments”\. No further request follows/);
    expect(textOf({ name: 'waiting', request: requestFor(record) })).not.toContain('workspace');
  });

  it('pageCopy: asks about an edited record as about a change, and says that the approved version stays in use', () => {
    const page = { name: 'waiting', request: requestFor(editedRecord) } as const;
    expect(pageCopy(page).title).toBe('May “weather” change in the registry?');
    expect(textOf(page)).toContain('others find and use the one that was approved before');
    expect(textOf({ name: 'waiting', request: requestFor(record) })).not.toContain('approved before');
  });

  it('pageCopy: says that a record was submitted once its source is read, and names nothing left to do', () => {
    const request = requestFor({ ...consent, of: 'registryRecord', target: 'refunds' });
    const text = textOf({ name: 'completed', request, progress: 'submitted', reasons: [] });
    expect(text).toContain('The registry has read “refunds”');
    expect(text).toContain('waits for the approval of the registry');
  });

  it.each([
    [approval, '“orders”'],
    [record, '“weather”'],
  ])('pageCopy: names the resource that must be created again', (subject, name) => {
    const { title, paragraphs } = pageCopy({ name: 'replace', request: requestFor(subject) });
    expect(title).toContain(name);
    expect(paragraphs[0]).toContain(name);
  });

  it('pageCopy: shortens the text while the first link is being fetched', () => {
    const request = requestFor(consent);
    expect(pageCopy({ name: 'preparing', request, isFirst: true }).paragraphs).toHaveLength(1);
    expect(pageCopy({ name: 'preparing', request, isFirst: false }).paragraphs).toHaveLength(2);
  });

  it('pageCopy: says who decided and when', () => {
    const closed = { closedBy: 'Ada', closedAt: CLOSED_AT };
    expect(textOf({ name: 'refused', request: requestFor(consent, closed) })).toContain(
      'Ada said no on 20 November 2026, 10:15 UTC. “issues” stays as it was',
    );
    expect(textOf({ name: 'refused', request: requestFor(consent) })).toContain(
      'A person with this link said no.',
    );
    for (const progress of progresses)
      expect(
        textOf({ name: 'completed', request: requestFor(consent, closed), progress, reasons: [] }),
      ).toContain('Ada said yes on 20 November 2026, 10:15 UTC.');
    expect(textOf({ name: 'expired', request: requestFor(consent, closed) })).toContain(
      'it was closed on 20 November 2026, 10:15 UTC. “issues” stays as it was',
    );
  });

  it('pageCopy: offers a new request after a refusal, except for a record, whose author submits it again', () => {
    expect(textOf({ name: 'refused', request: requestFor(approval) })).toContain('ask for a new request');
    const text = textOf({ name: 'refused', request: requestFor(record) });
    expect(text).toContain('submit it again');
    expect(text).not.toContain('new request');
  });

  it('pageCopy: gives the reason of a withdrawal where there is one', () => {
    const withdrawn = requestFor(consent, { closedAt: CLOSED_AT, reason: 'The target was removed.' });
    expect(pageCopy({ name: 'withdrawn', request: withdrawn }).paragraphs).toEqual([
      'This request was withdrawn on 20 November 2026, 10:15 UTC.',
      'The target was removed.',
    ]);
    expect(pageCopy({ name: 'withdrawn', request: requestFor(consent) }).paragraphs).toHaveLength(1);
  });

  it('pageCopy: calls a completed record approved, and a completed target ready', () => {
    const done = { name: 'completed', progress: 'ready', reasons: [] } as const;
    expect(pageCopy({ ...done, request: requestFor(record) }).title).toBe('Done: “weather” is approved');
    expect(pageCopy({ ...done, request: requestFor(consent) }).title).toBe('Done: “issues” is ready');
  });

  it('pageCopy: tells a person who may not see a request as whom they are logged in', () => {
    expect(textOf({ name: 'forbidden', identity: { name: 'Bob' } })).toContain('You are logged in as Bob. ');
    expect(textOf({ name: 'forbidden', identity: undefined })).not.toContain('logged in');
  });

  it('pageCopy: quotes the correlation number of a failure', () => {
    expect(textOf({ name: 'failure', correlation: 'c-1' })).toMatch(/quote this number: c-1$/);
  });
});

describe('importNotice', () => {
  it('importNotice: names up to ten workspaces and counts the others', () => {
    const importedBy = Array.from({ length: 12 }, (_, index) => `w${index}`);
    expect(importNotice({ importedBy: ['w0'] })).toMatch(/gateways of the workspace “w0”\.$/);
    expect(importNotice({ importedBy: importedBy.slice(0, 10) })).toMatch(
      /of the workspaces “w0”, .*, “w9”\.$/,
    );
    expect(importNotice({ importedBy })).toMatch(/“w9” and 2 more\.$/);
  });
});

describe('refusalEffect', () => {
  it.each<[RequestSubject, string]>([
    [{ ...consent, reason: 'create' }, '“issues” stays unavailable to agents'],
    [{ ...consent, reason: 'update' }, '“issues” stays as it was'],
    [{ ...consent, reason: 'sync' }, '“issues” keeps its current tools'],
    [approval, 'The tools of “orders” stay as they are'],
    [deletion, 'Nothing is deleted'],
    [record, '“weather” does not enter the registry'],
    [editedRecord, 'The version of “weather” that was approved before stays in use'],
    [
      { ...consent, of: 'registryRecord', reason: 'create' },
      '“issues” does not enter the registry; everything else keeps working',
    ],
    [
      { ...consent, of: 'registryRecord', reason: 'update' },
      '“issues” stays as it is in the registry; everything else keeps working',
    ],
  ])('refusalEffect: names what stays as it is (%#)', (subject, effect) => {
    expect(refusalEffect(subject)).toContain(effect);
  });
});

it('formatUtcTime: writes the day in words, and hours and minutes in UTC', () => {
  expect(formatUtcTime(Date.UTC(2026, 0, 2, 23, 5, 59))).toBe('2 January 2026, 23:05 UTC');
});
