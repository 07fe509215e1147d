import type { ResourceKind } from './resourceKind.ts';

/** What browser sessions leave for later ones, such as cookies: sessions save to it while it is SAVING. */
export const browserProfile: ResourceKind = {
  kind: 'browserProfile',
  section: 'browserProfiles',
  operations: {
    create: 'CreateBrowserProfile',
    get: 'GetBrowserProfile',
    list: 'ListBrowserProfiles',
    delete: 'DeleteBrowserProfile',
  },
  arn: { resource: 'browser-profile/*' },
  quota: 100,
  holdsData: true,
  servesAgents: true,
  nameMember: 'name',
  idMember: 'profileId',
  idRequestMember: 'profileId',
  arnMember: 'profileArn',
  updatedAtMember: 'lastUpdatedAt',
  reasonMember: 'failureReason',
  listMember: 'profileSummaries',
  tags: 'changeable',
  createOnlyMembers: [],
  clientToken: ['create'],
  outputs: ['profileId', 'profileArn'],
};
