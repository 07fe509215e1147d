import { describe, expect, it } from 'vitest';
import { outcomeEvent } from '../events/outcomeEvent.ts';
import { outcomeMessage } from '../messages/outcomeMessage.ts';
import type { ResourceReport } from '../reconcile/plan.ts';
import { type Outcome, outcomeDigest, workspaceOutcome } from './outcome.ts';

const report = (
  state: ResourceReport['state'],
  name = 'front',
  reasons: readonly string[] = [],
): ResourceReport => ({
  address: `gateway/${name}`,
  kind: 'gateway',
  name,
  state,
  reasons,
});
const problem = {
  severity: 'error' as const,
  file: 'manifest.yaml',
  line: 3,
  column: 1,
  path: 'a',
  message: 'No.',
};
const outcomeWith = (more: Partial<Outcome> = {}): Outcome => ({
  workspace: 'payments',
  outcome: 'ready',
  revision: 'r1',
  problems: [],
  resources: [],
  ...more,
});

describe('workspaceOutcome', () => {
  it.each<[Outcome['outcome'], ResourceReport['state'][]]>([
    ['ready', []],
    ['ready', ['ready', 'ready']],
    ['awaiting', ['ready', 'awaiting-approval']],
    ['awaiting', ['in-progress']],
    ['failed', ['awaiting-authorization', 'failed', 'ready']],
    ['failed', ['refused']],
    ['failed', ['absent']],
  ])('workspaceOutcome: is %s for resources in the states %j', (expected, states) => {
    expect(workspaceOutcome(states.map((state) => report(state)))).toBe(expected);
  });
});

describe('outcomeDigest', () => {
  const failed = outcomeWith({ outcome: 'failed', resources: [report('failed', 'front', ['No role.'])] });
  const refused = outcomeWith({ outcome: 'refused', problems: [problem] });

  it('outcomeDigest: ignores the revision and the line of a problem of an accepted upload', () => {
    const before = { ...failed, problems: [problem] };
    const after = { ...failed, revision: 'r2', problems: [{ ...problem, line: 9 }] };
    expect(outcomeDigest(after)).toBe(outcomeDigest(before));
  });

  it.each<[string, Outcome, Outcome]>([
    ['the outcome', outcomeWith(), outcomeWith({ outcome: 'awaiting' })],
    ['the reasons of a resource', failed, { ...failed, resources: [report('failed', 'front', ['Other.'])] }],
    [
      'a problem',
      { ...failed, problems: [problem] },
      { ...failed, problems: [{ ...problem, message: 'Other.' }] },
    ],
    ['the revision of a refused upload', refused, { ...refused, revision: 'r2' }],
    [
      'the line of a problem of a refused upload',
      refused,
      { ...refused, problems: [{ ...problem, line: 9 }] },
    ],
  ])('outcomeDigest: differs with %s', (_title, before, after) => {
    expect(outcomeDigest(after)).not.toBe(outcomeDigest(before));
  });
});

describe('outcomeMessage', () => {
  it('outcomeMessage: lists the resources that are not ready and counts the others', () => {
    const resources = [
      report('ready'),
      report('failed', 'back', ['No role.']),
      report('ready', 'old', ['Note.']),
    ];
    const { subject, text, about } = outcomeMessage(outcomeWith({ outcome: 'failed', resources }));
    expect(subject).toBe('Gateloop: payments has resources that failed');
    expect(text.split('\n')).toEqual([
      'The workspace payments has resources that failed.',
      '',
      'gateway/back: failed — No role.',
      'gateway/old: ready — Note.',
      '1 resource is ready.',
    ]);
    expect(about).toEqual({ workspace: 'payments', event: 'outcome' });
  });

  it('outcomeMessage: lists the errors of a refused upload without its warnings', () => {
    const warning = { ...problem, severity: 'warning' as const, message: 'Hm.' };
    const { text } = outcomeMessage(outcomeWith({ outcome: 'refused', problems: [problem, warning] }));
    expect(text).toContain('manifest.yaml:3:1: error: a: No.');
    expect(text).not.toContain('Hm.');
    expect(text).toContain('Nothing was changed in AWS. Correct the files and upload them again.');
  });

  it('outcomeMessage: shows thirty lines and the number of lines left out', () => {
    const resources = Array.from({ length: 40 }, (_, index) => report('failed', `g${index}`));
    const lines = outcomeMessage(outcomeWith({ outcome: 'failed', resources })).text.split('\n');
    expect(lines).toHaveLength(33);
    expect(lines.at(-1)).toBe('… and 10 more lines.');
  });
});

describe('outcomeEvent', () => {
  it('outcomeEvent: counts all states, and lists fifty resources that are not ready', () => {
    const resources = [
      report('ready'),
      ...Array.from({ length: 60 }, (_, index) => report('failed', `g${index}`)),
    ];
    const { detailType, detail } = outcomeEvent(outcomeWith({ outcome: 'failed', resources }), 0);
    expect(detailType).toBe('Reconcile Completed');
    expect(detail).toMatchObject({ states: { ready: 1, failed: 60 }, time: '1970-01-01T00:00:00.000Z' });
    expect(detail.notReady).toHaveLength(50);
    expect(detail.notReady).toContainEqual({ kind: 'gateway', name: 'g0', state: 'failed', reasons: [] });
    expect(outcomeEvent(outcomeWith({ outcome: 'refused' }), 0).detailType).toBe('Reconcile Refused');
  });
});
