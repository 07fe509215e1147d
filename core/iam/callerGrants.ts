import { safeGuardrails } from '../guardrails/guardrails.ts';
import type { Bounds } from './bounds.ts';

/**
 * What AgentCore may use with Gateloop's permissions for the resources of manifests. The settings of the deployment name it,
 * and IAM allows nothing else.
 */
export interface CallerGrants {
  /** Patterns of the names of roles that manifests may give to gateways, runtimes and built-in tools. */
  readonly passedRoles: readonly string[];
  /** Stages of REST APIs that targets may export, as `<id of the API>/<stage>`. */
  readonly restApis: readonly string[];
  /** Buckets with the code of runtimes, and with schemas and certificates that manifests name by URI. */
  readonly sourceBuckets: readonly SourceBucket[];
  /** ARNs of KMS keys that may encrypt gateways. */
  readonly gatewayKeys: readonly string[];
  /** ARNs of KMS keys that may encrypt the token vault. */
  readonly tokenVaultKeys: readonly string[];
  readonly privateEndpoints: PrivateEndpoints;
  readonly bounds: Bounds;
}

/** `any` where no IAM bounds it, as on the embedded AWS. */
export type GivenGrants = CallerGrants | 'any';

export interface SourceBucket {
  readonly bucket: string;
  /** The beginning of the keys that AgentCore may read. All keys, if absent. */
  readonly prefix?: string;
  /** The ARN of the KMS key that encrypts the bucket, if it is a customer managed key. */
  readonly keyArn?: string;
}

/** Where private endpoints of gateways, targets and providers may lie. */
export interface PrivateEndpoints {
  /** Ids of subnets, for endpoints that AgentCore manages. */
  readonly subnets: readonly string[];
  /** Ids of security groups, for endpoints that AgentCore manages. */
  readonly securityGroups: readonly string[];
  /** ARNs of VPC Lattice resource configurations, for endpoints that the account manages. */
  readonly resourceConfigurations: readonly string[];
}

const { authorizerTypes } = safeGuardrails;

/** Every role whose name says what it is for, no gateway that anybody may call, and nothing that a setting has to name. */
export const defaultGrants: CallerGrants = {
  passedRoles: ['*-gateway', '*-runtime', '*-harness'],
  restApis: [],
  sourceBuckets: [],
  gatewayKeys: [],
  tokenVaultKeys: [],
  privateEndpoints: { subnets: [], securityGroups: [], resourceConfigurations: [] },
  bounds: authorizerTypes === 'any' ? {} : { gatewayAuthorizerTypes: authorizerTypes },
};
