import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of configuration bundles.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on configuration bundles.
 */
export const configurationBundles: ConstraintTable = {
  values: {
    BranchName: { pattern: '[a-zA-Z][a-zA-Z0-9_/-]{0,127}', min: 1, max: 128 },
    ComponentConfigurationMap: { key: 'ComponentIdentifier' },
    ComponentIdentifier: { pattern: '[a-zA-Z][a-zA-Z0-9_:/.\\-]{0,2047}', min: 1, max: 2048 },
    ConfigurationBundleDescription: { pattern: '.+', min: 1, max: 500 },
    ConfigurationBundleId: { pattern: '[a-zA-Z][a-zA-Z0-9-_]{0,99}-[a-zA-Z0-9]{10}' },
    ConfigurationBundleName: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,99}' },
    ConfigurationBundleVersion: { pattern: '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}' },
    ConfigurationBundleVersionList: { element: 'ConfigurationBundleVersion' },
    CreateConfigurationBundleRequestCommitMessageString: { min: 1, max: 500 },
    ListConfigurationBundlesRequestMaxResultsInteger: { min: 1, max: 100, integer: true },
    UpdateConfigurationBundleRequestCommitMessageString: { min: 1, max: 500 },
  },
  members: {
    CreateConfigurationBundleRequest: {
      clientToken: 'ClientToken',
      bundleName: 'ConfigurationBundleName',
      description: 'ConfigurationBundleDescription',
      components: 'ComponentConfigurationMap',
      branchName: 'BranchName',
      commitMessage: 'CreateConfigurationBundleRequestCommitMessageString',
      kmsKeyArn: 'KmsKeyArn',
      tags: 'TagsMap',
    },
    DeleteConfigurationBundleRequest: { bundleId: 'ConfigurationBundleId' },
    GetConfigurationBundleRequest: { bundleId: 'ConfigurationBundleId', branchName: 'BranchName' },
    ListConfigurationBundlesRequest: { maxResults: 'ListConfigurationBundlesRequestMaxResultsInteger' },
    UpdateConfigurationBundleRequest: {
      clientToken: 'ClientToken',
      bundleId: 'ConfigurationBundleId',
      bundleName: 'ConfigurationBundleName',
      description: 'ConfigurationBundleDescription',
      components: 'ComponentConfigurationMap',
      parentVersionIds: 'ConfigurationBundleVersionList',
      branchName: 'BranchName',
      commitMessage: 'UpdateConfigurationBundleRequestCommitMessageString',
      kmsKeyArn: 'KmsKeyArn',
    },
  },
};
