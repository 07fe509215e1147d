import type { ResourceKind } from './resourceKind.ts';

/** Examples that evaluations ask agents with. Of these, the manifest has the first ones alone: people and jobs change them. */
export const dataset: ResourceKind = {
  kind: 'dataset',
  section: 'datasets',
  operations: {
    create: 'CreateDataset',
    get: 'GetDataset',
    list: 'ListDatasets',
    update: 'UpdateDataset',
    delete: 'DeleteDataset',
  },
  arn: { resource: 'dataset/*' },
  holdsData: true,
  nameMember: 'datasetName',
  idMember: 'datasetId',
  idRequestMember: 'datasetId',
  arnMember: 'datasetArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'failureReason',
  listMember: 'datasets',
  listShowsChanges: true,
  // The model: "Only provided fields are updated; omitted fields remain unchanged."
  update: 'patch',
  tags: 'changeable',
  firstContent: ['source'],
  createOnlyMembers: [{ member: 'schemaType', reason: 'the service fixes it at creation' }],
  refusedMembers: {
    kmsKeyArn:
      'Gateloop has no right to use a key for datasets. Remove the line: AWS encrypts with its own key.',
  },
  clientToken: ['create', 'update'],
  outputs: ['datasetId', 'datasetArn'],
};
