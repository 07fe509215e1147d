import { expect } from 'vitest';
import { type Fixture, invalid, notFound, type OperationContract } from './contract.ts';
import { readyGateway } from './gateways.ts';
import type { Subject } from './subject.ts';

const POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [] });
const arnOfGateway = async (subject: Subject): Promise<Fixture> => {
  const { gatewayArn } = await subject.call('GetGateway', await readyGateway(subject));
  return { resourceArn: String(gatewayArn) };
};
const unknownResource = {
  title: 'an unknown resource',
  input: { resourceArn: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/unknown-abcdefghij' },
  expectedError: notFound,
};

export const resourcePolicyContracts: readonly OperationContract[] = [
  {
    operation: 'PutResourcePolicy',
    accepted: [
      {
        title: 'a policy of a gateway, which GetResourcePolicy returns',
        setUp: arnOfGateway,
        input: (fixture) => ({ ...fixture, policy: POLICY }),
        verify: async (subject, _response, fixture) => {
          expect((await subject.call('GetResourcePolicy', fixture)).policy).toBe(POLICY);
        },
      },
    ],
    rejected: [
      { ...unknownResource, input: { ...unknownResource.input, policy: POLICY } },
      {
        title: 'a text that is no policy',
        setUp: arnOfGateway,
        input: (fixture) => ({ ...fixture, policy: '[]' }),
        expectedError: invalid('policy'),
      },
    ],
  },
  {
    operation: 'GetResourcePolicy',
    accepted: [
      {
        title: 'a gateway without a policy, and shows none',
        setUp: arnOfGateway,
        input: (fixture) => fixture,
        verify: (_subject, response) => expect(response.policy).toBeUndefined(),
      },
    ],
    rejected: [unknownResource],
  },
  {
    operation: 'DeleteResourcePolicy',
    accepted: [
      {
        title: 'a gateway with a policy, which has none afterwards',
        setUp: async (subject) => {
          const fixture = await arnOfGateway(subject);
          await subject.call('PutResourcePolicy', { ...fixture, policy: POLICY });
          return fixture;
        },
        input: (fixture) => fixture,
        verify: async (subject, _response, fixture) => {
          expect((await subject.call('GetResourcePolicy', fixture)).policy).toBeUndefined();
        },
      },
    ],
    rejected: [unknownResource],
  },
];
