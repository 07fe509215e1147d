import type {
  ExecutionView,
  FleetView,
  QuestionView,
  ResourceView,
  TargetTools,
  TraceView,
  WorkspaceSummary,
  WorkspaceView,
} from '../../../core/fleet/views.ts';
import type { TimelineEntry } from '../screens/timelineScreen.ts';

/** The present of all samples. */
export const NOW = '2026-07-29T10:00:00.000Z';

/** A time before the present one. */
export function minutesAgo(minutes: number): string {
  return new Date(Date.parse(NOW) - minutes * 60_000).toISOString();
}

const after = (minutes: number) => minutesAgo(-minutes);

const summary: WorkspaceSummary = {
  workspace: 'payments',
  state: 'ready',
  since: minutesAgo(4000),
  reconciling: false,
  owner: 'payments-team',
  resources: { ready: 4 },
  errors: 0,
  warnings: 0,
  waiting: 0,
  lastPass: minutesAgo(6),
  nextPass: after(9),
};

export const sampleFleet: FleetView = {
  time: NOW,
  basedOn: 'ledger',
  workspaces: [
    summary,
    {
      ...summary,
      workspace: 'catalog',
      owner: 'catalog-team',
      resources: { ready: 9 },
      since: minutesAgo(90),
      waiting: 1,
      waitingSince: minutesAgo(7),
    },
    {
      ...summary,
      workspace: 'support',
      owner: 'help-desk',
      state: 'awaiting',
      since: minutesAgo(55),
      resources: { ready: 2, 'awaiting-authorization': 1, 'awaiting-approval': 1 },
      waiting: 2,
      waitingSince: minutesAgo(55),
    },
    {
      ...summary,
      workspace: 'logistics',
      owner: 'logistics-team',
      state: 'failed',
      since: minutesAgo(20),
      resources: { ready: 3, failed: 1, 'in-progress': 2 },
      reconciling: true,
    },
    {
      ...summary,
      workspace: 'search',
      owner: 'discovery',
      state: 'refused',
      since: minutesAgo(12),
      resources: { ready: 5, refused: 2 },
      errors: 2,
      warnings: 1,
    },
    {
      ...summary,
      workspace: 'reporting',
      owner: 'finance-data',
      state: 'drifted',
      since: minutesAgo(200),
      resources: { ready: 6, drifted: 1 },
      breaker: { kind: 'workspace', since: minutesAgo(200), resources: 1 },
    },
    {
      ...summary,
      workspace: 'identity',
      owner: 'platform',
      state: 'suspended',
      since: minutesAgo(300),
      resources: { ready: 7, suspended: 1 },
      suspension: { since: minutesAgo(300), reason: 'release freeze' },
    },
    {
      workspace: 'onboarding',
      state: 'new',
      reconciling: true,
      resources: {},
      errors: 0,
      warnings: 0,
      waiting: 0,
    },
  ],
};

const reference = (letter: string) => letter.repeat(64);

export const sampleQuestions: readonly QuestionView[] = [
  {
    reference: reference('a'),
    workspace: 'support',
    address: 'gatewayTarget/support/issues',
    kind: 'authorization',
    state: 'open',
    question: 'Give consent at GitHub for support/issues, so that it can be created.',
    owner: 'help-desk',
    escalation: 'platform',
    askedAt: minutesAgo(55),
    until: after(60 * 23),
    toldAt: minutesAgo(54),
    undelivered: false,
  },
  {
    reference: reference('b'),
    workspace: 'support',
    address: 'gatewayTarget/support/tickets',
    kind: 'approval',
    state: 'open',
    question: 'Approve 2 changes of the tools of support/tickets; 1 may break agents.',
    owner: 'help-desk',
    askedAt: minutesAgo(12),
    until: after(60 * 24 * 6),
    undelivered: true,
  },
  {
    reference: reference('c'),
    workspace: 'catalog',
    address: 'gatewayTarget/catalog/prices',
    kind: 'authorization',
    state: 'completing',
    question: 'Give consent for catalog/prices, so that its tools can be synchronized.',
    owner: 'catalog-team',
    askedAt: minutesAgo(7),
    until: after(60 * 24 * 6),
    undelivered: false,
  },
];

const target: ResourceView = {
  address: 'gatewayTarget/support/issues',
  kind: 'gatewayTarget',
  name: 'support/issues',
  parent: 'gateway/support',
  id: 'VJ6PZBQK2A',
  state: 'awaiting-authorization',
  since: minutesAgo(55),
  reasons: ['Waits until a person logs in at github: agents act on their behalf.'],
  owner: 'help-desk',
  differences: [],
  questions: [reference('a')],
};

