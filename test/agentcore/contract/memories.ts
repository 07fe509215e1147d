import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  failing,
  invalid,
  isDeleted,
  notFound,
  type OperationContract,
  reachesStatus,
  waitForStatus,
} from './contract.ts';
import type { ApiResponse, Subject } from './subject.ts';

const facts = (description: string) => ({ semanticMemoryStrategy: { name: 'facts', description } });
const judged = (appendToPrompt: string) => ({
  customMemoryStrategy: {
    name: 'judged',
    configuration: {
      semanticOverride: { extraction: { appendToPrompt, modelId: 'anthropic.claude-sonnet-4-6' } },
    },
  },
});
const minimal = ({ name }: Subject) => ({ name, eventExpiryDuration: 30 });
const full = (subject: Subject) => ({
  ...minimal(subject),
  description: 'what agents remember',
  memoryStrategies: [facts('plain facts'), judged('Be brief.')],
  indexedKeys: [{ key: 'team', type: 'STRING' }],
  namespaceKeys: [{ key: 'tenant' }],
});

const memoryIn = (response: ApiResponse) => Object(response.memory);

async function ready(subject: Subject): Promise<Fixture> {
  const { id: memoryId } = memoryIn(await subject.call('CreateMemory', full(subject)));
  await waitForStatus(subject, 'GetMemory', { memoryId }, 'ACTIVE');
  return { memoryId };
}

/** @returns the memory once an update has ended */
async function updated(subject: Subject, fixture: Fixture) {
  return memoryIn(await waitForStatus(subject, 'GetMemory', fixture, 'ACTIVE'));
}

/** A memory, and the ids of its strategies. */
async function readyWithIds(subject: Subject): Promise<Fixture> {
  const fixture = await ready(subject);
  const { strategies } = memoryIn(await subject.call('GetMemory', fixture));
  const [plain, custom] = strategies as { strategyId: string }[];
  return { ...fixture, plain: String(plain?.strategyId), custom: String(custom?.strategyId) };
}

const unknown = { memoryId: 'unknown-abcdefghij' };
const unknownMemory = { title: 'an unknown memory', input: unknown, expectedError: notFound };

