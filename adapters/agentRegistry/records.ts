import type {
  DocumentType,
  StaticSimpleSchema,
  StaticStructureSchema,
  StaticUnionSchema,
} from '@smithy/types';
import { type Descriptors, Descriptors$ } from './descriptors.ts';
import { n0 } from './namespace.ts';
import { type Provenance, ProvenanceList } from './provenance.ts';
import {
  type CustomMetadataSchemaComplianceStatus,
  Description,
  type RecordType,
  type RegistryRecordStatus,
} from './shared.ts';

export const ArtifactContent: StaticSimpleSchema = [0, n0, 'ArtifactContent', 8, 21];

/** The authorization that a person must complete. Only the answers of create and update have it. */
export type AuthorizationData = AuthorizationData.Oauth2Member | AuthorizationData.$UnknownMember;
export declare namespace AuthorizationData {
  interface Oauth2Member {
    oauth2: OAuth2AuthorizationData;
    $unknown?: never;
  }
  interface $UnknownMember {
    oauth2?: never;
    $unknown: [string, unknown];
  }
}
export const AuthorizationData$: StaticUnionSchema = [
  4,
  n0,
  'AuthorizationData',
  0,
  ['oauth2'],
  [() => OAuth2AuthorizationData$],
];

export interface CreateRegistryRecordRequest {
  registryId: string | undefined;
  name: string | undefined;
  recordType: RecordType | undefined;
  descriptors: Descriptors | undefined;
  displayName?: string | undefined;
  description?: string | undefined;
  artifact?: RegistryRecordArtifactUpload | undefined;
  recordVersion?: string | undefined;
  clientToken?: string | undefined;
  provenance?: Provenance[] | undefined;
  customMetadata?: DocumentType | undefined;
  tags?: Record<string, string> | undefined;
}
export const CreateRegistryRecordRequest$: StaticStructureSchema = [
  3,
  n0,
  'CreateRegistryRecordRequest',
  0,
  [
    'registryId',
    'name',
    'recordType',
    'descriptors',
    'displayName',
    'description',
    'artifact',
    'recordVersion',
    'clientToken',
    'provenance',
    'customMetadata',
    'tags',
  ],
  [
    [0, 1],
    0,
    0,
    () => Descriptors$,
    0,
    () => Description,
    () => RegistryRecordArtifactUpload$,
    0,
    [0, 4],
    () => ProvenanceList,
    () => CustomMetadataDocument,
    128,
  ],
  4,
];

export interface CreateRegistryRecordResponse {
  recordArn: string | undefined;
  status: RegistryRecordStatus | undefined;
  authorizationData?: AuthorizationData | undefined;
}
export const CreateRegistryRecordResponse$: StaticStructureSchema = [
  3,
  n0,
  'CreateRegistryRecordResponse',
  0,
  ['recordArn', 'status', 'authorizationData'],
  [0, 0, () => AuthorizationData$],
  2,
];

export const CustomMetadataDocument: StaticSimpleSchema = [0, n0, 'CustomMetadataDocument', 8, 15];

export interface DeleteRegistryRecordRequest {
  registryId: string | undefined;
  recordId: string | undefined;
}
export const DeleteRegistryRecordRequest$: StaticStructureSchema = [
  3,
  n0,
  'DeleteRegistryRecordRequest',
  0,
  ['registryId', 'recordId'],
  [
    [0, 1],
    [0, 1],
  ],
  2,
];

export type DeleteRegistryRecordResponse = object;
export const DeleteRegistryRecordResponse$: StaticStructureSchema = [
  3,
  n0,
  'DeleteRegistryRecordResponse',
  0,
  [],
  [],
];

export interface GetRegistryRecordRequest {
  registryId: string | undefined;
  recordId: string | undefined;
}
export const GetRegistryRecordRequest$: StaticStructureSchema = [
  3,
  n0,
  'GetRegistryRecordRequest',
  0,
  ['registryId', 'recordId'],
  [
    [0, 1],
    [0, 1],
  ],
  2,
];

