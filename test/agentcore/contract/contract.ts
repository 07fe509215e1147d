import { defined } from '../../../core/objects.ts';
import type { AgentCoreOptions } from '../../../local/agentcore/options.ts';
import type { ApiResponse, Subject } from './subject.ts';

/** The ids and other values that a row's set-up produces. */
export type Fixture = Readonly<Record<string, string>>;

export interface ExpectedError {
  /** The error's name in the API. */
  readonly code: string;
  readonly message?: RegExp;
  /** A field that the ValidationException must name. */
  readonly field?: string;
}

/** Checks the effect of an accepted request. */
type Verify = (subject: Subject, response: ApiResponse, fixture: Fixture) => Promise<void> | void;

interface ContractRow {
  readonly title: string;
  /** Creates the resources that the request needs. */
  readonly setUp?: (subject: Subject) => Promise<Fixture>;
  readonly input: object | ((fixture: Fixture, subject: Subject) => object);
  /** Options of the emulator. On AWS, a row with options is skipped. */
  readonly options?: Partial<AgentCoreOptions>;
  /** On AWS, the row is skipped. */
  readonly needsEmulator?: boolean;
}

/** A request that the service accepts. */
export interface AcceptedRow extends ContractRow {
  /** The members that the response must have at least. */
  readonly expectedResponse?: object;
  readonly verify?: Verify;
}

/** A request that the service rejects. */
export interface RejectedRow extends ContractRow {
  readonly expectedError: ExpectedError;
}

/** The requests that one operation accepts and rejects. */
export interface OperationContract {
  readonly operation: string;
  readonly accepted: readonly AcceptedRow[];
  readonly rejected: readonly RejectedRow[];
}

export const invalid = (field: string, message?: RegExp): ExpectedError => ({
  code: 'ValidationException',
  field,
  ...(message && { message }),
});
export const conflict = (message?: RegExp): ExpectedError => ({
  code: 'ConflictException',
  ...(message && { message }),
});
export const notFound: ExpectedError = { code: 'ResourceNotFoundException' };
export const quotaExceeded: ExpectedError = { code: 'ServiceQuotaExceededException' };

/** A JWT authorizer with a custom claim that no operator of its type compares. */
export const mismatchedClaims = {
  customJWTAuthorizer: {
    discoveryUrl: 'https://example.com/.well-known/openid-configuration',
    customClaims: [
      {
        inboundTokenClaimName: 'role',
        inboundTokenClaimValueType: 'STRING',
        authorizingClaimMatchValue: {
          claimMatchOperator: 'CONTAINS_ANY',
          claimMatchValue: { matchValueStringList: ['admin'] },
        },
      },
    ],
  },
};
export const invalidClaims = invalid('authorizerConfiguration.customJWTAuthorizer.customClaims', /STRING/);

/** Emulator options that make an operation end in its failed status. */
export const failing = (operation: string, reason?: string): Partial<AgentCoreOptions> => ({
  faults: [defined({ fault: 'fail' as const, operation, reason })],
});

/** Checks that the resource that the fixture identifies reaches a status. */
export const reachesStatus =
  (operation: string, status: string): Verify =>
  async (subject, _response, fixture) => {
    await waitForStatus(subject, operation, fixture, status);
  };

/** Checks that the resource that the fixture identifies is deleted. */
export const isDeleted =
  (operation: string): Verify =>
  (subject, _response, fixture) =>
    waitUntilDeleted(subject, operation, fixture);

/** Polls until the resource is in one of the statuses. */
export async function waitForStatus(
  subject: Subject,
  operation: string,
  input: object,
  ...statuses: readonly string[]
): Promise<ApiResponse> {
  const statusOf = (response: ApiResponse) =>
    String(Object(response.harness ?? response.memory ?? response).status);
  return subject.until(
    () => subject.call(operation, input),
    (response) => statuses.includes(statusOf(response)),
  );
}

/** Polls until the resource no longer exists. */
export async function waitUntilDeleted(subject: Subject, operation: string, input: object): Promise<void> {
  await subject.until(
    () =>
      subject.call(operation, input).catch((error: Error) => {
        if (error.name === 'ResourceNotFoundException') return { isDeleted: true };
        throw error;
      }),
    (response) => response.isDeleted === true,
  );
}
