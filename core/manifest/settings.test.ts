import { describe, expect, it } from 'vitest';
import { defaultSettings, parseDuration } from './settings.ts';
import { manifestWithTargets, parseText, problemsWithoutResources } from './testing/sampleManifest.ts';

describe('readSettings', () => {
  it('uses defaults that delete, revert and ask nothing', () => {
    const { manifest } = parseText('gateways: {}');
    expect(manifest?.settings).toEqual(defaultSettings);
    expect(manifest?.settings).toMatchObject({
      prune: false,
      selfHeal: false,
      resync: 'never',
      approve: 'never',
    });
  });

  it('reads every setting of a workspace', () => {
    const { manifest } = parseText(
      'settings: { prune: true, selfHeal: true, resync: rate(1 day), approve: always, authorization: { remindAfter: [], escalateAfter: 2 days, expireAfter: 3 days } }',
    );
    expect(manifest?.settings).toEqual({
      ...{ prune: true, selfHeal: true, resync: 86_400, approve: 'always' },
      authorization: { remindAfter: [], escalateAfter: 172_800, expireAfter: 259_200 },
    });
  });

  it.each([
    ['prune: yes', 'settings.prune: This is a string. Expected true or false.'],
    ['prune: true, resync:', 'settings.resync: This is empty.'],
    ['pruned: true', 'Did you mean "prune"?'],
    ['resync: 6 hours', 'settings.resync: This is not how a rate is written. Did you mean "rate(6 hours)"?'],
    ['resync: rate(6 hour)', 'Did you mean "rate(6 hours)"?'],
    ['resync: rate(1 hours)', 'Did you mean "rate(1 hour)"?'],
    ['resync: rate(01 Days)', 'Did you mean "rate(1 day)"?'],
    ['resync: rate(90m)', 'Did you mean "rate(90 minutes)"?'],
    ['resync: rate(6 hours', 'Did you mean "rate(6 hours)"?'],
    [
      'resync: rate(30 seconds)',
      'Gateloop looks for due synchronizations once a minute, and keeps no shorter rate. Did you mean "rate(1 minute)"?',
    ],
    [
      'resync: cron(0 6 * * *)',
      'settings.resync: This is not a cron expression of EventBridge. Expected six fields',
    ],
    ['resync: cron(0 6 * * * *)', '"?" for exactly one of the two days.'],
    ['resync: cron(0 0 30 2 ? *)', 'This time never comes.'],
    ['resync: cron(0 0 1 1 ? 2020)', 'This time never comes.'],
    ['resync: rate(0 hours)', 'This is not a rate between 1 minute and 364 days.'],
    ['resync: rate(365 days)', 'This is not a rate between 1 minute and 364 days.'],
    ['resync: rate(6 months)', 'This is not a rate between 1 minute and 364 days.'],
    ['resync: rate(constructor)', 'This is not a rate between 1 minute and 364 days.'],
    [
      'resync: 6',
      'settings.resync: This is a number. Expected never, a rate such as rate(6 hours), or cron(0 6 ? * MON-FRI *) in UTC.',
    ],
    ['approve: sometimes', 'settings.approve: Unknown value. Expected one of never, breaking, always.'],
    ['rollout: canary', 'settings.rollout: This is a string. Expected a mapping.'],
    ['rollout: { canry: staging }', 'Did you mean "canary"?'],
    ['rollout: { canary: a/b }', 'settings.rollout.canary: This is not the name of a workspace.'],
    ['rollout: { followers: billing }', 'settings.rollout.followers: This is a string.'],
    ['rollout: { followers: [1] }', 'settings.rollout.followers[0]: This is a number.'],
    ['approve: breakign', 'Did you mean "breaking"?'],
    ['approve: false', 'settings.approve: This is the boolean false.'],
    ['authorization: { expireAfter: 7d }', 'This is not how a duration is written. Did you mean "7 days"?'],
    ['authorization: { expireAfter: 1 days }', 'Did you mean "1 day"?'],
    ['authorization: { expireAfter: 400 days }', 'This is not a duration between 1 minute and 364 days.'],
    ['authorization: { remindAfter: 1 hour }', 'This is a string. Expected a list of durations'],
    [
      'authorization: { remindAfter: [2 hours, 1 hour] }',
      'Each reminder must come later than the one before it.',
    ],
    [
      'authorization: { remindAfter: [8 days] }',
      'The request would expire before the last reminder or the escalation.',
    ],
    [
      'authorization: { expireAfter: 1 day }',
      'The request would expire before the last reminder or the escalation.',
    ],
    [
      'authorization: { remindAfter: [1 hour, x] }',
      'settings.authorization.remindAfter[1]: This is not a duration',
    ],
    [
      `authorization: { remindAfter: [${Array.from({ length: 11 }, (_, index) => `${index + 2} hours`)}] }`,
      'This list has 11 reminders. Expected at most 10.',
    ],
  ])('rejects the settings { %s }', (settings, message) => {
    expect(problemsWithoutResources(`settings: { ${settings} }`)).toEqual([expect.stringContaining(message)]);
  });

  it('checks the settings of a target merged with the settings of the workspace', () => {
    const text = manifestWithTargets(
      "a:\n  settings: { authorization: { expireAfter: 2 days } }\n  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://a.example.com' } } }",
    );
    expect(problemsWithoutResources(text)).toEqual([
      expect.stringContaining('gateways.payments.targets.a.settings.authorization: The request would expire'),
    ]);
  });
});

describe('parseDuration', () => {
  it.each([
    ['1 minute', 60],
    ['90 minutes', 5400],
    ['1 hour', 3600],
    ['2 days', 172_800],
    ['1 hours', undefined],
    ['2 day', undefined],
    ['01 hour', undefined],
    ['-1 hours', undefined],
    ['1.5 hours', undefined],
    ['2  hours', undefined],
    ['1234567 hours', undefined],
    ['', undefined],
  ])('parses %j as %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});
