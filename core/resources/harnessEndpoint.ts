import type { ResourceKind } from './resourceKind.ts';

/** An endpoint of a harness, which serves one of its versions. It has no id: the API uses its name instead. */
export const harnessEndpoint: ResourceKind = {
  kind: 'harnessEndpoint',
  section: 'endpoints',
  parent: 'harness',
  operations: {
    create: 'CreateHarnessEndpoint',
    get: 'GetHarnessEndpoint',
    list: 'ListHarnessEndpoints',
    update: 'UpdateHarnessEndpoint',
    delete: 'DeleteHarnessEndpoint',
  },
  quota: 10,
  servesAgents: true,
  nameMember: 'endpointName',
  idMember: 'endpointName',
  idRequestMember: 'endpointName',
  arnMember: 'arn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'failureReason',
  responseMember: 'endpoint',
  listMember: 'endpoints',
  // The API model: "If not specified, the existing value is retained."
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  serviceNames: ['DEFAULT'],
  version: {
    member: 'targetVersion',
    ofParent: 'harnessVersion',
    live: 'liveVersion',
    target: 'targetVersion',
  },
  outputMembers: { targetVersion: 'liveVersion' },
  clientToken: ['create', 'update'],
  outputs: ['arn', 'liveVersion'],
};
