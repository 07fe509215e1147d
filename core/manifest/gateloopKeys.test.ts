import { describe, expect, it } from 'vitest';
import { defaultSettings, parseDuration } from './settings.ts';
import { manifestWithTargets, parseText, problemsOf } from './testing/sampleManifest.ts';

const empty = 'The manifest holds no resource.';
const reportedProblems = (text: string) => problemsOf(text).filter((problem) => !problem.includes(empty));

describe('settings', () => {
  it('change, delete and ask nothing unless a team says so', () => {
    const { manifest } = parseText('gateways: {}');
    expect(manifest?.settings).toEqual(defaultSettings);
    expect(manifest?.settings).toMatchObject({
      prune: false,
      selfHeal: false,
      resync: 'never',
      approve: 'never',
    });
  });

  it('are read', () => {
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
    ['pruned: true', 'Did you mean "prune"?'],
    ['resync: 6 hours', 'settings.resync: This is not a rate between 1 minute and 364 days.'],
    ['resync: rate(6 hour)', 'This is not a rate'],
    ['resync: rate(0 hours)', 'This is not a rate'],
    ['resync: rate(365 days)', 'This is not a rate'],
    ['resync: rate(6 hours', 'This is not a rate'],
    ['resync: 6', 'settings.resync: This is a number. Expected never, or a rate such as rate(6 hours).'],
    [
      'approve: sometimes',
      'settings.approve: This word is not known here. Expected one of never, breaking, always.',
    ],
    ['approve: breakign', 'Did you mean "breaking"?'],
    ['approve: false', 'settings.approve: This is the boolean false.'],
    ['authorization: { expireAfter: 7d }', 'This is not a time between 1 minute and 364 days.'],
    ['authorization: { remindAfter: 1 hour }', 'This is a string. Expected a list of times'],
    [
      'authorization: { remindAfter: [2 hours, 1 hour] }',
      'Each reminder must come later than the one before it.',
    ],
    ['authorization: { remindAfter: [8 days] }', 'The request would lapse before everyone was asked.'],
    ['authorization: { expireAfter: 1 day }', 'The request would lapse before everyone was asked.'],
    [
      'authorization: { remindAfter: [1 hour, x] }',
      'settings.authorization.remindAfter[1]: This is not a time',
    ],
    [
      `authorization: { remindAfter: [${Array.from({ length: 11 }, (_, index) => `${index + 2} hours`)}] }`,
      'Ten reminders are the most.',
    ],
  ])('are refused: %s', (settings, message) => {
    expect(reportedProblems(`settings: { ${settings} }`)).toEqual([expect.stringContaining(message)]);
  });

  it('of a target are checked together with the ones that they stand in for', () => {
    const text = manifestWithTargets(
      "a:\n  settings: { authorization: { expireAfter: 2 days } }\n  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://a.example.com' } } }",
    );
    expect(reportedProblems(text)).toEqual([
      expect.stringContaining('gateways.payments.targets.a.settings.authorization: The request would lapse'),
    ]);
  });

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
  ])('take %j for %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});

describe('owners', () => {
  const owner = (text: string) =>
    parseText(`owners: { default: ${text} }`).manifest?.owners.default?.contacts;

  it.each([
    ['{ email: a@example.com }', [{ channel: 'email', address: 'a@example.com' }]],
    ["{ slack: '#payments' }", [{ channel: 'slack', address: '#payments' }]],
    ['{ slack: C0123456789 }', [{ channel: 'slack', address: 'C0123456789' }]],
    ['{ slack: { secretsManager: hook } }', [{ channel: 'slack', address: { secretsManager: 'hook' } }]],
    ['{ webhook: https://a.example.com/x }', [{ channel: 'webhook', address: 'https://a.example.com/x' }]],
    ['{ webhook: { secretsManager: hook } }', [{ channel: 'webhook', address: { secretsManager: 'hook' } }]],
    [
      '{ email: [a@example.com, b@example.com] }',
      [
        { channel: 'email', address: 'a@example.com' },
        { channel: 'email', address: 'b@example.com' },
      ],
    ],
    [
      "{ email: a@example.com, slack: '#a' }",
      [
        { channel: 'email', address: 'a@example.com' },
        { channel: 'slack', address: '#a' },
      ],
    ],
    [
      "[{ email: a@example.com }, { slack: '#a' }]",
      [
        { channel: 'email', address: 'a@example.com' },
        { channel: 'slack', address: '#a' },
      ],
    ],
  ])('are read: %s', (text, contacts) => {
    expect(owner(text)).toEqual(contacts);
  });

  it.each([
    ['{ email: nobody }', 'owners.default.email: This is no address for email.'],
    ['{ email: "a@example.com\\nBcc: b@example.com" }', 'This is no address for email.'],
    ['{ email: { secretsManager: a } }', 'owners.default.email: This is a mapping.'],
    ['{ slack: payments }', 'This is no address for slack.'],
    ['{ slack: }', 'owners.default.slack: This is nothing.'],
    ['{ webhook: http://a.example.com }', 'This is no address for webhook.'],
    ['{ webhook: https://user:word@a.example.com }', 'This is no address for webhook.'],
    ['{ mail: a@example.com }', 'Did you mean "email"?'],
    ['a@example.com', 'owners.default: This is a string. Expected contacts such as'],
    ['{}', 'This owner has no contact.'],
    ['[]', 'This owner has no contact.'],
    [
      `{ email: [${Array.from({ length: 21 }, (_, index) => `a${index}@example.com`)}] }`,
      'An owner has at most 20 contacts.',
    ],
  ])('are refused: %s', (text, message) => {
    expect(reportedProblems(`owners: { default: ${text} }`)).toEqual([expect.stringContaining(message)]);
  });

  it('are refused without a proper name', () => {
    expect(reportedProblems('owners: { a b: { email: a@example.com } }')).toEqual([
      expect.stringContaining('This is no name for an owner.'),
    ]);
  });

  it('of a resource may be named, where they exist', () => {
    const text = (name: string) =>
      `owners: { team: { email: a@example.com } }\nregistries: { tools: { owner: ${name} } }`;
    expect(parseText(text('team')).manifest?.resources[0]?.owner?.contacts).toEqual([
      { channel: 'email', address: 'a@example.com' },
    ]);
    expect(reportedProblems(text('taem'))).toEqual([expect.stringContaining('Did you mean "team"?')]);
    expect(reportedProblems(text('toString'))).toEqual([
      expect.stringContaining('No owner of this name stands in "owners".'),
    ]);
  });

  it('of a resource are nobody where nobody is named', () => {
    expect(parseText('registries: { tools: {} }').manifest?.resources[0]).not.toHaveProperty('owner');
  });
});
