import { describe, expect, it } from 'vitest';
import type { Outcome } from '../outcome/outcome.ts';
import { outcomeWith, problem, report } from '../outcome/testing/sampleOutcome.ts';
import { outcomeMessage } from './outcomeMessage.ts';

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

  it('outcomeMessage: says what to do about a change made outside Gateloop', () => {
    const resources = [report('drifted', 'back', ['Changed outside Gateloop: description (added).'])];
    const { text } = outcomeMessage(outcomeWith({ outcome: 'drifted', resources }));
    expect(text.split('\n').slice(2)).toEqual([
      'gateway/back: changed outside Gateloop — Changed outside Gateloop: description (added).',
      '',
      expect.stringMatching(/^To keep a change, write it into the manifest.* selfHeal: true /),
    ]);
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

  it('outcomeMessage: shows thirty lines whole', () => {
    const resources = Array.from({ length: 30 }, (_, index) => report('failed', `g${index}`));
    const lines = outcomeMessage(outcomeWith({ outcome: 'failed', resources })).text.split('\n');
    expect(lines).toHaveLength(32);
    expect(lines.at(-1)).toBe('gateway/g29: failed');
  });

  it('outcomeMessage: lists the problems of an accepted upload after the resources', () => {
    const resources = [report('ready'), report('ready', 'back')];
    const { text } = outcomeMessage(
      outcomeWith({ resources, problems: [{ ...problem, severity: 'warning' }] }),
    );
    expect(text.split('\n').slice(2)).toEqual([
      '2 resources are ready.',
      '- manifest.yaml:3:1: warning: a: No.',
    ]);
  });

  it('outcomeMessage: separates what to do about a refused upload from its errors', () => {
    const { text } = outcomeMessage(outcomeWith({ outcome: 'refused', problems: [problem] }));
    expect(text.split('\n\n')).toHaveLength(3);
  });

  it.each<[Outcome['outcome'], string]>([
    ['ready', 'is up to date'],
    ['awaiting', 'waits for a person'],
    ['drifted', 'was changed outside Gateloop'],
    ['suspended', 'waits, because operators have suspended all changes'],
    ['failed', 'has resources that failed'],
    ['refused', 'was refused, and nothing was changed'],
  ])('outcomeMessage: says in subject and text what the outcome %s means', (outcome, headline) => {
    const { subject, text } = outcomeMessage(outcomeWith({ outcome }));
    expect(subject).toBe(`Gateloop: payments ${headline}`);
    expect(text).toMatch(`The workspace payments ${headline}.`);
  });
});
