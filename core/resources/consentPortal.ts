import type { ResourceKind } from './resourceKind.ts';

/** A page of AWS's own on which people connect a gateway with accounts of theirs, before an agent asks for it. */
export const consentPortal: ResourceKind = {
  kind: 'consentPortal',
  section: 'consentPortals',
  operations: {
    create: 'CreateConsentPortal',
    get: 'GetConsentPortal',
    list: 'ListConsentPortals',
    update: 'UpdateConsentPortal',
    delete: 'DeleteConsentPortal',
  },
  arn: { resource: 'consent-portal/*' },
  nameMember: 'name',
  deletedBefore: ['gateway', 'oauth2CredentialProvider'],
  idMember: 'consentPortalId',
  idRequestMember: 'consentPortalIdentifier',
  arnMember: 'consentPortalArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReason',
  listMember: 'consentPortals',
  listShowsChanges: true,
  // Its members are optional, and AWS does not say that an update clears what it leaves out.
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [{ member: 'sources', reason: 'UpdateConsentPortal does not take it' }],
  clientToken: [],
  outputs: ['consentPortalId', 'consentPortalArn', 'portalUrl'],
};
