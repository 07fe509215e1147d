import { GateloopError } from '../../../core/errors.ts';

/** An error response of an AWS service: a code, which SDK clients use as the exception's name, and a status. */
export class AwsError extends GateloopError {
  /** The HTTP status: 4xx is the caller's fault, 5xx the service's. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(code, message, { retryable: status >= 500 || status === 429 });
    this.status = status;
  }
}
