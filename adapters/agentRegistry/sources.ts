import type {
  StaticListSchema,
  StaticMapSchema,
  StaticSimpleSchema,
  StaticStructureSchema,
  StaticUnionSchema,
} from '@smithy/types';
import { n0 } from './namespace.ts';

export const CustomParameterMap: StaticMapSchema = [2, n0, 'CustomParameterMap', 8, 0, 0];

export const DescriptorData: StaticSimpleSchema = [0, n0, 'DescriptorData', 8, 0];

export interface DescriptorSource {
  fromUrl?: DescriptorSourceFromUrl | undefined;
}
export const DescriptorSource$: StaticStructureSchema = [
  3,
  n0,
  'DescriptorSource',
  0,
  ['fromUrl'],
  [() => DescriptorSourceFromUrl$],
];

export interface DescriptorSourceFromUrl {
  url: string | undefined;
  credentialProviderConfigurations?: RegistryRecordCredentialProviderConfiguration[] | undefined;
}
export const DescriptorSourceFromUrl$: StaticStructureSchema = [
  3,
  n0,
  'DescriptorSourceFromUrl',
  0,
  ['url', 'credentialProviderConfigurations'],
  [0, () => RegistryRecordCredentialProviderConfigurationList],
  1,
];

export interface RegistryRecordCredentialProviderConfiguration {
  credentialProviderType: RegistryRecordCredentialProviderType | undefined;
  credentialProvider: RegistryRecordCredentialProviderUnion | undefined;
}
export const RegistryRecordCredentialProviderConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'RegistryRecordCredentialProviderConfiguration',
  0,
  ['credentialProviderType', 'credentialProvider'],
  [0, () => RegistryRecordCredentialProviderUnion$],
  2,
];

export const RegistryRecordCredentialProviderConfigurationList: StaticListSchema = [
  1,
  n0,
  'RegistryRecordCredentialProviderConfigurationList',
  0,
  () => RegistryRecordCredentialProviderConfiguration$,
];

export type RegistryRecordCredentialProviderType = 'IAM' | 'OAUTH';

export type RegistryRecordCredentialProviderUnion =
  | RegistryRecordCredentialProviderUnion.OauthCredentialProviderMember
  | RegistryRecordCredentialProviderUnion.IamCredentialProviderMember
  | RegistryRecordCredentialProviderUnion.$UnknownMember;
export declare namespace RegistryRecordCredentialProviderUnion {
  interface OauthCredentialProviderMember {
    oauthCredentialProvider: RegistryRecordOAuthCredentialProvider;
    iamCredentialProvider?: never;
    $unknown?: never;
  }
  interface IamCredentialProviderMember {
    oauthCredentialProvider?: never;
    iamCredentialProvider: RegistryRecordIamCredentialProvider;
    $unknown?: never;
  }
  interface $UnknownMember {
    oauthCredentialProvider?: never;
    iamCredentialProvider?: never;
    $unknown: [string, unknown];
  }
}
export const RegistryRecordCredentialProviderUnion$: StaticUnionSchema = [
  4,
  n0,
  'RegistryRecordCredentialProviderUnion',
  0,
  ['oauthCredentialProvider', 'iamCredentialProvider'],
  [() => RegistryRecordOAuthCredentialProvider$, () => RegistryRecordIamCredentialProvider$],
];

export interface RegistryRecordIamCredentialProvider {
  roleArn?: string | undefined;
  service?: string | undefined;
  region?: string | undefined;
}
export const RegistryRecordIamCredentialProvider$: StaticStructureSchema = [
  3,
  n0,
  'RegistryRecordIamCredentialProvider',
  0,
  ['roleArn', 'service', 'region'],
  [0, 0, 0],
];

export interface RegistryRecordOAuthCredentialProvider {
  providerArn: string | undefined;
  grantType?: RegistryRecordOAuthGrantType | undefined;
  scopes?: string[] | undefined;
  customParameters?: Record<string, string> | undefined;
  returnUrl?: string | undefined;
}
export const RegistryRecordOAuthCredentialProvider$: StaticStructureSchema = [
  3,
  n0,
  'RegistryRecordOAuthCredentialProvider',
  0,
  ['providerArn', 'grantType', 'scopes', 'customParameters', 'returnUrl'],
  [0, 0, 64, () => CustomParameterMap, 0],
  1,
];

export type RegistryRecordOAuthGrantType = 'AUTHORIZATION_CODE' | 'CLIENT_CREDENTIALS';

export interface UpdatedDataSchemaVersion {
  optionalValue?: string | undefined;
}
export const UpdatedDataSchemaVersion$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedDataSchemaVersion',
  0,
  ['optionalValue'],
  [0],
];

export interface UpdatedDescriptorData {
  optionalValue?: string | undefined;
}
export const UpdatedDescriptorData$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedDescriptorData',
  0,
  ['optionalValue'],
  [() => DescriptorData],
];

export interface UpdatedDescriptorSource {
  optionalValue?: DescriptorSource | undefined;
}
export const UpdatedDescriptorSource$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedDescriptorSource',
  0,
  ['optionalValue'],
  [() => DescriptorSource$],
];
