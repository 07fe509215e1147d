import { GateloopError } from '../../core/errors.ts';

/** What the errors of S3, and of the way there, mean to whoever pushes. */
const explanations: Readonly<Record<string, (bucket: string) => string>> = {
  CredentialsProviderError: () =>
    'There are no AWS credentials. Log in (aws sso login), name a profile with AWS_PROFILE, or push with --local to a running npm start.',
  ExpiredToken: () => 'The AWS credentials have expired. Log in again.',
  InvalidAccessKeyId: () => 'AWS does not know these credentials. Log in again, or name another AWS_PROFILE.',
  SignatureDoesNotMatch: () =>
    'AWS does not take these credentials: the secret key is not that of the access key.',
  NoSuchBucket: (bucket) =>
    `There is no bucket ${bucket}. Was it deployed, and is this the right environment and account? ${howToFind}`,
  AccessDenied: (bucket) =>
    `Access to ${bucket} was denied: it belongs to another account, or the policy does not allow this workspace. --policy prints what is needed.`,
  PermanentRedirect: (bucket) => `${bucket} is in another Region. Set AWS_REGION to its own.`,
  AuthorizationHeaderMalformed: (bucket) => `${bucket} is in another Region. Set AWS_REGION to its own.`,
  ECONNREFUSED: () => 'Nothing answers there. Does npm start still run?',
  ENOTFOUND: () =>
    'AWS cannot be reached from here: its name is not known. Is the network there, and the Region right?',
};

const howToFind =
  'See: aws cloudformation describe-stacks --stack-name gateloop-main --query "Stacks[].Outputs[?OutputKey==\'SpecBucketName\'].OutputValue"';

/** @returns an error that says what to do, where it is one that can be expected; else the error itself */
export function explainedError(error: unknown, bucket: string): unknown {
  if (!(error instanceof Error) || error instanceof GateloopError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const status = Object(Object(error).$metadata).httpStatusCode;
  // S3 answers a HEAD, and some refusals, without a body that would name the error.
  const named = status === 403 ? 'AccessDenied' : status === 301 ? 'PermanentRedirect' : '';
  const explain = explanations[error.name] ?? explanations[code] ?? explanations[named];
  if (explain) return new GateloopError('NotFollowed', explain(bucket), false, { cause: error });
  if (/Region is missing/.test(error.message))
    return new GateloopError('NotFollowed', 'No Region is set. Set AWS_REGION.', false, { cause: error });
  return error;
}
