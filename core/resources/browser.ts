import type { ResourceKind } from './resourceKind.ts';

/** A browser for agents, in its own network and with its own policies. AWS's browser, `aws.browser.v1`, is every account's. */
export const browser: ResourceKind = {
  kind: 'browser',
  section: 'browsers',
  operations: {
    create: 'CreateBrowser',
    get: 'GetBrowser',
    list: 'ListBrowsers',
    delete: 'DeleteBrowser',
  },
  arn: { resource: 'browser-custom/*' },
  quota: 1000,
  // The documentation says 50, and the model 100.
  pageSize: 50,
  roleMember: 'executionRoleArn',
  servesAgents: true,
  nameMember: 'name',
  idMember: 'browserId',
  idRequestMember: 'browserId',
  arnMember: 'browserArn',
  updatedAtMember: 'lastUpdatedAt',
  reasonMember: 'failureReason',
  listMember: 'browserSummaries',
  tags: 'changeable',
  createOnlyMembers: [],
  // AWS says of neither what a browser has that was made without it.
  unknownDefaults: ['recording', 'browserSigning'],
  clientToken: ['create'],
  outputs: ['browserId', 'browserArn'],
};
