import { GateloopError } from '../core/errors.ts';
import { CommandError } from './errorReport.ts';

interface Explanation {
  readonly what: string;
  readonly remedy?: string;
}

type Explanations = Readonly<Record<string, Explanation>>;

const LOG_IN_OR_CHOOSE = 'Log in again, or name another AWS_PROFILE.';
const unknownCredentials = { what: 'AWS does not know these credentials.', remedy: LOG_IN_OR_CHOOSE };
const expired = { what: 'The AWS credentials have expired.', remedy: 'Log in again.' };

/** Explanations of AWS errors that every command can meet, by the error's name or code. */
const explanations: Explanations = {
  CredentialsProviderError: {
    what: 'There are no AWS credentials.',
    remedy: 'Log in (aws sso login), or name a profile with AWS_PROFILE.',
  },
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  InvalidAccessKeyId: unknownCredentials,
  InvalidClientTokenId: unknownCredentials,
  UnrecognizedClientException: unknownCredentials,
  SignatureDoesNotMatch: {
    what: 'AWS rejects these credentials: the secret key does not belong to the access key.',
    remedy: LOG_IN_OR_CHOOSE,
  },
  ECONNREFUSED: {
    what: 'The endpoint does not respond.',
    remedy: 'Check the endpoint, and that its server still runs.',
  },
  ENOTFOUND: {
    what: 'AWS cannot be reached: its host name is unknown.',
    remedy: 'Check the network and the Region.',
  },
};

/**
 * @param more explanations of errors that only this command can meet, by the error's name
 * @returns a `CommandError` with a remedy for a known AWS error; any other error unchanged
 */
export function explainedAwsError(error: unknown, more: Explanations = {}): unknown {
  if (!(error instanceof Error) || error instanceof GateloopError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const known = { ...explanations, ...more };
  const explained =
    known[error.name] ??
    known[code] ??
    known[namelessCode(error)] ??
    (/Region is missing/.test(error.message)
      ? { what: 'No Region is set.', remedy: 'Set AWS_REGION.' }
      : denied(error));
  return explained === undefined ? error : new CommandError('AwsTrouble', { ...explained, cause: error });
}

/** S3 sends no error name with responses that have no body, such as those to HEAD: the status identifies the error. */
function namelessCode(error: Error): string {
  const status = Object(Object(error).$metadata).httpStatusCode;
  return status === 403 ? 'AccessDenied' : status === 301 ? 'PermanentRedirect' : '';
}

/** The message of IAM names the action and the resource. */
function denied({ name, message }: Error): Explanation | undefined {
  return /^AccessDenied/.test(name)
    ? {
        what: `AWS denied the request: ${message}`,
        remedy: 'Allow the action in IAM, or name another AWS_PROFILE.',
      }
    : undefined;
}

const HOW_TO_FIND_BUCKET =
  'See: aws cloudformation describe-stacks --stack-name gateloop-main --query "Stacks[].Outputs[?OutputKey==\'SpecBucketName\'].OutputValue"';

/** @returns a `CommandError` with a remedy for a known error of a push to this bucket; any other error unchanged */
export function explainedBucketError(error: unknown, bucket: string): unknown {
  const elsewhere = {
    what: `${bucket} is in another Region.`,
    remedy: 'Set AWS_REGION to the Region of the bucket.',
  };
  return explainedAwsError(error, {
    CredentialsProviderError: {
      what: 'There are no AWS credentials.',
      remedy:
        'Log in (aws sso login), name a profile with AWS_PROFILE, or push with --local to a running npm start.',
    },
    NoSuchBucket: {
      what: `There is no bucket ${bucket}.`,
      remedy: `Deploy the stack, or name another bucket, environment or account. ${HOW_TO_FIND_BUCKET}`,
    },
    AccessDenied: {
      what: `Access to ${bucket} was denied: it belongs to another account, or the policy does not allow this workspace.`,
      remedy: 'gateloop push --policy prints the required IAM policy.',
    },
    PermanentRedirect: elsewhere,
    AuthorizationHeaderMalformed: elsewhere,
    ECONNREFUSED: { what: 'The endpoint does not respond.', remedy: 'Check that npm start still runs.' },
  });
}

/** The explanation for an environment that is not deployed. */
export function notDeployed(environment: string): Explanation {
  return {
    what: `There is no environment ${environment} in this account and Region.`,
    remedy: 'Name another with --env, or set AWS_REGION or AWS_PROFILE.',
  };
}