export const memoryContracts: readonly OperationContract[] = [
  {
    operation: 'CreateMemory',
    accepted: [
      {
        title: 'a memory with strategies, and shows them in the form of responses',
        input: (_fixture, subject) => full(subject),
        expectedResponse: { memory: { status: 'CREATING', description: 'what agents remember' } },
        verify: async (subject, response) => {
          const { id: memoryId } = memoryIn(response);
          const memory = await updated(subject, { memoryId });
          expect(memory.strategies).toMatchObject([
            { name: 'facts', type: 'SEMANTIC', status: 'ACTIVE', description: 'plain facts' },
            {
              name: 'judged',
              type: 'CUSTOM',
              configuration: {
                type: 'SEMANTIC_OVERRIDE',
                extraction: {
                  customExtractionConfiguration: {
                    semanticExtractionOverride: { appendToPrompt: 'Be brief.' },
                  },
                },
              },
            },
          ]);
          expect(memory.id).toMatch(new RegExp(`^${subject.name}-[a-zA-Z0-9]{10}$`));
        },
      },
      {
        title: 'a memory whose creation fails, and says why',
        options: failing('CreateMemory', 'no such key'),
        input: (_fixture, subject) => minimal(subject),
        verify: async (subject, response) => {
          const { id: memoryId } = memoryIn(response);
          const failed = await waitForStatus(subject, 'GetMemory', { memoryId }, 'FAILED');
          expect(memoryIn(failed)).toMatchObject({ failureReason: 'no such key' });
        },
      },
    ],
    rejected: [
      {
        title: 'events that expire after two days',
        input: (_fixture, subject) => ({ ...minimal(subject), eventExpiryDuration: 2 }),
        expectedError: invalid('eventExpiryDuration'),
      },
      {
        title: 'a name that is in use',
        setUp: ready,
        input: (_fixture, subject) => minimal(subject),
        expectedError: { code: 'ValidationException', message: /already exists/ },
      },
      {
        title: 'two strategies of one name',
        input: (_fixture, subject) => ({
          ...minimal(subject),
          memoryStrategies: [facts('one'), facts('two')],
        }),
        expectedError: invalid('memoryStrategies'),
      },
    ],
  },
  {
    operation: 'GetMemory',
    accepted: [
      {
        title: 'the id of one that is ACTIVE',
        setUp: ready,
        input: (fixture) => fixture,
        expectedResponse: { memory: { status: 'ACTIVE', eventExpiryDuration: 30 } },
      },
    ],
    rejected: [unknownMemory],
  },
  {
    operation: 'ListMemories',
    accepted: [
      {
        title: 'no filter, and shows ids and statuses without names',
        setUp: ready,
        input: {},
        verify: (_subject, response, { memoryId }) => {
          const items = response.memories as { id: string }[];
          const item = items.find(({ id }) => id === memoryId);
          expect(item).toMatchObject({ status: 'ACTIVE' });
          expect(item).not.toHaveProperty('name');
        },
      },
    ],
    rejected: [
      {
        title: 'a token that no list returned',
        input: { nextToken: 'unknown' },
        expectedError: invalid('nextToken'),
      },
    ],
  },
  {
    operation: 'UpdateMemory',
    accepted: [
      {
        title: 'one member, and keeps the others',
        setUp: ready,
        input: (fixture) => ({ ...fixture, eventExpiryDuration: 60 }),
        verify: async (subject, _response, fixture) => {
          expect(await updated(subject, fixture)).toMatchObject({
            eventExpiryDuration: 60,
            description: 'what agents remember',
            strategies: [{ name: 'facts' }, { name: 'judged' }],
          });
        },
      },
      {
        title: 'strategies to add, to modify and to delete',
        setUp: readyWithIds,
        input: ({ memoryId, plain, custom }) => ({
          memoryId,
          memoryStrategies: {
            addMemoryStrategies: [{ summaryMemoryStrategy: { name: 'summaries' } }],
            modifyMemoryStrategies: [{ memoryStrategyId: plain, description: 'facts of one team' }],
            deleteMemoryStrategies: [{ memoryStrategyId: custom }],
          },
        }),
        verify: async (subject, _response, { memoryId = '', plain }) => {
          const { strategies } = await updated(subject, { memoryId });
          expect(strategies).toHaveLength(2);
          expect(strategies).toMatchObject([
            { strategyId: plain, name: 'facts', description: 'facts of one team' },
            { name: 'summaries', type: 'SUMMARIZATION' },
          ]);
        },
      },
      {
        title: 'more indexed keys, and keeps those that it has',
        setUp: ready,
        input: (fixture) => ({ ...fixture, addIndexedKeys: [{ key: 'size', type: 'NUMBER' }] }),
        verify: async (subject, _response, fixture) => {
          const { indexedKeys } = await updated(subject, fixture);
          expect(indexedKeys).toEqual([
            { key: 'team', type: 'STRING' },
            { key: 'size', type: 'NUMBER' },
          ]);
        },
      },
      {
        title: 'other namespace keys, which take the place of all that it had',
        setUp: ready,
        input: (fixture) => ({ ...fixture, namespaceKeys: [{ key: 'region' }] }),
        verify: async (subject, _response, fixture) => {
          expect((await updated(subject, fixture)).namespaceKeys).toEqual([{ key: 'region' }]);
        },
      },
      {
        title: 'a change that fails',
        options: failing('UpdateMemory'),
        setUp: ready,
        input: (fixture) => ({ ...fixture, eventExpiryDuration: 60 }),
        verify: reachesStatus('GetMemory', 'FAILED'),
      },
    ],
    rejected: [
      { ...unknownMemory, input: { ...unknown, eventExpiryDuration: 60 } },
      {
        title: 'a change of a strategy that the memory does not have',
        setUp: ready,
        input: (fixture) => ({
          ...fixture,
          memoryStrategies: { deleteMemoryStrategies: [{ memoryStrategyId: 'unknown-abcdefghij' }] },
        }),
        expectedError: invalid('memoryStrategies'),
      },
      {
        title: 'a second update while the first one runs',
        setUp: async (subject) => {
          const fixture = await ready(subject);
          await subject.call('UpdateMemory', { ...fixture, eventExpiryDuration: 60 });
          return fixture;
        },
        input: (fixture) => ({ ...fixture, eventExpiryDuration: 90 }),
        expectedError: conflict(/UPDATING/),
      },
    ],
  },
  {
    operation: 'DeleteMemory',
    accepted: [
      {
        title: 'a memory, which is gone afterwards',
        setUp: ready,
        input: (fixture) => fixture,
        expectedResponse: { status: 'DELETING' },
        verify: isDeleted('GetMemory'),
      },
      {
        title: 'a memory whose deletion fails',
        options: failing('DeleteMemory'),
        setUp: ready,
        input: (fixture) => fixture,
        verify: reachesStatus('GetMemory', 'FAILED'),
      },
    ],
    rejected: [unknownMemory],
  },
];
