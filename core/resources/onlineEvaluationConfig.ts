import { WITHOUT_EVALUATIONS } from './regions.ts';
import type { ResourceKind } from './resourceKind.ts';

/** Rates the answers of agents while they work: which traces are looked at, by which evaluators, and under which role. */
export const onlineEvaluationConfig: ResourceKind = {
  kind: 'onlineEvaluationConfig',
  section: 'onlineEvaluationConfigs',
  operations: {
    create: 'CreateOnlineEvaluationConfig',
    get: 'GetOnlineEvaluationConfig',
    list: 'ListOnlineEvaluationConfigs',
    update: 'UpdateOnlineEvaluationConfig',
    delete: 'DeleteOnlineEvaluationConfig',
  },
  // The guide names no narrower resource, and the calls name evaluators.
  arn: { resource: 'online-evaluation-config/*', others: ['evaluator/*'] },
  quota: 1000,
  roleMember: 'evaluationExecutionRoleArn',
  regionsWithout: WITHOUT_EVALUATIONS,
  nameMember: 'onlineEvaluationConfigName',
  deletedBefore: ['evaluator'],
  idMember: 'onlineEvaluationConfigId',
  idRequestMember: 'onlineEvaluationConfigId',
  arnMember: 'onlineEvaluationConfigArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'failureReason',
  listMember: 'onlineEvaluationConfigs',
  listShowsChanges: true,
  // Its members are optional, and AWS does not say that an update clears what it leaves out.
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  createdFrom: {
    enableOnCreate: { member: 'executionStatus', values: { ENABLED: true, DISABLED: false } },
  },
  refusedMembers: {
    enableOnCreate:
      'Only the creation has this field. Write executionStatus: ENABLED or executionStatus: DISABLED: Gateloop creates it so, and tells of later changes.',
  },
  // The model: "Default is 15 minutes."
  serviceDefaults: { rule: { sessionConfig: { sessionTimeoutMinutes: 15 } } },
  // The service names a log group after the id.
  unknownDefaults: ['outputConfig'],
  clientToken: ['create', 'update'],
  outputs: ['onlineEvaluationConfigId', 'onlineEvaluationConfigArn'],
};
