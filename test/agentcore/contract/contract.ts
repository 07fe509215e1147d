import type { AgentCoreOptions } from '../../../local/agentcore/options.ts';
import type { ApiResponse, Subject } from './subject.ts';

/** How a refusal looks to a client. */
export interface ExpectedError {
  readonly error: string;
  readonly message?: RegExp;
  /** A field that the ValidationException must name. */
  readonly field?: string;
}

interface Row {
  readonly title: string;
  /** What must be there first; its result is handed to `input`. */
  readonly given?: (subject: Subject) => Promise<Record<string, string>>;
  readonly input: object | ((given: Readonly<Record<string, string>>, subject: Subject) => object);
  /** How the emulator is set up; on AWS such a row is skipped, as is one that needs the emulator. */
  readonly options?: Partial<AgentCoreOptions>;
  readonly needsEmulator?: boolean;
}

/** A call that the service takes, and what it answers at least. */
export interface AcceptedRow extends Row {
  readonly answers?: object;
  /** What is true afterwards. */
  readonly afterwards?: (
    subject: Subject,
    answer: ApiResponse,
    given: Readonly<Record<string, string>>,
  ) => Promise<void> | void;
}

/** A call that the service refuses. */
export interface RejectedRow extends Row {
  readonly refusal: ExpectedError;
}

/** What one operation takes and what it refuses. */
export interface OperationContract {
  readonly operation: string;
  readonly accepted: readonly AcceptedRow[];
  readonly refused: readonly RejectedRow[];
}

export const invalid = (field: string, message?: RegExp): ExpectedError => ({
  error: 'ValidationException',
  field,
  ...(message && { message }),
});
export const conflict = (message?: RegExp): ExpectedError => ({
  error: 'ConflictException',
  ...(message && { message }),
});
export const missing: ExpectedError = { error: 'ResourceNotFoundException' };
export const quotaExceeded: ExpectedError = { error: 'ServiceQuotaExceededException' };

/** Reads until the resource is in one of the statuses. */
export async function waitForStatus(
  subject: Subject,
  operation: string,
  input: object,
  ...statuses: readonly string[]
): Promise<ApiResponse> {
  const statusOf = (answer: ApiResponse) => String(Object(answer.harness ?? answer).status);
  return subject.until(
    () => subject.call(operation, input),
    (answer) => statuses.includes(statusOf(answer)),
  );
}

/** Reads until the resource is gone. */
export async function waitUntilDeleted(subject: Subject, operation: string, input: object): Promise<void> {
  await subject.until(
    () =>
      subject.call(operation, input).catch((error: Error) => {
        if (error.name === 'ResourceNotFoundException') return { gone: true };
        throw error;
      }),
    (answer) => answer.gone === true,
  );
}
