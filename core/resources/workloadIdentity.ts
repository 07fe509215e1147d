import type { ResourceKind } from './resourceKind.ts';

/**
 * The identity of an agent that runs elsewhere. Those of gateways and agent runtimes are the service's own. An identity has no
 * id: the API uses its name instead. Its responses have no status, because it is ready at once.
 */
export const workloadIdentity: ResourceKind = {
  kind: 'workloadIdentity',
  section: 'workloadIdentities',
  operations: {
    create: 'CreateWorkloadIdentity',
    get: 'GetWorkloadIdentity',
    list: 'ListWorkloadIdentities',
    update: 'UpdateWorkloadIdentity',
    delete: 'DeleteWorkloadIdentity',
  },
  arn: {
    resource: 'workload-identity-directory/default/workload-identity/*',
    directory: 'workload-identity-directory/default',
  },
  quota: 11_000,
  pageSize: 20,
  servesAgents: true,
  nameMember: 'name',
  idMember: 'name',
  idRequestMember: 'name',
  arnMember: 'workloadIdentityArn',
  updatedAtMember: 'lastUpdatedTime',
  reasonMember: 'failureReason',
  listMember: 'workloadIdentities',
  update: 'put',
  tags: 'changeable',
  createOnlyMembers: [],
  clientToken: [],
  outputs: ['name', 'workloadIdentityArn'],
};
