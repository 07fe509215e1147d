import { WITHOUT_EVALUATIONS } from './regions.ts';
import type { ResourceKind } from './resourceKind.ts';

/** What rates the answers of agents: a model with instructions, a function, or a change of another evaluator. */
export const evaluator: ResourceKind = {
  kind: 'evaluator',
  section: 'evaluators',
  operations: {
    create: 'CreateEvaluator',
    get: 'GetEvaluator',
    list: 'ListEvaluators',
    update: 'UpdateEvaluator',
    delete: 'DeleteEvaluator',
  },
  arn: { resource: 'evaluator/*' },
  regionsWithout: WITHOUT_EVALUATIONS,
  nameMember: 'evaluatorName',
  idMember: 'evaluatorId',
  idRequestMember: 'evaluatorId',
  arnMember: 'evaluatorArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'failureReason',
  listMember: 'evaluators',
  listShowsChanges: true,
  // Its members are optional, and AWS does not say that an update clears what it leaves out.
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  // The guide: "Updates are not allowed if the evaluator has been used by any enabled evaluation configuration."
  lock: {
    member: 'lockedForModification',
    reason:
      'AWS changes no evaluator that an online evaluation uses while that is ENABLED. Set executionStatus: DISABLED there until this change is made, or give the evaluator another name.',
  },
  refusedMembers: {
    kmsKeyArn:
      'Gateloop has no right to use a key for evaluators. Remove the line: AWS encrypts with its own key.',
  },
  clientToken: ['create', 'update'],
  outputs: ['evaluatorId', 'evaluatorArn'],
};
