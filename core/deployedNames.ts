/** Stands for the environment in the names of the log groups of an `npm start`. */
export const LOCAL_LOGS = 'local';

/**
 * The names of what outlives a stack, if the deployment keeps its data. The stack gives them, the next deployment imports by
 * them, and `gateloop destroy` finds by them what remains.
 *
 * An environment is at most 16 characters of `[a-z0-9-]`, so that the longest bucket name stays within 63.
 */
export function specBucketName(environment: string, account: string, region: string): string {
  return `gateloop-${environment}-spec-${account}-${region}`;
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
