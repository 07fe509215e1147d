import { describe, expect, it } from 'vitest';
import type { ResourceReport } from '../reconcile/plan.ts';
import { type Outcome, outcomeDigest, workspaceOutcome } from './outcome.ts';
import { outcomeWith, problem, report } from './testing/sampleOutcome.ts';

describe('workspaceOutcome', () => {
  it.each<[Outcome['outcome'], ResourceReport['state'][]]>([
    ['ready', []],
    ['ready', ['ready', 'ready']],
    ['awaiting', ['ready', 'awaiting-approval']],
    ['awaiting', ['in-progress']],
    ['awaiting', ['awaiting-authorization']],
    ['failed', ['awaiting-authorization', 'failed', 'ready']],
    ['drifted', ['ready', 'drifted']],
    ['awaiting', ['drifted', 'awaiting-approval']],
    ['suspended', ['awaiting-approval', 'suspended', 'drifted']],
    ['failed', ['suspended', 'failed']],
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

  const TARGET = report('ready', 'front').address;
  const awaiting = (...reasons: string[]) =>
    outcomeWith({ outcome: 'awaiting', resources: [report('awaiting-authorization', 'front', reasons)] });

  it('outcomeDigest: ignores why a resource waits for a person, which changes when its link expires', () => {
    expect(outcomeDigest(awaiting('The link has expired.'))).toBe(outcomeDigest(awaiting()));
  });

  it('outcomeDigest: takes a target whose owner is asked to consent to a synchronization for a ready one', () => {
    const due = outcomeWith({ resources: [report('ready', 'front', ['Its tools are due.'])] });
    const ready = outcomeWith({ resources: [report('ready', 'front')] });
    const asked = new Set([TARGET]);
    expect(outcomeDigest(due, asked)).toBe(outcomeDigest(ready));
    expect(outcomeDigest(awaiting('Pending.'), asked)).toBe(outcomeDigest(ready));
    const broken = { ...failed, resources: [report('failed', 'front', ['No role.'])] };
    expect(outcomeDigest(broken, asked)).toBe(outcomeDigest(broken));
  });

  it.each<[string, Outcome, Outcome]>([
    ['the outcome', outcomeWith(), outcomeWith({ outcome: 'awaiting' })],
    ['the state of a resource', failed, { ...failed, resources: [report('refused', 'front', ['No role.'])] }],
    ['the name of a resource', failed, { ...failed, resources: [report('failed', 'back', ['No role.'])] }],
    ['the reasons of a resource', failed, { ...failed, resources: [report('failed', 'front', ['Other.'])] }],
    [
      'a problem',
      { ...failed, problems: [problem] },
      { ...failed, problems: [{ ...problem, message: 'Other.' }] },
    ],
    [
      'the place of a problem',
      { ...failed, problems: [problem] },
      { ...failed, problems: [{ ...problem, path: 'b' }] },
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