export interface GetRegistryRecordResponse {
  registryArn: string | undefined;
  recordArn: string | undefined;
  recordId: string | undefined;
  name: string | undefined;
  recordType: RecordType | undefined;
  status: RegistryRecordStatus | undefined;
  createdAt: Date | undefined;
  updatedAt: Date | undefined;
  displayName?: string | undefined;
  description?: string | undefined;
  descriptors?: Descriptors | undefined;
  recordVersion?: string | undefined;
  statusReason?: string | undefined;
  provenance?: Provenance[] | undefined;
  createdByAutoDetection?: boolean | undefined;
  createdBy?: string | undefined;
  customMetadata?: DocumentType | undefined;
  customMetadataSchemaComplianceStatus?: CustomMetadataSchemaComplianceStatus | undefined;
  artifact?: RegistryRecordArtifactDownload | undefined;
  synchronizedSource?: RegistryRecordSynchronizedSource | undefined;
}
export const GetRegistryRecordResponse$: StaticStructureSchema = [
  3,
  n0,
  'GetRegistryRecordResponse',
  0,
  [
    'registryArn',
    'recordArn',
    'recordId',
    'name',
    'recordType',
    'status',
    'createdAt',
    'updatedAt',
    'displayName',
    'description',
    'descriptors',
    'recordVersion',
    'statusReason',
    'provenance',
    'createdByAutoDetection',
    'createdBy',
    'customMetadata',
    'customMetadataSchemaComplianceStatus',
    'artifact',
    'synchronizedSource',
  ],
  [
    0,
    0,
    0,
    0,
    0,
    0,
    5,
    5,
    0,
    () => Description,
    () => Descriptors$,
    0,
    0,
    () => ProvenanceList,
    2,
    0,
    () => CustomMetadataDocument,
    0,
    () => RegistryRecordArtifactDownload$,
    () => RegistryRecordSynchronizedSource$,
  ],
  8,
];

export interface GitHubSynchronizedSource {
  url: string | undefined;
  synchronizedAt: Date | undefined;
  commitId: string | undefined;
}
export const GitHubSynchronizedSource$: StaticStructureSchema = [
  3,
  n0,
  'GitHubSynchronizedSource',
  0,
  ['url', 'synchronizedAt', 'commitId'],
  [() => SynchronizedSourceUrl, 5, 0],
  3,
];

export interface OAuth2AuthorizationData {
  authorizationUrl: string | undefined;
  userId?: string | undefined;
  authorizationAttemptId?: string | undefined;
  expiresAt?: Date | undefined;
}
export const OAuth2AuthorizationData$: StaticStructureSchema = [
  3,
  n0,
  'OAuth2AuthorizationData',
  0,
  ['authorizationUrl', 'userId', 'authorizationAttemptId', 'expiresAt'],
  [() => OAuthAuthorizationUrl, () => OAuthUserId, 0, 5],
  1,
];

export const OAuthAuthorizationUrl: StaticSimpleSchema = [0, n0, 'OAuthAuthorizationUrl', 8, 0];

export const OAuthUserId: StaticSimpleSchema = [0, n0, 'OAuthUserId', 8, 0];

export const PresignedDownloadUrl: StaticSimpleSchema = [0, n0, 'PresignedDownloadUrl', 8, 0];

export interface RegistryRecordArtifactDownload {
  sha256?: string | undefined;
  downloadUrl?: string | undefined;
}
export const RegistryRecordArtifactDownload$: StaticStructureSchema = [
  3,
  n0,
  'RegistryRecordArtifactDownload',
  0,
  ['sha256', 'downloadUrl'],
  [0, () => PresignedDownloadUrl],
];

export interface RegistryRecordArtifactUpload {
  content: Uint8Array | undefined;
  sha256?: string | undefined;
}
export const RegistryRecordArtifactUpload$: StaticStructureSchema = [
  3,
  n0,
  'RegistryRecordArtifactUpload',
  0,
  ['content', 'sha256'],
  [() => ArtifactContent, 0],
  1,
];

export type RegistryRecordSynchronizedSource =
  | RegistryRecordSynchronizedSource.S3Member
  | RegistryRecordSynchronizedSource.GitHubMember
  | RegistryRecordSynchronizedSource.$UnknownMember;
export declare namespace RegistryRecordSynchronizedSource {
  interface S3Member {
    s3: S3SynchronizedSource;
    gitHub?: never;
    $unknown?: never;
  }
  interface GitHubMember {
    s3?: never;
    gitHub: GitHubSynchronizedSource;
    $unknown?: never;
  }
  interface $UnknownMember {
    s3?: never;
    gitHub?: never;
    $unknown: [string, unknown];
  }
}
export const RegistryRecordSynchronizedSource$: StaticUnionSchema = [
  4,
  n0,
  'RegistryRecordSynchronizedSource',
  0,
  ['s3', 'gitHub'],
  [() => S3SynchronizedSource$, () => GitHubSynchronizedSource$],
];

export interface S3SynchronizedSource {
  url: string | undefined;
  synchronizedAt: Date | undefined;
  versionId?: string | undefined;
  eTag?: string | undefined;
}
export const S3SynchronizedSource$: StaticStructureSchema = [
  3,
  n0,
  'S3SynchronizedSource',
  0,
  ['url', 'synchronizedAt', 'versionId', 'eTag'],
  [() => SynchronizedSourceUrl, 5, 0, 0],
  2,
];

export const SynchronizedSourceUrl: StaticSimpleSchema = [0, n0, 'SynchronizedSourceUrl', 8, 0];
