import type { ResourceForms, ResourceKind } from './resourceKind.ts';

const COMMIT_MESSAGE = 'Set by Gateloop to what the manifest says.';

/** An update makes a version, and names the one that it follows: a version that came in between makes it fail. */
const forms: ResourceForms = {
  members: [],
  updateMembers: ['parentVersionIds', 'commitMessage', 'branchName', 'createdBy'],
  fromResponse: (shown) => shown,
  toUpdate: (input, { versionId = '' }) => ({
    ...input,
    parentVersionIds: [versionId],
    commitMessage: COMMIT_MESSAGE,
  }),
};

/** Configurations of agents' components, by which evaluations compare variants. The manifest has the newest version of mainline. */
export const configurationBundle: ResourceKind = {
  kind: 'configurationBundle',
  section: 'configurationBundles',
  operations: {
    create: 'CreateConfigurationBundle',
    get: 'GetConfigurationBundle',
    list: 'ListConfigurationBundles',
    update: 'UpdateConfigurationBundle',
    delete: 'DeleteConfigurationBundle',
  },
  arn: { resource: 'configuration-bundle/*' },
  quota: 1000,
  nameMember: 'bundleName',
  idMember: 'bundleId',
  idRequestMember: 'bundleId',
  arnMember: 'bundleArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'failureReason',
  listMember: 'bundles',
  forms,
  // Its members are optional, and AWS does not say that an update clears what it leaves out.
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  refusedMembers: {
    branchName: 'Gateloop keeps the newest version of mainline. Remove the line.',
    commitMessage: 'Gateloop writes the message of each version itself. Remove the line.',
    createdBy: 'Gateloop does not say who makes a version: CloudTrail does. Remove the field.',
    kmsKeyArn:
      'Gateloop has no right to use a key for configuration bundles. Remove the line: AWS encrypts with its own key.',
  },
  clientToken: ['create', 'update'],
  outputs: ['bundleId', 'bundleArn', 'versionId'],
};
