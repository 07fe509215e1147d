import { type Address, parseAddress } from '../address.ts';
import { hashId } from '../authorization/hashId.ts';
import { defined } from '../objects.ts';
import type { Lease, Suspension, TrippedBreaker, WorkspaceRecord } from '../ports/ledger.ts';
import { reportOf, shownDifferences } from '../reconcile/differenceReport.ts';
import type { ResourceCondition, ResourceRecord, RetryState } from '../reconcile/ledgerRecord.ts';
import { maxAttempts } from '../reconcile/limits.ts';
import { nextPassAt } from '../reconcile/passDue.ts';
import { parentOf, resourceKinds } from '../resources/resourceKinds.ts';
import type { OutcomeDocument, OwnedReport } from '../storage/outcomeDocument.ts';
import { watchReport } from '../toolContracts/toolWatch.ts';
import { earliest, isoTime } from './times.ts';
import type {
  BreakerView,
  QuestionView,
  ResourceView,
  RetryView,
  SuspensionView,
  SyncView,
  WorkspaceSummary,
  WorkspaceView,
} from './views.ts';

/** What was read of one workspace. */
export interface WorkspaceReading {
  readonly workspace: string;
  readonly outcome?: OutcomeDocument;
  /** Absent where the ledger could not be read. */
  readonly ledger?: LedgerReading;
  /** ms since the epoch. */
  readonly now: number;
}

export interface LedgerReading {
  readonly record: WorkspaceRecord;
  readonly resources: readonly ResourceRecord[];
  readonly lease?: Lease;
  readonly suspension?: Suspension;
  /** The questions that wait for a person. */
  readonly questions: readonly QuestionView[];
}

export function workspaceView(reading: WorkspaceReading): WorkspaceView {
  const { outcome, ledger, now } = reading;
  return {
    ...workspaceSummary(reading),
    time: isoTime(now),
    basedOn: ledger ? 'ledger' : 'outcome',
    ...defined({ revision: outcome?.revision }),
    problems: outcome?.problems ?? [],
    members: resourceViews(reading),
    questions: ledger?.questions ?? [],
  };
}

export function workspaceSummary(reading: WorkspaceReading): WorkspaceSummary {
  const { workspace, outcome, ledger, now } = reading;
  const { problems = [], time } = outcome ?? {};
  const reconciling = ledger?.lease !== undefined && ledger.lease.expiresAt > now;
  const asked = askedTimes(reading);
  return {
    workspace,
    state: outcome?.outcome ?? 'new',
    ...defined({ since: outcome?.since, owner: outcome?.owner }),
    reconciling,
    resources: countStates(resourceViews(reading)),
    errors: problems.filter(({ severity }) => severity === 'error').length,
    warnings: problems.filter(({ severity }) => severity === 'warning').length,
    waiting: asked.length,
    ...defined({
      waitingSince: earliest(asked),
      lastPass: time,
      nextPass: reconciling || time === undefined ? undefined : nextPass(reading, time),
      suspension: ledger?.suspension && suspensionView(ledger.suspension),
      breaker: ledger?.record.breaker && breakerView(ledger.record.breaker),
    }),
  };
}

/** When people were asked. Without the ledger, the states of the last outcome tell. */
function askedTimes({ outcome, ledger }: WorkspaceReading): string[] {
  if (ledger) return ledger.questions.map(({ askedAt }) => askedAt);
  const reports = outcome?.resources ?? [];
  return reports.filter(({ state }) => state.startsWith('awaiting-')).map(({ since }) => since);
}

function countStates(resources: readonly ResourceView[]): Partial<Record<ResourceCondition, number>> {
  const counts: Partial<Record<ResourceCondition, number>> = {};
  for (const { state } of resources) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function nextPass({ ledger, now }: WorkspaceReading, lastPass: string): string | undefined {
  const at = ledger && nextPassAt({ lease: undefined, ...ledger, now }, Date.parse(lastPass));
  return at === undefined ? undefined : isoTime(at);
}

export function suspensionView({ since, reason }: Suspension): SuspensionView {
  return { since: isoTime(since), ...defined({ reason }) };
}

function breakerView({ kind, since, resources }: TrippedBreaker): BreakerView {
  return { kind, since: isoTime(since), resources };
}

/** The resources in the order of the last outcome, which is the manifest's, then those that only the ledger has. */
export function resourceViews({ outcome, ledger }: WorkspaceReading): ResourceView[] {
  const reports = outcome?.resources ?? [];
  if (!ledger) return reports.map((report) => viewOfReport(report, outcome));
  const records = new Map(ledger.resources.map((record) => [record.address, record]));
  const order = [...new Set([...reports.map(({ address }) => address), ...records.keys()])];
  return order.flatMap((address) => {
    const report = reports.find((each) => each.address === address);
    const record = records.get(address);
    if (!record) return report ? [viewOfReport(report, outcome)] : [];
    const isGone = record.state === 'absent' && !record.operation && !report;
    return isGone ? [] : [viewOfRecord(record, report?.owner, ledger.questions)];
  });
}

function viewOfReport(report: OwnedReport, outcome: OutcomeDocument | undefined): ResourceView {
  const { address, kind, name, id, state, since, reasons, owner, differences = [] } = report;
  const { fingerprint, outputs } = outcome?.applied[address] ?? {};
  return {
    ...identity(address, outputs),
    kind,
    name,
    ...defined({ id }),
    state,
    since,
    reasons,
    owner,
    differences,
    ...defined({ applied: fingerprint }),
    questions: [],
  };
}

function viewOfRecord(
  record: ResourceRecord,
  owner: string | undefined,
  questions: readonly QuestionView[],
): ResourceView {
  const { address, since, operation, retry, applied, request, outputs } = record;
  const { kind, name, id, state, reasons } = reportOf(address, record);
  const own = request && !request.closed ? hashId(request.id) : undefined;
  const about = questions.filter((question) => question.address === address || question.reference === own);
  return {
    ...identity(address, outputs),
    kind,
    name,
    ...defined({ id }),
    state,
    since: isoTime(since),
    reasons,
    ...defined({ owner }),
    ...(operation && {
      operation: { operation: operation.operation, since: isoTime(operation.startedAt) },
    }),
    ...(retry && { retry: retryView(retry) }),
    differences: shownDifferences(record),
    ...defined({ sync: syncView(record), applied: applied?.fingerprint || undefined }),
    questions: about.map(({ reference }) => reference),
  };
}

function identity(
  address: Address,
  outputs: Readonly<Record<string, string>> = {},
): Pick<ResourceView, 'address' | 'parent' | 'arn'> {
  const { arnMember } = resourceKinds[parseAddress(address).kind];
  return { address, ...defined({ parent: parentOf(address), arn: outputs[arnMember] }) };
}

function retryView({ count, nextAt, rolledBack, denied }: RetryState): RetryView {
  const isTriedAgain = !rolledBack && (denied || count < maxAttempts);
  return {
    failures: count,
    ...defined({ nextAt: isTriedAgain ? isoTime(nextAt) : undefined }),
    rolledBack: rolledBack === true,
  };
}

function syncView({ toolWatch, syncWantedAt }: ResourceRecord): SyncView | undefined {
  if (!toolWatch?.synchronizedAt) return undefined;
  const { synchronizedAt, readFrom, obstacles, partial } = toolWatch;
  return {
    at: isoTime(synchronizedAt),
    ...defined({ wantedSince: syncWantedAt === undefined ? undefined : isoTime(syncWantedAt) }),
    watch: watchReport(readFrom, obstacles, partial),
  };
}
