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

/** What every command says of these, whatever it asked AWS for. */
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
    what: 'AWS rejects these credentials: the secret key is not that of the access key.',
    remedy: LOG_IN_OR_CHOOSE,
  },
  ECONNREFUSED: {
    what: 'Nothing answers at the endpoint.',
    remedy: 'Check the endpoint, and that what listens there still runs.',
  },
  ENOTFOUND: {
    what: 'AWS cannot be reached from here: its name is not known.',
    remedy: 'Check the network and the Region.',
  },
};

/**
 * @param more what a command's own requests can run into, by the error's name
 * @returns an error that says what to do, where it is one that can be expected; else the error itself
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

/** S3 answers a HEAD, and some refusals, without a body that would name the error. */
function namelessCode(error: Error): string {
  const status = Object(Object(error).$metadata).httpStatusCode;
  return status === 403 ? 'AccessDenied' : status === 301 ? 'PermanentRedirect' : '';
}

/** IAM's own words name the action and the resource. */
function denied({ name, message }: Error): Explanation | undefined {
  return /^AccessDenied/.test(name)
    ? {
        what: `AWS does not allow this: ${message}`,
        remedy: 'Have the action allowed, or name another AWS_PROFILE.',
      }
    : undefined;
}

const HOW_TO_FIND_BUCKET =
  'See: aws cloudformation describe-stacks --stack-name gateloop-main --query "Stacks[].Outputs[?OutputKey==\'SpecBucketName\'].OutputValue"';

/** @returns an error that says what to do, where a push to this bucket can run into it; else the error itself */
export function explainedBucketError(error: unknown, bucket: string): unknown {
  const elsewhere = { what: `${bucket} is in another Region.`, remedy: 'Set AWS_REGION to its own.' };
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
      remedy: '--policy prints what is needed.',
    },
    PermanentRedirect: elsewhere,
    AuthorizationHeaderMalformed: elsewhere,
    ECONNREFUSED: { what: 'Nothing answers at the endpoint.', remedy: 'Check that npm start still runs.' },
  });
}

/** An environment that commands of operators cannot find. */
export function notDeployed(environment: string): Explanation {
  return {
    what: `There is no environment ${environment} in this account and Region.`,
    remedy: 'Name another with --env, or set AWS_REGION or AWS_PROFILE.',
  };
}
