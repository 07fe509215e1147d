import { GateloopError } from '../core/errors.ts';

/** What every command says of these, whatever it asked AWS for. */
const explanations: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'There are no AWS credentials. Log in (aws sso login), or name a profile with AWS_PROFILE.',
  ExpiredToken: 'The AWS credentials have expired. Log in again.',
  ExpiredTokenException: 'The AWS credentials have expired. Log in again.',
  InvalidAccessKeyId: 'AWS does not know these credentials. Log in again, or name another AWS_PROFILE.',
  InvalidClientTokenId: 'AWS does not know these credentials. Log in again, or name another AWS_PROFILE.',
  UnrecognizedClientException:
    'AWS does not know these credentials. Log in again, or name another AWS_PROFILE.',
  SignatureDoesNotMatch: 'AWS does not take these credentials: the secret key is not that of the access key.',
  ECONNREFUSED: 'Nothing answers there. Is the endpoint right, and does what listens there still run?',
  ENOTFOUND:
    'AWS cannot be reached from here: its name is not known. Is the network there, and the Region right?',
};

/**
 * @param more what a command's own requests can run into, by the error's name
 * @returns an error that says what to do, where it is one that can be expected; else the error itself
 */
export function explainedAwsError(error: unknown, more: Readonly<Record<string, string>> = {}): unknown {
  if (!(error instanceof Error) || error instanceof GateloopError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const known = { ...explanations, ...more };
  const explained =
    known[error.name] ??
    known[code] ??
    known[namelessCode(error)] ??
    (/Region is missing/.test(error.message) ? 'No Region is set. Set AWS_REGION.' : denied(error));
  return explained === undefined ? error : new GateloopError('AwsTrouble', explained, { cause: error });
}

/** S3 answers a HEAD, and some refusals, without a body that would name the error. */
function namelessCode(error: Error): string {
  const status = Object(Object(error).$metadata).httpStatusCode;
  return status === 403 ? 'AccessDenied' : status === 301 ? 'PermanentRedirect' : '';
}

/** IAM's own words name the action and the resource. */
function denied({ name, message }: Error): string | undefined {
  return /^AccessDenied/.test(name) ? `AWS does not allow this: ${message}` : undefined;
}
