import { describe, expect, it } from 'vitest';
import { registriesMigration } from './registriesMigration.ts';

const edits = (registry: object) => registriesMigration.edits({ registries: { tools: { ...registry } } });

describe('registriesMigration', () => {
  it('moves the authorizer of a registry into discoveryConfiguration', () => {
    expect(edits({ authorizerType: 'CUSTOM_JWT', authorizerConfiguration: {} })).toMatchObject(
      ['authorizerType', 'authorizerConfiguration'].map((member) => ({
        path: ['registries', 'tools', member],
        change: 'move',
        to: ['registries', 'tools', 'discoveryConfiguration', member],
      })),
    );
  });

  it.each([
    [true, ['APPROVE_ALL']],
    [false, []],
  ])('writes autoApproval: %s as the rules %j', (autoApproval, value) => {
    expect(edits({ approvalConfiguration: { autoApproval } })).toMatchObject([
      { path: ['registries', 'tools', 'approvalConfiguration', 'autoApproval'], to: 'autoApprovalRules' },
      { path: ['registries', 'tools', 'approvalConfiguration', 'autoApprovalRules'], change: 'set', value },
    ]);
  });

  it('leaves another value of autoApproval to a person', () => {
    expect(edits({ approvalConfiguration: { autoApproval: 'no' } })).toMatchObject([{ change: 'byHand' }]);
  });

  it('changes nothing of registries that are written as Agent Registry has them', () => {
    const registry = {
      discoveryConfiguration: { authorizerType: 'AWS_IAM' },
      approvalConfiguration: { autoApprovalRules: ['APPROVE_ALL'] },
    };
    expect(registriesMigration.edits({ registries: { tools: registry, other: null } })).toEqual([]);
    expect(registriesMigration.edits({ gateways: {} })).toEqual([]);
  });
});
