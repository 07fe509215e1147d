import { defined } from './objects.ts';

/**
 * The names of what outlives a stack, if the deployment keeps its data. The stack gives them, the next deployment imports by
 * them, and `gateloop destroy` finds by them what remains.
 *
 * An environment is at most 16 characters of `[a-z0-9-]`, so that the longest bucket name stays within 63.
 */
export function specBucketName(environment: string, account: string, region: string): string {
  return `gateloop-${environment}-spec-${account}-${region}`;
}

/** The environment of what no stack made: the embedded AWS, and a bucket of the user's own. */
export const LOCAL_ENVIRONMENT = 'local';

/** @returns the environment in the name of a stack's spec bucket */
export function environmentOfBucket(bucket: string): string {
  return bucketPlace(bucket).environment ?? LOCAL_ENVIRONMENT;
}

/** What `specBucketName` makes. */
const STACK_BUCKET = /^gateloop-([a-z0-9-]+)-spec-(\d{12})-([a-z]{2}(?:-[a-z]+)+-\d)$/;

/** @returns environment, account and Region in the name of a stack's bucket; empty for other names */
export function bucketPlace(bucket: string): { environment?: string; account?: string; region?: string } {
  const [, environment, account, region] = STACK_BUCKET.exec(bucket) ?? [];
  return defined({ environment, account, region });
}

/** @returns the name of the bucket with the access log of a spec bucket */
export function accessLogBucketName(specBucket: string): string {
  return `${specBucket}-log`;
}

export function ledgerTableName(environment: string): string {
  return `gateloop-${environment}-ledger`;
}

/** @returns the name of the secret with the key that signs webhook calls */
export function signingKeySecretName(environment: string): string {
  return `gateloop/${environment}/webhook-signing-key`;
}

/** @returns the prefix of the names of secrets with tokens for gateways; the workspace and the gateway follow */
export function watchTokenPrefix(environment: string): string {
  return `gateloop/${environment}/watch/`;
}

/** @returns the name of the log group of a function; with an empty name, the prefix of all of an environment */
export function functionLogGroupName(environment: string, functionName: string): string {
  return `/gateloop/${environment}/${functionName}`;
}

/** @returns the name of the log group with the events of an environment's bus */
export function eventLogGroupName(environment: string): string {
  return deliveredLogGroupName(environment, 'events');
}

/**
 * The name of a log group that a service delivers to; with an empty name, the prefix of all of an environment. A service
 * adds each log group to one resource policy, whose 5,120 characters are soon full; groups below `/aws/vendedlogs/` share
 * one entry.
 */
export function deliveredLogGroupName(environment: string, name: string): string {
  return `/aws/vendedlogs/gateloop/${environment}/${name}`;
}
