import { expect } from 'vitest';
import { invalid, missing, type OperationContract } from './contract.ts';
import type { Subject } from './subject.ts';

async function tagged(subject: Subject): Promise<Record<string, string>> {
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

const tagsOf = async (subject: Subject, given: object) =>
  (await subject.call('ListTagsForResource', given)).tags;

export const tagContracts: readonly OperationContract[] = [
  {
    operation: 'TagResource',
    accepted: [
      {
        title: 'more tags beside those that are there',
        given: tagged,
        input: (given) => ({ ...given, tags: { stage: 'test' } }),
        afterwards: async (subject, _answer, given) => {
          expect(await tagsOf(subject, given)).toEqual({ team: 'payments', stage: 'test' });
        },
      },
    ],
    refused: [
      { title: 'an unknown resource', input: { ...unknownResource, tags: { a: 'b' } }, refusal: missing },
      {
        title: 'a tag with a forbidden character',
        input: { ...unknownResource, tags: { 'a*': 'b' } },
        refusal: invalid('tags.a*'),
      },
      {
        title: 'an ARN of another service',
        input: { resourceArn: 'arn:aws:s3:::a-bucket-with-a-name', tags: {} },
        refusal: invalid('resourceArn'),
      },
      {
        title: 'more than 50 tags together',
        given: tagged,
        input: (given) => ({
          ...given,
          tags: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag${index}`, ''])),
        }),
        refusal: invalid('tags'),
      },
    ],
  },
  {
    operation: 'UntagResource',
    accepted: [
      {
        title: 'the keys of tags',
        given: tagged,
        input: (given) => ({ ...given, tagKeys: ['team', 'other'] }),
        afterwards: async (subject, _answer, given) => {
          expect(await tagsOf(subject, given)).toEqual({});
        },
      },
    ],
    refused: [
      { title: 'an unknown resource', input: { ...unknownResource, tagKeys: ['a'] }, refusal: missing },
      { title: 'no keys', input: unknownResource, refusal: invalid('tagKeys') },
    ],
  },
  {
    operation: 'ListTagsForResource',
    accepted: [
      { title: 'an ARN', given: tagged, input: (given) => given, answers: { tags: { team: 'payments' } } },
    ],
    refused: [{ title: 'an unknown resource', input: unknownResource, refusal: missing }],
  },
];
