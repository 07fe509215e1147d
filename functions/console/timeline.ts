import type {
  ExecutionView,
  QuestionView,
  ResourceView,
  UploadView,
  WorkspaceView,
} from '../../core/fleet/views.ts';
import { counted } from '../../core/text/counted.ts';
import { conditionLooks, executionLooks, workspaceLooks } from './screens/states.ts';
import type { TimelineEntry } from './screens/timelineScreen.ts';

export interface TimelineSources {
  readonly workspace: WorkspaceView;
  readonly uploads: readonly UploadView[];
  readonly executions: readonly ExecutionView[];
}

/**
 * What happened to a workspace, in no certain order: uploads, passes, questions, and when each resource came into its state.
 * EventBridge keeps no event, so that what it told is read from what the bucket, Step Functions and the ledger keep.
 */
export function timelineOf({ workspace, uploads, executions }: TimelineSources): readonly TimelineEntry[] {
  const { members, questions, suspension, breaker } = workspace;
  return [
    ...uploads.map(uploadEntry),
    ...executions.flatMap(executionEntries),
    ...questions.map(questionEntry),
    ...stateEntries(members),
    ...(suspension
      ? [
          {
            time: suspension.since,
            tone: 'care' as const,
            text: 'Operators suspended all changes',
            details: suspension.reason === undefined ? [] : [suspension.reason],
          },
        ]
      : []),
    ...(breaker ? [{ time: breaker.since, tone: 'care' as const, text: 'Healing was held back' }] : []),
  ];
}

function uploadEntry({ time, by, commit, changed, deleted, outcome }: UploadView): TimelineEntry {
  const number = changed.length + deleted.length;
  const files = counted(number, 'file');
  const source = commit === undefined ? '' : `, commit ${commit.slice(0, 12)}`;
  const result = outcome === undefined ? '' : `; then: ${workspaceLooks[outcome].words}`;
  return {
    time,
    tone: outcome === undefined ? 'idle' : workspaceLooks[outcome].tone,
    text: `${by === undefined ? 'An upload of' : `${by} uploaded`} ${files}${source}${result}`,
    details: [...changed, ...deleted.map((path) => `${path} (deleted)`)],
  };
}

/** What an execution of each workflow is to a reader. */
const WORK: Readonly<Record<string, string>> = {
  reconcile: 'A pass',
  authorize: 'The workflow of a question',
  resync: 'A scheduled check',
  'registry-approvals': 'The handling of a registry record',
};

function executionEntries({
  workflow,
  name,
  status,
  startedAt,
  seconds,
  startedBy,
}: ExecutionView): TimelineEntry[] {
  const what = WORK[workflow] ?? workflow;
  const { tone, words } = executionLooks[status];
  const cause = startedBy === undefined ? '' : `, started by “${startedBy}”`;
  const execution = { workflow, name };
  if (seconds === undefined)
    return [{ time: startedAt, tone, text: `${what} began and ${words}${cause}`, execution }];
  const endedAt = new Date(Date.parse(startedAt) + seconds * 1000).toISOString();
  return [
    { time: endedAt, tone: tone === 'good' ? 'idle' : tone, text: `${what} ${words}${cause}`, execution },
  ];
}

function questionEntry({ askedAt, owner, question }: QuestionView): TimelineEntry {
  return { time: askedAt, tone: 'care', text: `${owner} was asked: ${question}` };
}

/** Resources that came into one state in one poll are one entry. */
function stateEntries(members: readonly ResourceView[]): TimelineEntry[] {
  const present = members.filter(({ state }) => state !== 'absent');
  const groups = Map.groupBy(present, ({ state, since }) => `${state} ${since.slice(0, -5)}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [stateEntry(first, group)] : [];
  });
}

function stateEntry(
  { address, state, since, reasons }: ResourceView,
  group: readonly ResourceView[],
): TimelineEntry {
  const { tone, words } = conditionLooks[state];
  const isAlone = group.length === 1;
  return {
    time: since,
    tone,
    text: isAlone
      ? `${address}: ${words} since then`
      : `${counted(group.length, 'resource')}: ${words} since then`,
    details: isAlone ? reasons : group.map((each) => each.address),
  };
}
