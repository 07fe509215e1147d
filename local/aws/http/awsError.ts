import { GateloopError } from '../../../core/errors.ts';

/** An error as a service of AWS answers it: a code that SDK clients turn into an exception's name, and a status. */
export class AwsError extends GateloopError {
  /** The HTTP status: 4xx is the caller's fault, 5xx the service's. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(code, message, { retryable: status >= 500 || status === 429 });
    this.status = status;
  }
}
