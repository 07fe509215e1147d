import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of datasets.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on datasets.
 */
export const datasets: ConstraintTable = {
  values: {
    CreateDatasetRequestDescriptionString: { max: 200 },
    DatasetId: { pattern: '[a-zA-Z0-9_-]{1,110}' },
    DatasetName: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}' },
    DatasetSchemaType: {
      enum: [
        'AGENTCORE_EVALUATION_PREDEFINED_V1',
        'AGENTCORE_EVALUATION_SIMULATED_V1',
        'THIRD_PARTY_EVALUATION_V1',
      ],
    },
    DatasetVersion: { pattern: '(DRAFT|[0-9]+)' },
    InlineExamplesSourceExamplesList: { min: 1, max: 1000 },
    ListDatasetsRequestMaxResultsInteger: { min: 1, max: 100, integer: true },
    ListDatasetsRequestNextTokenString: { max: 2048 },
    S3Uri: { pattern: 's3://[a-z0-9][a-z0-9.\\-]{1,61}[a-z0-9]/.{1,1024}' },
    UpdateDatasetRequestDescriptionString: { max: 200 },
  },
  members: {
    InlineExamplesSource: { examples: 'InlineExamplesSourceExamplesList' },
    S3Source: { s3Uri: 'S3Uri' },
    CreateDatasetRequest: {
      clientToken: 'ClientToken',
      datasetName: 'DatasetName',
      description: 'CreateDatasetRequestDescriptionString',
      schemaType: 'DatasetSchemaType',
      kmsKeyArn: 'KmsKeyArn',
      tags: 'TagsMap',
    },
    DeleteDatasetRequest: { datasetId: 'DatasetId', datasetVersion: 'DatasetVersion' },
    GetDatasetRequest: { datasetId: 'DatasetId', datasetVersion: 'DatasetVersion' },
    ListDatasetsRequest: {
      nextToken: 'ListDatasetsRequestNextTokenString',
      maxResults: 'ListDatasetsRequestMaxResultsInteger',
    },
    UpdateDatasetRequest: {
      datasetId: 'DatasetId',
      clientToken: 'ClientToken',
      description: 'UpdateDatasetRequestDescriptionString',
    },
  },
};
