import type { ResourceKind } from './resourceKind.ts';

/** A sandbox in which agents run code. AWS's own, `aws.codeinterpreter.v1`, is every account's. */
export const codeInterpreter: ResourceKind = {
  kind: 'codeInterpreter',
  section: 'codeInterpreters',
  operations: {
    create: 'CreateCodeInterpreter',
    get: 'GetCodeInterpreter',
    list: 'ListCodeInterpreters',
    delete: 'DeleteCodeInterpreter',
  },
  arn: { resource: 'code-interpreter-custom/*' },
  quota: 1000,
  servesAgents: true,
  nameMember: 'name',
  idMember: 'codeInterpreterId',
  idRequestMember: 'codeInterpreterId',
  arnMember: 'codeInterpreterArn',
  updatedAtMember: 'lastUpdatedAt',
  reasonMember: 'failureReason',
  listMember: 'codeInterpreterSummaries',
  tags: 'changeable',
  createOnlyMembers: [],
  clientToken: ['create'],
  outputs: ['codeInterpreterId', 'codeInterpreterArn'],
};
