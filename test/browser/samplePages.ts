import type { Page } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { AuthorizationSubject, DeletedResource } from '../../core/authorization/requestSubject.ts';
import type { RecordContent } from '../../core/ports/registryRecords.ts';
import { diffRecords } from '../../core/registry/diffRecords.ts';
import { recordFacts } from '../../core/registry/recordFacts.ts';
import { submissionText } from '../../core/registry/submissionText.ts';
import type { JsonSchema, Tool } from '../../core/schemas/schemaTypes.ts';
import { compareTools, unknownChanges } from '../../core/toolContracts/compareTools.ts';

const ASKED_AT = Date.UTC(2026, 10, 20, 9, 30);
const ENDED_AT = Date.UTC(2026, 10, 20, 10, 15);

const consent: AuthorizationSubject = {
  kind: 'authorization',
  gateway: 'repositories',
  target: 'issues',
  endpoint: 'https://mcp.example.com/issues',
  provider: 'github',
  loginAt: 'GitHub',
  scopes: ['repo', 'read:user'],
  reason: 'create',
};
const request: AuthorizationRequest = {
  id: '0123456789abcdef0123456789abcdef',
  reference: 'f'.repeat(64),
  workspace: 'repositories',
  address: 'gatewayTarget/repositories/issues',
  subject: consent,
  settings: { remindAfter: [3600], escalateAfter: 432_000, expireAfter: 604_800 },
  askedAt: ASKED_AT,
  state: 'open',
  attempts: [],
  notifications: [],
};

const text = { type: 'string' };
const tool = (name: string, properties: Readonly<Record<string, JsonSchema>>, required: string[]): Tool => ({
  name,
  description: `What ${name} does.`,
  inputSchema: { type: 'object', properties, required },
});
const changes = compareTools(
  [tool('refund', { amount: { type: 'number' }, note: text }, ['amount']), tool('void', {}, [])],
  [tool('refund', { amount: text, reason: text }, ['amount', 'reason']), tool('capture', {}, [])],
);

const unknownTools = unknownChanges([tool('refund', {}, []), tool('capture', {}, [])], 'after');

const longDescription = `Sends money back to a card. ${'It checks the order, its currency and the limit of the day. '.repeat(12)}`;
const order: JsonSchema = {
  type: 'object',
  description: 'The order that the money belongs to.',
  properties: {
    number: { type: 'string', pattern: '^[0-9]{8}$', description: 'Eight digits.' },
    currency: { type: 'string', enum: ['EUR', 'USD', 'CHF'] },
    lines: {
      type: 'array',
      items: { type: 'object', properties: { sku: text, count: { type: 'integer', minimum: 1 } } },
    },
  },
  required: ['number'],
};
const inputs = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [
    `field${index}`,
    { type: 'string', description: `Part ${index} of the report.` },
  ]),
);
const largeBefore: Tool[] = [
  { ...tool('refund', { order }, ['order']), description: `${longDescription}It asks a person first.` },
  ...Array.from({ length: 20 }, (_, index) => tool(`list_report_${index}`, { day: text }, ['day'])),
];
/** A change of many tools, with texts that hide something. */
const largeChange = compareTools(largeBefore, [
  {
    ...tool('refund', { order, note: { type: 'string', description: longDescription } }, ['order']),
    description: `${longDescription}It never asks a person.`,
  },
  {
    ...tool('transfer', { ...inputs, order }, ['order']),
    description: `${longDescription}\n\nWorks with all banks.`,
  },
  {
    ...tool('export\u202efdp.exe', { 'path\n::error::x': text }, []),
    description: 'Writes a\u200b file\u{e0041}.',
  },
  ...Array.from({ length: 20 }, (_, index) =>
    tool(`list_report_${index}`, { day: { type: 'string', description: 'In UTC.' } }, ['day']),
  ),
]);

