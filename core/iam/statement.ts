/** A statement of an IAM policy. It allows, unless it says otherwise. */
export interface Statement {
  readonly effect?: 'Deny';
  /** Such as `s3:GetObject`. */
  readonly actions: readonly string[];
  /** ARNs, or patterns of them. */
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
}

/** Values by condition key, by operator, such as `{ StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }`. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What IAM decides about: one action on one resource, with the values of the condition keys that the request has. */
export interface AuthorizationRequest {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}
