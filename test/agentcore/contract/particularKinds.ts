import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  isDeleted,
  notFound,
  type OperationContract,
  quotaExceeded,
  waitForStatus,
} from './contract.ts';
import { readyGateway } from './gateways.ts';
import { cedar, judge, PERMIT, rate, readyEngine, routeTo, UNKNOWN_GATEWAY } from './genericKindRows.ts';
import type { Subject } from './subject.ts';

/** An evaluator that an enabled evaluation uses. */
async function usedEvaluator(subject: Subject) {
  const created = await subject.call('CreateEvaluator', {
    evaluatorName: subject.name,
    level: 'TRACE',
    ...judge('Does it help?'),
  });
  const evaluatorId = String(created.evaluatorId);
  await waitForStatus(subject, 'GetEvaluator', { evaluatorId }, 'ACTIVE');
  const evaluation = await subject.call('CreateOnlineEvaluationConfig', {
    onlineEvaluationConfigName: subject.name,
    rule: { samplingConfig: { samplingPercentage: 10 } },
    dataSourceConfig: { cloudWatchLogs: { logGroupNames: ['/agents'], serviceNames: ['agent'] } },
    evaluators: [{ evaluatorId }],
    evaluationExecutionRoleArn: subject.roleArn,
    enableOnCreate: true,
  });
  const onlineEvaluationConfigId = String(evaluation.onlineEvaluationConfigId);
  await waitForStatus(subject, 'GetOnlineEvaluationConfig', { onlineEvaluationConfigId }, 'ACTIVE');
  return { evaluatorId, onlineEvaluationConfigId };
}

const lockedEvaluator = (changes: object) => ({
  title: 'an evaluator that an enabled evaluation uses',
  setUp: async (subject: Subject): Promise<Fixture> => {
    const { evaluatorId } = await usedEvaluator(subject);
    expect(await subject.call('GetEvaluator', { evaluatorId })).toMatchObject({
      lockedForModification: true,
    });
    return { evaluatorId };
  },
  input: (fixture: Fixture) => ({ ...fixture, ...changes }),
  expectedError: conflict(/locked for modification/),
});

const LIMITS = [
  { dimensionKeys: ['toolName'], entries: rate(9) },
  {
    dimensionKeys: ['targetName'],
    entries: [{ dimensions: { targetName: '*' }, requests: [{ rate: 1, period: 'minute' }] }],
  },
];

/** What only one kind has. */
export const particularContracts: readonly OperationContract[] = [
  {
    operation: 'CreatePolicy',
    accepted: [
      {
        title: 'a statement that is no Cedar policy, which fails later and says why',
        setUp: readyEngine,
        input: (fixture) => ({
          ...fixture,
          name: 'broken',
          ...cedar('allow everything to everybody who asks for it'),
        }),
        verify: async (subject, response, fixture) => {
          const policy = { ...fixture, policyId: response.policyId };
          const failed = await waitForStatus(subject, 'GetPolicy', policy, 'CREATE_FAILED');
          expect(failed.statusReasons).toEqual(['The statement is not a valid Cedar policy.']);
        },
      },
    ],
    rejected: [],
  },
  {
    operation: 'CreateBrowserProfile',
    accepted: [],
    rejected: [
      {
        title: 'a profile beyond the quota of the account',
        options: { quotas: { browserProfilesPerAccount: 1, ratePerSecond: {} } },
        setUp: async (subject) => {
          await subject.call('CreateBrowserProfile', { name: subject.name });
          return {};
        },
        input: (_fixture, subject) => ({ name: `${subject.name}_second` }),
        expectedError: quotaExceeded,
      },
    ],
  },
  {
    operation: 'DeletePolicyEngine',
    accepted: [],
    rejected: [
      {
        title: 'an engine with policies',
        setUp: async (subject) => {
          const engine = await readyEngine(subject);
          await subject.call('CreatePolicy', { ...engine, name: 'readers', ...cedar(PERMIT) });
          return engine;
        },
        input: (fixture) => fixture,
        expectedError: conflict(/policies: readers/),
      },
    ],
  },
  {
    operation: 'UpdateEvaluator',
    accepted: [
      {
        title: 'an evaluator once the evaluation that uses it is disabled',
        setUp: async (subject) => {
          const { evaluatorId, onlineEvaluationConfigId } = await usedEvaluator(subject);
          await subject.call('UpdateOnlineEvaluationConfig', {
            onlineEvaluationConfigId,
            executionStatus: 'DISABLED',
          });
          return { evaluatorId };
        },
        input: (fixture) => ({ ...fixture, description: 'Now' }),
        verify: async (subject, _response, fixture) => {
          expect(await subject.call('GetEvaluator', fixture)).toMatchObject({ lockedForModification: false });
        },
      },
    ],
    rejected: [],
  },
  { operation: 'UpdateEvaluator', accepted: [], rejected: [lockedEvaluator({ description: 'Now' })] },
  { operation: 'DeleteEvaluator', accepted: [], rejected: [lockedEvaluator({})] },
  {
    operation: 'CreateGatewayRateLimit',
    accepted: [
      {
        title: 'a rate limit without an id, and makes one',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, dimensionKeys: ['toolName'], entries: rate(5) }),
        verify: (_subject, response) => expect(response.rateLimitId).toMatch(/^[a-z0-9]{12}$/),
      },
    ],
    rejected: [],
  },
  {
    operation: 'BatchPutGatewayRateLimits',
    accepted: [
      {
        title: 'rate limits with known and with new keys: changes the former, creates the latter',
        setUp: async (subject) => {
          const gateway = await readyGateway(subject);
          const limit = { rateLimitId: 'per-tool', dimensionKeys: ['toolName'], entries: rate(5) };
          await subject.call('CreateGatewayRateLimit', { ...gateway, ...limit });
          await waitForStatus(
            subject,
            'GetGatewayRateLimit',
            { ...gateway, rateLimitId: 'per-tool' },
            'ACTIVE',
          );
          return gateway;
        },
        input: (fixture) => ({ ...fixture, rateLimits: LIMITS }),
        verify: async (subject, _response, fixture) => {
          const { rateLimits } = await subject.call('ListGatewayRateLimits', fixture);
          expect(rateLimits).toHaveLength(2);
          expect(rateLimits).toContainEqual(
            expect.objectContaining({ rateLimitId: 'per-tool', entries: rate(9) }),
          );
        },
      },
    ],
    rejected: [
      {
        title: 'an unknown gateway',
        input: { ...UNKNOWN_GATEWAY, rateLimits: LIMITS },
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'DeleteGateway',
    accepted: [
      {
        title: 'a gateway with a rule, which goes with it',
        setUp: async (subject) => {
          const gateway = await readyGateway(subject);
          await subject.call('CreateGatewayRule', { ...gateway, priority: 10, actions: routeTo('ledger') });
          return gateway;
        },
        input: (fixture) => fixture,
        verify: isDeleted('GetGateway'),
      },
    ],
    rejected: [],
  },
  {
    operation: 'CreatePolicyEngine',
    accepted: [
      {
        title: 'tags, which ListTagsForResource shows',
        input: (_fixture, subject) => ({ name: subject.name, tags: { team: 'money' } }),
        verify: async (subject, response) => {
          const { tags } = await subject.call('ListTagsForResource', {
            resourceArn: response.policyEngineArn,
          });
          expect(tags).toEqual({ team: 'money' });
        },
      },
    ],
    rejected: [],
  },
];
