import type { StaticListSchema, StaticStructureSchema, StaticUnionSchema } from '@smithy/types';
import { n0 } from './namespace.ts';

export type AuthorizerConfiguration =
  | AuthorizerConfiguration.CustomJWTAuthorizerMember
  | AuthorizerConfiguration.$UnknownMember;
export declare namespace AuthorizerConfiguration {
  interface CustomJWTAuthorizerMember {
    customJWTAuthorizer: CustomJWTAuthorizerConfiguration;
    $unknown?: never;
  }
  interface $UnknownMember {
    customJWTAuthorizer?: never;
    $unknown: [string, unknown];
  }
}
export const AuthorizerConfiguration$: StaticUnionSchema = [
  4,
  n0,
  'AuthorizerConfiguration',
  0,
  ['customJWTAuthorizer'],
  [() => CustomJWTAuthorizerConfiguration$],
];

export interface AuthorizingClaimMatchValueType {
  claimMatchValue: ClaimMatchValueType | undefined;
  claimMatchOperator: ClaimMatchOperatorType | undefined;
}
export const AuthorizingClaimMatchValueType$: StaticStructureSchema = [
  3,
  n0,
  'AuthorizingClaimMatchValueType',
  0,
  ['claimMatchValue', 'claimMatchOperator'],
  [() => ClaimMatchValueType$, 0],
  2,
];

export type ClaimMatchOperatorType = 'CONTAINS' | 'CONTAINS_ANY' | 'EQUALS';

export type ClaimMatchValueType =
  | ClaimMatchValueType.MatchValueStringMember
  | ClaimMatchValueType.MatchValueStringListMember
  | ClaimMatchValueType.$UnknownMember;
export declare namespace ClaimMatchValueType {
  interface MatchValueStringMember {
    matchValueString: string;
    matchValueStringList?: never;
    $unknown?: never;
  }
  interface MatchValueStringListMember {
    matchValueString?: never;
    matchValueStringList: string[];
    $unknown?: never;
  }
  interface $UnknownMember {
    matchValueString?: never;
    matchValueStringList?: never;
    $unknown: [string, unknown];
  }
}
export const ClaimMatchValueType$: StaticUnionSchema = [
  4,
  n0,
  'ClaimMatchValueType',
  0,
  ['matchValueString', 'matchValueStringList'],
  [0, 64],
];

export interface CustomClaimValidationType {
  inboundTokenClaimName: string | undefined;
  inboundTokenClaimValueType: InboundTokenClaimValueType | undefined;
  authorizingClaimMatchValue: AuthorizingClaimMatchValueType | undefined;
}
export const CustomClaimValidationType$: StaticStructureSchema = [
  3,
  n0,
  'CustomClaimValidationType',
  0,
  ['inboundTokenClaimName', 'inboundTokenClaimValueType', 'authorizingClaimMatchValue'],
  [0, 0, () => AuthorizingClaimMatchValueType$],
  3,
];

export const CustomClaimValidationsType: StaticListSchema = [
  1,
  n0,
  'CustomClaimValidationsType',
  0,
  () => CustomClaimValidationType$,
];

export interface CustomJWTAuthorizerConfiguration {
  discoveryUrl: string | undefined;
  allowedAudience?: string[] | undefined;
  allowedClients?: string[] | undefined;
  allowedScopes?: string[] | undefined;
  customClaims?: CustomClaimValidationType[] | undefined;
  privateEndpoint?: PrivateEndpoint | undefined;
  privateEndpointOverrides?: PrivateEndpointOverride[] | undefined;
}
export const CustomJWTAuthorizerConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'CustomJWTAuthorizerConfiguration',
  0,
  [
    'discoveryUrl',
    'allowedAudience',
    'allowedClients',
    'allowedScopes',
    'customClaims',
    'privateEndpoint',
    'privateEndpointOverrides',
  ],
  [0, 64, 64, 64, () => CustomClaimValidationsType, () => PrivateEndpoint$, () => PrivateEndpointOverrides],
  1,
];

export type EndpointIpAddressType = 'IPV4' | 'IPV6';

export type InboundTokenClaimValueType = 'STRING' | 'STRING_ARRAY';

export interface ManagedVpcResource {
  vpcIdentifier: string | undefined;
  subnetIds: string[] | undefined;
  endpointIpAddressType: EndpointIpAddressType | undefined;
  securityGroupIds?: string[] | undefined;
  tags?: Record<string, string> | undefined;
  routingDomain?: string | undefined;
}
export const ManagedVpcResource$: StaticStructureSchema = [
  3,
  n0,
  'ManagedVpcResource',
  0,
  ['vpcIdentifier', 'subnetIds', 'endpointIpAddressType', 'securityGroupIds', 'tags', 'routingDomain'],
  [0, 64, 0, 64, 128, 0],
  3,
];

export type PrivateEndpoint =
  | PrivateEndpoint.SelfManagedLatticeResourceMember
  | PrivateEndpoint.ManagedVpcResourceMember
  | PrivateEndpoint.$UnknownMember;
export declare namespace PrivateEndpoint {
  interface SelfManagedLatticeResourceMember {
    selfManagedLatticeResource: SelfManagedLatticeResource;
    managedVpcResource?: never;
    $unknown?: never;
  }
  interface ManagedVpcResourceMember {
    selfManagedLatticeResource?: never;
    managedVpcResource: ManagedVpcResource;
    $unknown?: never;
  }
  interface $UnknownMember {
    selfManagedLatticeResource?: never;
    managedVpcResource?: never;
    $unknown: [string, unknown];
  }
}
export const PrivateEndpoint$: StaticUnionSchema = [
  4,
  n0,
  'PrivateEndpoint',
  0,
  ['selfManagedLatticeResource', 'managedVpcResource'],
  [() => SelfManagedLatticeResource$, () => ManagedVpcResource$],
];

export interface PrivateEndpointOverride {
  domain: string | undefined;
  privateEndpoint: PrivateEndpoint | undefined;
}
export const PrivateEndpointOverride$: StaticStructureSchema = [
  3,
  n0,
  'PrivateEndpointOverride',
  0,
  ['domain', 'privateEndpoint'],
  [0, () => PrivateEndpoint$],
  2,
];

export const PrivateEndpointOverrides: StaticListSchema = [
  1,
  n0,
  'PrivateEndpointOverrides',
  0,
  () => PrivateEndpointOverride$,
];

export type SelfManagedLatticeResource =
  | SelfManagedLatticeResource.ResourceConfigurationIdentifierMember
  | SelfManagedLatticeResource.$UnknownMember;
export declare namespace SelfManagedLatticeResource {
  interface ResourceConfigurationIdentifierMember {
    resourceConfigurationIdentifier: string;
    $unknown?: never;
  }
  interface $UnknownMember {
    resourceConfigurationIdentifier?: never;
    $unknown: [string, unknown];
  }
}
export const SelfManagedLatticeResource$: StaticUnionSchema = [
  4,
  n0,
  'SelfManagedLatticeResource',
  0,
  ['resourceConfigurationIdentifier'],
  [0],
];