export const sampleWorkspace: WorkspaceView = {
  ...summary,
  workspace: 'support',
  owner: 'help-desk',
  state: 'awaiting',
  since: minutesAgo(55),
  resources: { ready: 2, drifted: 1, 'awaiting-authorization': 1, 'awaiting-approval': 1, failed: 1 },
  warnings: 1,
  waiting: 2,
  waitingSince: minutesAgo(55),
  time: NOW,
  basedOn: 'ledger',
  revision: '4be1c0de77a1f00d4be1c0de77a1f00d',
  problems: [
    {
      severity: 'warning',
      file: 'schemas/tickets.openapi.yaml',
      line: 48,
      column: 9,
      path: 'paths./tickets.post',
      message: 'The operation has no description, so that agents cannot tell what its tool does.',
      expected: 'a "description" or a "summary"',
    },
  ],
  members: [
    {
      address: 'oauth2CredentialProvider/github',
      kind: 'oauth2CredentialProvider',
      name: 'github',
      arn: 'arn:aws:bedrock-agentcore:eu-central-1:123456789012:token-vault/default/oauth2credentialprovider/github',
      state: 'ready',
      since: minutesAgo(4000),
      reasons: [],
      differences: [],
      questions: [],
    },
    {
      address: 'gateway/support',
      kind: 'gateway',
      name: 'support',
      id: 'support-q3v8xk2m1p',
      arn: 'arn:aws:bedrock-agentcore:eu-central-1:123456789012:gateway/support-q3v8xk2m1p',
      state: 'drifted',
      since: minutesAgo(200),
      reasons: [
        'Changed outside Gateloop: description (changed). Not reverted, because settings.selfHeal is off.',
      ],
      owner: 'help-desk',
      differences: [
        {
          path: 'description',
          change: 'changed',
          applied: '"Tickets of the support team"',
          live: '"Tickets"',
        },
        {
          path: 'authorizerConfiguration.customJWTAuthorizer.allowedClients[1]',
          change: 'added',
          live: '"intruder"',
        },
        { path: 'tags.costCenter', change: 'removed', applied: '"4711"' },
      ],
      questions: [],
    },
    target,
    {
      ...target,
      address: 'gatewayTarget/support/tickets',
      name: 'support/tickets',
      id: '8M2C4XWLQT',
      state: 'awaiting-approval',
      since: minutesAgo(12),
      reasons: ['Waits for the approval of 2 changes of its tools.'],
      questions: [reference('b')],
    },
    {
      ...target,
      address: 'gatewayTarget/support/knowledge',
      name: 'support/knowledge',
      id: 'H0T7K1DZPE',
      state: 'ready',
      since: minutesAgo(900),
      reasons: [],
      questions: [],
      sync: {
        at: minutesAgo(35),
        watch: { watched: true, sources: ['gateway'] },
      },
    },
    {
      ...target,
      address: 'gatewayTarget/support/chat',
      name: 'support/chat',
      state: 'failed',
      since: minutesAgo(20),
      reasons: ['AWS rejected the update: the MCP server at https://chat.example.com/mcp does not answer.'],
      retry: { failures: 3, nextAt: after(4), rolledBack: true },
      questions: [],
    },
  ],
  questions: sampleQuestions.slice(0, 2),
};

export const sampleTools: readonly TargetTools[] = [
  {
    workspace: 'support',
    target: 'support/knowledge',
    state: 'ready',
    source: 'gateway',
    tools: [
      { name: 'search_articles', description: 'Finds articles of the help center by their words.' },
      { name: 'read_article', description: 'Reads one article with its comments.' },
      { name: 'export\u202efdp.exe', description: 'Writes a file.\u200b' },
      { name: 'rate_article' },
    ],
  },
  {
    workspace: 'support',
    target: 'support/tickets',
    state: 'awaiting-approval',
    source: 'schema',
    tools: [
      { name: 'createTicket', description: 'Opens a ticket.' },
      { name: 'listTickets', description: 'Lists the tickets of a customer.' },
    ],
  },
  {
    workspace: 'support',
    target: 'support/issues',
    state: 'awaiting-authorization',
    tools: [],
    unknown: 'Its MCP server lists them, and it was not synchronized yet.',
  },
];