const approval: AuthorizationRequest = {
  ...request,
  subject: {
    kind: 'approval',
    gateway: 'payments',
    target: 'cards',
    fingerprint: 'f',
    changes: [],
    total: changes.length,
  },
};
const weather = (version: string, url: string, tools: readonly object[]): RecordContent => ({
  name: 'weather',
  description: 'Forecasts for cities',
  recordType: 'MCP',
  descriptors: {
    mcpServer: {
      data: JSON.stringify({
        name: 'com.example/weather',
        version,
        remotes: [{ type: 'streamable-http', url }],
      }),
      additionalData: { tools: { data: JSON.stringify({ tools }) } },
    },
  },
});
const forecast = (input: string) => ({
  name: 'forecast',
  description: 'Tells the weather of the next days.',
  inputSchema: { type: 'object', properties: { [input]: { type: 'string' } } },
});
const approved = weather('1.0.0', 'https://weather.example.com/mcp', [
  forecast('city'),
  { name: 'warnings', description: 'Lists storms.' },
]);
const submitted = weather('1.1.0', 'https://api.weather.example.com/mcp', [
  forecast('place'),
  { name: 'history', description: 'Tells the weather of past days.' },
]);
const failedNotification: AuthorizationRequest = {
  ...request,
  subject: {
    kind: 'approval',
    gateway: 'payments',
    target: 'cards',
    fingerprint: 'f',
    changes: [],
    total: 2,
    unknown: 'Its current schema is at s3://others/tools.json, which Gateloop may not read.',
  },
};
const record: AuthorizationRequest = {
  ...request,
  address: 'registry/tools',
  subject: {
    kind: 'record',
    registryId: 'Tools7g3k2Tools7',
    recordId: 'Weather91cAB',
    name: 'weather',
    description: 'Forecasts for cities',
    descriptorType: 'MCP',
    facts: recordFacts(submitted),
    importedBy: ['repositories'],
    difference: diffRecords(approved, submitted),
  },
};
const skill: RecordContent = {
  name: 'refunds',
  description: 'How to refund an order',
  recordType: 'SKILL',
  descriptors: {
    agentSkillsDefinition: {
      additionalData: {
        repositoryProvider: 'GITHUB',
        skillMd: {
          data: '---\nname: refunds\ndescription: Refunds an order\n---\n\n1. Look up the order.\n2. Ask a person.\n3. Refund it.\n',
          source: { fromUrl: { url: 'https://github.com/acme/skills/tree/main/refunds' } },
        },
      },
    },
  },
};
const skillRequest: AuthorizationRequest = {
  ...record,
  subject: {
    kind: 'record',
    registryId: 'Tools7g3k2Tools7',
    recordId: 'Refunds91cAB',
    name: 'refunds',
    description: 'How to refund an order',
    descriptorType: 'SKILL',
    facts: recordFacts(skill),
    importedBy: [],
  },
};
const skillConsent: AuthorizationRequest = {
  ...request,
  address: 'registryRecord/refunds',
  subject: {
    ...consent,
    of: 'registryRecord',
    gateway: '',
    target: 'refunds',
    endpoint: 'https://github.com/acme/skills/tree/main/refunds',
    scopes: ['repo'],
  },
};
const deletions: readonly DeletedResource[] = [
  { address: 'gateway/payments', tools: [] },
  { address: 'gatewayTarget/payments/cards', tools: ['refund', 'charge', 'void'] },
  {
    address: 'gatewayTarget/payments/ledger',
    tools: ['find', 'book'],
    replacedBy: 'gatewayTarget/accounts/ledger',
  },
  {
    address: 'gatewayTarget/payments/issues',
    tools: [],
    unknown: 'Its MCP server lists them, and no schema names them.',
  },
];
const deletion: AuthorizationRequest = {
  ...request,
  workspace: 'payments',
  address: 'gateway/payments',
  subject: {
    kind: 'deletion',
    fingerprint: 'f',
    resources: deletions.map(({ address, tools }) => ({ address, tools: tools.length })),
    total: 4,
    tools: 5,
    details: { digest: 'd', bytes: 1000 },
  },
};
const ended = { closedAt: ENDED_AT, closedBy: 'ada@example.com' };

