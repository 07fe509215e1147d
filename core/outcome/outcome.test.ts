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
