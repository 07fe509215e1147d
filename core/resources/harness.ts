import type { ResourceKind } from './resourceKind.ts';

export const harness: ResourceKind = {
  kind: 'harness',
  section: 'harnesses',
  operations: {
    create: 'CreateHarness',
    get: 'GetHarness',
    list: 'ListHarnesses',
    update: 'UpdateHarness',
    delete: 'DeleteHarness',
  },
  nameMember: 'harnessName',
  idMember: 'harnessId',
  idRequestMember: 'harnessId',
  arnMember: 'arn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'failureReason',
  responseMember: 'harness',
  listMember: 'harnesses',
  update: 'patch',
  createOnlyMembers: [],
  clientToken: ['create', 'update'],
  outputs: ['harnessId', 'arn', 'harnessVersion'],
};
