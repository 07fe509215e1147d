import { explainedAwsError } from '../awsTrouble.ts';

const HOW_TO_FIND =
  'See: aws cloudformation describe-stacks --stack-name gateloop-main --query "Stacks[].Outputs[?OutputKey==\'SpecBucketName\'].OutputValue"';

/** @returns an error that says what to do, where it is one that whoever pushes can run into; else the error itself */
export function explainedError(error: unknown, bucket: string): unknown {
  const elsewhere = `${bucket} is in another Region. Set AWS_REGION to its own.`;
  return explainedAwsError(error, {
    CredentialsProviderError:
      'There are no AWS credentials. Log in (aws sso login), name a profile with AWS_PROFILE, or push with --local to a running npm start.',
    NoSuchBucket: `There is no bucket ${bucket}. Was it deployed, and is this the right environment and account? ${HOW_TO_FIND}`,
    AccessDenied: `Access to ${bucket} was denied: it belongs to another account, or the policy does not allow this workspace. --policy prints what is needed.`,
    PermanentRedirect: elsewhere,
    AuthorizationHeaderMalformed: elsewhere,
    ECONNREFUSED: 'Nothing answers there. Does npm start still run?',
  });
}
