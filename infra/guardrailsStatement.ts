import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { GUARDRAILS_KEY } from '../core/storage/keys.ts';

/** What makes, replaces or removes an object, one of its versions, or its tags. */
const WRITES = [
  's3:PutObject',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:DeleteObjectTagging',
  's3:DeleteObjectVersionTagging',
  's3:RestoreObject',
  's3:ReplicateObject',
  's3:ReplicateDelete',
];

/**
 * Denies everyone but the operators to write the guardrails, whatever other policies allow. Without operators, nobody may.
 * `ArnNotLike` holds as well where a request has no principal, so that one without credentials is denied.
 *
 * @param writers ARNs of roles and users, with `*` for what IAM Identity Center chooses
 */
export function guardrailsStatement(bucket: Bucket, writers: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'OnlyOperatorsWriteGuardrails',
    effect: Effect.DENY,
    actions: WRITES,
    principals: [new AnyPrincipal()],
    resources: [bucket.arnForObjects(GUARDRAILS_KEY)],
    ...(writers.length > 0 && { conditions: { ArnNotLike: { 'aws:PrincipalArn': writers } } }),
  });
}
