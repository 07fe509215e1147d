import { describe, expect, it } from 'vitest';
import { loadCases } from './caseFile.ts';
import { caseReaders } from './caseReaders.ts';

describe('cases of real inputs', () => {
  it.each(loadCases().map((one) => [`${one.id}: ${one.expected.title}`, one] as const))(
    '%s',
    async (_, one) => {
      const read = caseReaders[one.expected.reads];
      if (read === undefined) throw new Error(`No reader is called "${one.expected.reads}".`);
      const { problems, tools } = await read(one);
      const expected = one.expected.problems.map(({ message = '', ...members }) =>
        expect.objectContaining({ ...members, message: expect.stringContaining(message) }),
      );
      expect(problems).toEqual(expected);
      if (one.expected.tools !== undefined) expect(tools).toEqual(one.expected.tools);
    },
  );
});
