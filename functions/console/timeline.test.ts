import { describe, expect, it } from 'vitest';
import { minutesAgo, sampleExecutions, sampleWorkspace } from './testing/sampleViews.ts';
import { timelineOf } from './timeline.ts';

const quiet = { ...sampleWorkspace, members: [], questions: [] };
const textsOf = (sources: Partial<Parameters<typeof timelineOf>[0]>) =>
  timelineOf({ workspace: quiet, uploads: [], executions: [], ...sources }).map(({ text, details = [] }) =>
    [text, ...details].join(' | '),
  );

describe('timelineOf', () => {
  it('timelineOf: tells who uploaded which files, as far as the uploader said', () => {
    const upload = { time: minutesAgo(1), changed: ['manifest.yaml'], deleted: ['old.yaml'] };
    expect(textsOf({ uploads: [upload] })).toEqual([
      'An upload of 2 files | manifest.yaml | old.yaml (deleted)',
    ]);
    expect(
      textsOf({
        uploads: [
          { ...upload, deleted: [], by: 'ada', commit: '4be1c0de77a1f00d', outcome: 'failed' as const },
        ],
      }),
    ).toEqual(['ada uploaded 1 file, commit 4be1c0de77a1; then: failed | manifest.yaml']);
  });

  it('timelineOf: tells of an execution when it ended, and of one that runs when it began', () => {
    const entries = timelineOf({ workspace: quiet, uploads: [], executions: sampleExecutions });
    expect(entries.map(({ text, tone }) => `${tone}: ${text}`)).toEqual([
      'busy: A pass began and runs, started by “the scan of the fleet”',
      'busy: The workflow of a question began and runs',
      'idle: A pass succeeded, started by “an upload”',
      'failed: A pass failed, started by “an upload”',
    ]);
    const [, , ended] = entries;
    expect(Date.parse(ended?.time ?? '') - Date.parse(minutesAgo(70))).toBe(62_400);
    expect(ended?.execution).toEqual({ workflow: 'reconcile', name: 'upload-4be1c0de' });
  });

  it('timelineOf: puts resources together that came into one state at one time', () => {
    const [provider] = sampleWorkspace.members;
    if (!provider) throw new Error('the sample has a provider');
    const at = (address: `gateway/${string}`, since: string) => ({ ...provider, address, since });
    const members = [
      at('gateway/a', minutesAgo(5)),
      at('gateway/b', minutesAgo(5)),
      at('gateway/c', minutesAgo(4)),
    ];
    expect(textsOf({ workspace: { ...quiet, members } })).toEqual([
      '2 resources: ready since then | gateway/a | gateway/b',
      'gateway/c: ready since then',
    ]);
  });

  it('timelineOf: tells what is asked, and what holds changes back', () => {
    const [question] = sampleWorkspace.questions;
    const workspace = {
      ...quiet,
      questions: question ? [question] : [],
      suspension: { since: minutesAgo(3), reason: 'release freeze' },
      breaker: { kind: 'fleet' as const, since: minutesAgo(2), resources: 9 },
    };
    expect(textsOf({ workspace })).toEqual([
      'help-desk was asked: Give consent at GitHub for support/issues, so that it can be created.',
      'Operators suspended all changes | release freeze',
      'Healing was held back',
    ]);
  });
});
