import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Address } from '../../core/address.ts';
import {
  type ApproverPolicy,
  type Identity,
  isAuthorizedApprover,
} from '../../core/authorization/approver.ts';
import type { AuthorizationRequest, RequestState } from '../../core/authorization/request.ts';
import { requestOutcome } from '../../core/authorization/request.ts';
import type { RequestSubject } from '../../core/authorization/requestSubject.ts';
import { defined } from '../../core/objects.ts';
import { type RequestDetails, readRequestDetails } from '../../core/storage/requestDetails.ts';
import type { ReadableStore } from '../../core/storage/storedDocument.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { explainedAwsError } from '../awsErrors.ts';
import { CommandError } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import type { FollowPorts } from '../push/progressDisplay.ts';
import type { RequestTo } from '../request/destination.ts';
import { putEvent } from '../request/putEvent.ts';
import { findRequest, type RequestSearch } from './findRequest.ts';
import { requestText } from './requestText.ts';

export interface AnswerOptions {
  /** A reference or its start, an id, or a durable link. */
  readonly id: string;
  readonly to: RequestTo;
  /** Absent to show the request only. */
  readonly answer?: 'approved' | 'refused';
  readonly reason?: string;
  readonly json: boolean;
}

export interface AnswerSystem extends RequestSearch {
  readonly store: ReadableStore;
  readonly events: EventBridgeClient;
  readonly bus: string;
  /** The base URL of the pages, without a slash at the end; absent where the deployment does not say it. */
  readonly pagesUrl?: string;
  readonly answersFrom: ApproverPolicy;
  readonly identity: () => Promise<Identity>;
}

/** The result of the command, as `--json` prints it. */
export interface AnswerResult {
  readonly exitCode: number;
  /** The reference of the request. */
  readonly request: string;
  readonly workspace: string;
  readonly address: Address;
  readonly kind: RequestSubject['kind'];
  readonly state: RequestState;
  readonly by?: string;
  readonly reason?: string;
  /** The page on which a person consents. Every holder of the link can answer. */
  readonly link?: string;
}

/** A step closes a request within seconds; after a failure, the workflow tries it again for some minutes. In ms. */
const TIMEOUT_MS = 3 * 60_000;

/**
 * Shows or answers a request.
 *
 * @throws CommandError `InvalidOption`, `NotAllowed`, `RequestClosed`, `DetailsMissing`, `NotFollowed`, `AwsTrouble`
 */
export async function answer(
  options: AnswerOptions,
  ports: AnswerSystem & FollowPorts,
): Promise<AnswerResult> {
  try {
    return await answerRequest(options, ports);
  } catch (error) {
    throw explainedAwsError(error);
  }
}

async function answerRequest(
  { id, answer: outcome, reason }: AnswerOptions,
  ports: AnswerSystem & FollowPorts,
): Promise<AnswerResult> {
  const { screen } = ports;
  const request = await findRequest(id, ports);
  const details = await readDetails(request, ports.store);
  if (outcome === undefined) {
    screen.say(requestText(request, details));
    return resultOf(request);
  }
  const { reference, subject } = request;
  const identity = await ports.identity();
  checkApprover(request, identity, ports);
  if (requestOutcome(request) !== undefined) throw closedAlready(request);
  if (subject.kind === 'authorization' && outcome === 'approved') return printLink(request, ports);
  if (outcome === 'approved' && details === undefined)
    throw new CommandError('DetailsMissing', {
      what: 'What you would approve cannot be read, so that no yes is taken.',
      where: reference,
      remedy: 'Try again in a minute. If nothing has changed then, refuse it: the next upload asks again.',
    });
  screen.say(requestText(request, details));
  const detail = { request: reference, outcome, by: identity.name, ...defined({ reason }) };
  await putEvent({ bus: ports.bus, detailType: 'Authorization Completed', detail }, ports.events);
  const closed = await untilClosed(reference, ports);
  if (requestOutcome(closed) !== (outcome === 'approved' ? 'completed' : 'refused'))
    throw closedAlready(closed);
  screen.say(`${closed.state === 'completed' ? 'Approved' : 'Refused'} as ${terminalText(identity.name)}.`);
  return resultOf(closed);
}

/** The policy of the pages: the command opens no way around the login before them. */
function checkApprover(
  request: AuthorizationRequest,
  identity: Identity,
  { answersFrom }: Pick<AnswerSystem, 'answersFrom'>,
): void {
  if (isAuthorizedApprover(request, identity, answersFrom)) return;
  throw new CommandError('NotAllowed', {
    what: `Only the recipients of this request may answer it (answersFrom: owners), and ${identity.name} is not known as one.`,
    where: request.reference,
    remedy:
      'Open the link from the message as one of them. AWS vouches for an e-mail address only where IAM Identity Center has logged the person in.',
  });
}

function printLink(
  request: AuthorizationRequest,
  { screen, pagesUrl }: AnswerSystem & FollowPorts,
): AnswerResult {
  if (pagesUrl === undefined)
    throw new CommandError('LinkUnknown', {
      what: 'A consent is given on the login page of the provider, and the address of the pages is not known.',
      where: request.reference,
      remedy: 'Open the link from the message.',
    });
  const link = `${pagesUrl}/authorizations/${request.id}`;
  screen.say('A consent is given on the login page of the provider. Whoever has this link can open it:');
  screen.say(link);
  return { ...resultOf(request), exitCode: exitCodes.awaiting, link };
}

/** @returns undefined where all that an answer covers cannot be read; nothing is to read for a consent */
async function readDetails(
  { subject }: AuthorizationRequest,
  store: ReadableStore,
): Promise<RequestDetails | undefined> {
  if (subject.kind === 'authorization' || !subject.details) return undefined;
  return readRequestDetails(subject.details, store);
}

async function untilClosed(
  reference: string,
  { ledger, pause, now }: AnswerSystem & FollowPorts,
): Promise<AuthorizationRequest> {
  const end = now() + TIMEOUT_MS;
  while (now() < end) {
    const stored = await ledger.readRequest(reference);
    if (stored && requestOutcome(stored.request) !== undefined) return stored.request;
    await pause();
  }
  throw new CommandError('NotFollowed', {
    what: 'The answer was sent, but no step has taken it.',
    where: reference,
    remedy: 'Look at the executions of the workflow registry-approvals, and at the dead letters.',
  });
}

function closedAlready(request: AuthorizationRequest): CommandError {
  const { reference, state, closedBy, reason } = request;
  const by = closedBy === undefined ? '' : ` by ${closedBy}`;
  return new CommandError('RequestClosed', {
    what: `The request is closed already: ${state}${by}${reason === undefined ? '' : ` (${reason})`}.`,
    where: reference,
    remedy: 'If an answer is still needed, Gateloop has opened another request.',
  });
}

function resultOf(request: AuthorizationRequest): AnswerResult {
  const { reference, workspace, address, subject, state, closedBy: by, reason } = request;
  const parts = { request: reference, workspace, address, kind: subject.kind, state };
  return { exitCode: exitCodes.done, ...parts, ...defined({ by, reason }) };
}
