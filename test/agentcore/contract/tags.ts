import { expect } from 'vitest';
import { type Fixture, invalid, notFound, type OperationContract } from './contract.ts';
import type { Subject } from './subject.ts';

async function tagged(subject: Subject): Promise<Fixture> {
  const { gatewayArn } = await subject.call('CreateGateway', {
    name: subject.name,
    roleArn: subject.roleArn,
    authorizerType: 'AWS_IAM',
    tags: { team: 'payments' },
  });
  return { resourceArn: String(gatewayArn) };
}

const unknownResource = {
  resourceArn: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/unknown-abcdefghij',
};

const tagsOf = async (subject: Subject, fixture: object) =>
  (await subject.call('ListTagsForResource', fixture)).tags;

export const tagContracts: readonly OperationContract[] = [
  {
    operation: 'TagResource',
    accepted: [
      {
        title: 'new tags, and keeps the existing ones',
        setUp: tagged,
        input: (fixture) => ({ ...fixture, tags: { stage: 'test' } }),
        verify: async (subject, _response, fixture) => {
          expect(await tagsOf(subject, fixture)).toEqual({ team: 'payments', stage: 'test' });
        },
      },
    ],
    rejected: [
      {
        title: 'an unknown resource',
        input: { ...unknownResource, tags: { a: 'b' } },
        expectedError: notFound,
      },
      {
        title: 'a tag with a forbidden character',
        input: { ...unknownResource, tags: { 'a*': 'b' } },
        expectedError: invalid('tags.a*'),
      },
      {
        title: 'an ARN of another service',
        input: { resourceArn: 'arn:aws:s3:::a-bucket-with-a-name', tags: {} },
        expectedError: invalid('resourceArn'),
      },
      {
        title: 'tags that make more than 50 with the existing ones',
        setUp: tagged,
        input: (fixture) => ({
          ...fixture,
          tags: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag${index}`, ''])),
        }),
        expectedError: invalid('tags'),
      },
    ],
  },
  {
    operation: 'UntagResource',
    accepted: [
      {
        title: 'tag keys, of which some do not exist',
        setUp: tagged,
        input: (fixture) => ({ ...fixture, tagKeys: ['team', 'other'] }),
        verify: async (subject, _response, fixture) => {
          expect(await tagsOf(subject, fixture)).toEqual({});
        },
      },
    ],
    rejected: [
      {
        title: 'an unknown resource',
        input: { ...unknownResource, tagKeys: ['a'] },
        expectedError: notFound,
      },
      { title: 'no keys', input: unknownResource, expectedError: invalid('tagKeys') },
    ],
  },
  {
    operation: 'ListTagsForResource',
    accepted: [
      {
        title: 'an ARN',
        setUp: tagged,
        input: (fixture) => fixture,
        expectedResponse: { tags: { team: 'payments' } },
      },
    ],
    rejected: [{ title: 'an unknown resource', input: unknownResource, expectedError: notFound }],
  },
];
