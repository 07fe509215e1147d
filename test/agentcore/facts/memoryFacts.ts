import { expect } from 'vitest';
import { expectRefusal, type Fact } from './fact.ts';

const SDK = 'aws/bedrock-agentcore-sdk-python, src/bedrock_agentcore/memory/client.py, create_or_get_memory';

export const memoryFacts: readonly Fact[] = [
  {
    fact: 'a memory whose name is in use is refused with ValidationException and "already exists"',
    certainty: 'message',
    source: SDK,
    holds: async (subject) => {
      const input = { name: 'customers', eventExpiryDuration: 30 };
      await subject.call('CreateMemory', input);
      await expectRefusal(subject, ['CreateMemory', input], 'ValidationException', 'already exists');
    },
  },
  {
    fact: 'the id of a memory begins with its name, by which ListMemories, which shows no names, is searched',
    certainty: 'released',
    source: SDK,
    holds: async (subject) => {
      await subject.call('CreateMemory', { name: 'customers', eventExpiryDuration: 30 });
      const { memories } = await subject.call('ListMemories', {});
      expect(memories).toEqual([
        expect.objectContaining({ id: expect.stringMatching(/^customers-[a-zA-Z0-9]{10}$/) }),
      ]);
      expect(memories).not.toEqual([expect.objectContaining({ name: expect.anything() })]);
    },
  },
];