/** A workspace whose upload was refused, before it had any resource. */
export const refusedWorkspace: WorkspaceView = {
  workspace: 'search',
  state: 'refused',
  since: minutesAgo(12),
  reconciling: false,
  owner: 'discovery',
  resources: {},
  errors: 2,
  warnings: 0,
  waiting: 0,
  lastPass: minutesAgo(12),
  nextPass: after(3),
  time: NOW,
  basedOn: 'ledger',
  revision: 'a1f00d4be1c0de77',
  problems: [
    {
      severity: 'error',
      file: 'manifest.yaml',
      line: 14,
      column: 7,
      path: 'gateways.search.protocolTyp',
      message: 'There is no member "protocolTyp" here.',
      suggestion: 'protocolType',
    },
    {
      severity: 'error',
      file: 'manifest.yaml',
      line: 22,
      column: 11,
      path: 'gateways.search.targets.index',
      message: 'The schema file schemas/index.openapi.yaml is not in the workspace.',
      expected: 'the path of a file beside the manifest',
    },
  ],
  members: [],
  questions: [],
};

export const sampleTimeline: readonly TimelineEntry[] = [
  {
    time: minutesAgo(70),
    tone: 'idle',
    text: 'ada@example.com uploaded 3 files, commit 4be1c0d',
    details: ['manifest.yaml', 'schemas/tickets.openapi.yaml', 'schemas/knowledge.openapi.yaml'],
  },
  {
    time: minutesAgo(69),
    tone: 'good',
    text: 'A pass ended: it was started by Object Created',
    execution: { workflow: 'reconcile', name: 'upload-4be1c0de' },
  },
  {
    time: minutesAgo(55),
    tone: 'care',
    text: 'help-desk was asked: Give consent at GitHub for support/issues, so that it can be created.',
  },
  {
    time: minutesAgo(20),
    tone: 'failed',
    text: 'target support/chat failed',
    details: ['AWS rejected the update.'],
  },
  {
    time: minutesAgo(2),
    tone: 'busy',
    text: 'A pass runs: it was started by Reconcile Requested',
    execution: { workflow: 'reconcile', name: 'drift-20260729' },
  },
];

export const sampleExecutions: readonly ExecutionView[] = [
  {
    workflow: 'reconcile',
    name: 'drift-20260729',
    status: 'RUNNING',
    startedAt: minutesAgo(2),
    workspace: 'support',
    startedBy: 'the scan of the fleet',
  },
  {
    workflow: 'authorize',
    name: 'aaaaaaaaaaaaaaaa',
    status: 'RUNNING',
    startedAt: minutesAgo(55),
    workspace: 'support',
  },
  {
    workflow: 'reconcile',
    name: 'upload-4be1c0de',
    status: 'SUCCEEDED',
    startedAt: minutesAgo(70),
    seconds: 62.4,
    workspace: 'support',
    startedBy: 'an upload',
  },
  {
    workflow: 'reconcile',
    name: 'upload-77a1f00d',
    status: 'FAILED',
    startedAt: minutesAgo(4300),
    seconds: 131,
    workspace: 'support',
    startedBy: 'an upload',
  },
];

export const sampleTrace: TraceView = {
  workflow: 'reconcile',
  name: 'upload-77a1f00d',
  status: 'FAILED',
  startedAt: minutesAgo(4300),
  seconds: 131,
  workspace: 'support',
  startedBy: 'an upload',
  input: { detail: { object: { key: 'workspaces/support/manifest.yaml' } } },
  error: 'ServiceUnavailable',
  cause: 'DynamoDB did not answer within 3 s, six times in a row.',
  steps: [
    {
      state: 'Poll',
      type: 'Task',
      startedAt: minutesAgo(4300),
      seconds: 1.4,
      input: { input: { detail: { object: { key: 'workspaces/support/manifest.yaml' } } } },
      output: { workspace: 'support', next: 'provision', operations: ['create gatewayTarget/support/chat'] },
      failures: 0,
    },
    {
      state: 'NextStep?',
      type: 'Choice',
      startedAt: minutesAgo(4299),
      seconds: 0,
      input: { next: 'provision' },
      output: { next: 'provision' },
      failures: 0,
    },
    {
      state: 'Provision',
      type: 'Task',
      startedAt: minutesAgo(4299),
      seconds: 126,
      input: { state: { workspace: 'support' } },
      failures: 6,
      error: 'ServiceUnavailable',
      cause: 'DynamoDB did not answer within 3 s.',
    },
  ],
};