/** Each page that a person can see, by the name of its screenshot. */
export const samplePages: Readonly<Record<string, Page>> = {
  waiting: { name: 'waiting', request },
  'waiting-void': {
    name: 'waiting',
    request: {
      ...request,
      subject: { ...consent, returnUrl: 'https://portal.example.com/done' },
      voidSessions: [{ session: 's', cause: 'wrongBrowser', voidedAt: ENDED_AT }],
    },
  },
  'waiting-approval': { name: 'waiting', request: approval, details: { kind: 'approval', changes } },
  'waiting-approval-large': {
    name: 'waiting',
    request: approval,
    details: {
      kind: 'approval',
      changes: largeChange,
      settings: [
        {
          path: 'targetConfiguration.mcp.lambda.lambdaArn',
          before: 'arn:aws:lambda:eu-west-1:123456789012:function:cards',
          after: 'arn:aws:lambda:eu-west-1:123456789012:function:cards-next',
        },
      ],
    },
  },
  'waiting-approval-unknown': {
    name: 'waiting',
    request: failedNotification,
    details: { kind: 'approval', changes: unknownTools },
  },
  'waiting-approval-too-large': { name: 'waiting', request: approval, details: 'tooLarge' },
  'waiting-deletion': {
    name: 'waiting',
    request: deletion,
    details: { kind: 'deletion', resources: deletions },
  },
  'completed-deletion': {
    name: 'completed',
    request: { ...deletion, ...ended, state: 'completed' },
    progress: 'ready',
    reasons: [],
  },
  'waiting-record': {
    name: 'waiting',
    request: record,
    details: {
      kind: 'record',
      difference: diffRecords(approved, submitted),
      submission: submissionText(submitted),
    },
  },
  'waiting-record-new': {
    name: 'waiting',
    request: skillRequest,
    details: { kind: 'record', submission: submissionText(skill) },
  },
  'waiting-record-consent': { name: 'waiting', request: skillConsent },
  'completed-submitted': {
    name: 'completed',
    request: { ...skillConsent, ...ended, state: 'completed' },
    progress: 'submitted',
    reasons: [],
  },
  'refused-record': {
    name: 'refused',
    request: { ...record, ...ended, state: 'refused', reason: 'Nobody knows this host.' },
  },
  replace: { name: 'replace', request: { ...request, subject: { ...consent, reason: 'update' } } },
  preparing: { name: 'preparing', request, isFirst: false },
  finishing: { name: 'finishing', request },
  'completed-working': {
    name: 'completed',
    request: { ...request, ...ended, state: 'completed' },
    progress: 'working',
    reasons: [],
  },
  'completed-ready': {
    name: 'completed',
    request: { ...request, ...ended, state: 'completed' },
    progress: 'ready',
    reasons: [],
  },
  'completed-disputed': {
    name: 'completed',
    request: { ...request, ...ended, state: 'completed', disputedAt: ENDED_AT },
    progress: 'ready',
    reasons: [],
  },
  'completed-failed': {
    name: 'completed',
    request: { ...request, ...ended, state: 'completed' },
    progress: 'failed',
    reasons: ['The MCP server does not answer: connection refused.'],
  },
  refused: { name: 'refused', request: { ...request, ...ended, state: 'refused' } },
  renewed: { name: 'renewed', request },
  expired: { name: 'expired', request: { ...request, closedAt: ENDED_AT, state: 'expired' } },
  withdrawn: {
    name: 'withdrawn',
    request: {
      ...request,
      closedAt: ENDED_AT,
      state: 'withdrawn',
      reason: 'It was authorized in another way, such as in the AWS console.',
    },
  },
  'waiting-logged-in': {
    name: 'waiting',
    request: { ...request, owner: { contacts: [{ channel: 'email', address: 'platform@example.com' }] } },
    identity: { name: 'bob@example.com', email: 'bob@example.com' },
  },
  forbidden: { name: 'forbidden', identity: { name: 'bob@example.com', email: 'bob@example.com' } },
  failure: { name: 'failure', correlation: 'e7d7f7ed-a377-4d34-8f34-57a0f9f0f4e2' },
  unknown: { name: 'unknown' },
  'wrong-browser': { name: 'wrongBrowser' },
  'too-many-requests': { name: 'tooManyRequests' },
  'cross-origin': { name: 'crossOrigin' },
  'retry-provider': { name: 'retry', request, reason: 'provider' },
  'retry-link-expired': { name: 'retry', request, reason: 'linkExpired' },
  'retry-other-browser': { name: 'retry', request, reason: 'otherBrowser' },
  'retry-no-consent': { name: 'retry', request, reason: 'noConsent' },
  'retry-service-busy': { name: 'retry', request, reason: 'serviceBusy' },
  'retry-interrupted': { name: 'retry', request, reason: 'interrupted' },
  'retry-no-link': { name: 'retry', request, reason: 'noLink' },
  'retry-link-held': { name: 'retry', request, reason: 'linkHeld' },
  'retry-suspended': { name: 'retry', request, reason: 'suspended' },
};
