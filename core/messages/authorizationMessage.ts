import { parseAddress } from '../address.ts';
import {
  deletionCount,
  formatUtcTime,
  importNotice,
  recordRequestVerb,
  refusalEffect,
} from '../authorization/pageCopy.ts';
import { expiryTime } from '../authorization/reminderSchedule.ts';
import type { AuthorizationRequest, NotificationStage } from '../authorization/request.ts';
import type {
  ApprovalSubject,
  AuthorizationReason,
  RecordSubject,
  RequestSubject,
} from '../authorization/requestSubject.ts';
import { counted } from '../text/counted.ts';
import { type Message, plainMessage } from './message.ts';

/** @returns the message that asks a person, reminds them, or escalates; it needs no knowledge of gateways */
export function authorizationMessage(
  request: AuthorizationRequest,
  stage: NotificationStage,
  link: string,
): Message {
  const { workspace, subject: requestSubject } = request;
  const lines = [
    ...introductionLines(stage, request),
    // Above all untrusted text, so that none of it can stand for the link.
    'Open this link and say yes or no:',
    link,
    '',
    ...requestLines(request),
    '',
    `The link is valid until ${formatUtcTime(expiryTime(request))}, until it is used, or until the request is withdrawn. It is meant for you: anyone who has the link can answer in your place.`,
    '',
    `If nobody answers: ${refusalEffect(requestSubject)}`,
  ];
  return plainMessage({
    subject: `${subjectPrefix(stage)}${headline(requestSubject)}`,
    lines,
    link,
    about: { workspace, event: 'authorization-required' },
  });
}

function subjectPrefix(stage: NotificationStage): string {
  if (stage === 'ask') return 'Gateloop: ';
  return stage === 'escalate' ? 'Gateloop, nobody has answered: ' : 'Gateloop, a reminder: ';
}

function headline(subject: RequestSubject): string {
  switch (subject.kind) {
    case 'authorization':
      return subject.of
        ? `your consent is needed for the registry record ${subject.target}`
        : `your consent is needed for ${subject.gateway}/${subject.target}`;
    case 'approval':
      return `may the tools of ${subject.gateway}/${subject.target} change?`;
    case 'deletion':
      return `may ${deletionCount(subject)} be deleted?`;
    case 'record':
      return `may ${subject.name} ${recordRequestVerb(subject)} the registry?`;
  }
}

function introductionLines(stage: NotificationStage, { askedAt }: AuthorizationRequest): string[] {
  if (stage === 'ask') return [];
  if (stage === 'escalate')
    return [
      `The owner was asked on ${formatUtcTime(askedAt)} and has not answered. You get this message as the second contact.`,
      '',
    ];
  return [`You were asked on ${formatUtcTime(askedAt)}, and nobody has answered yet.`, ''];
}

function requestLines({ subject, workspace, address }: AuthorizationRequest): string[] {
  switch (subject.kind) {
    case 'authorization': {
      const { gateway, target, of, endpoint, scopes, reason } = subject;
      const asked = scopes.length > 0 ? [`It asks for: ${scopes.join(', ')}.`] : [];
      if (of)
        return [
          `The workspace "${workspace}" publishes "${target}" in a registry, which reads it from ${endpoint ?? 'its source'}. The registry needs your consent to read it there.`,
          ...asked,
        ];
      return [
        `The gateway "${gateway}" of the workspace "${workspace}" gives tools to AI agents. It wants to use "${target}"${endpoint ? ` (${endpoint})` : ''} on your behalf. ${authorizationReasonTexts[reason]}`,
        ...asked,
      ];
    }
    case 'approval': {
      const { gateway, target, total, changes, unknown, listedBy, breaking = 0 } = subject;
      const effect = `It makes ${counted(total, 'change')} to what agents can do there${breaking > 0 ? `, ${breaking} of which may break agents that work today` : ''}.`;
      return [
        `${approvalCause(listedBy, target, gateway, workspace)} ${unknown === undefined ? effect : `The changes are unknown. ${unknown}`}`,
        ...changes.slice(0, 5).map(({ message }) => `- ${message}`),
        ...(total > 5 ? ['- … and more, on the page.'] : []),
      ];
    }
    case 'deletion': {
      const { resources, total } = subject;
      return [
        `An upload to the workspace "${workspace}" deletes ${deletionCount(subject)}. Agents that use them today will miss them.`,
        ...resources
          .slice(0, 5)
          .map(({ address, tools }) => `- ${address}${tools > 0 ? `, ${counted(tools, 'tool')}` : ''}`),
        ...(total > 5 ? ['- … and more, on the page.'] : []),
      ];
    }
    case 'record':
      return recordLines(subject, parseAddress(address).name);
  }
}

/** Who has made the change that a person is asked about. */
function approvalCause(
  listedBy: ApprovalSubject['listedBy'],
  target: string,
  gateway: string,
  workspace: string,
): string {
  return listedBy === 'server'
    ? `The MCP server behind "${target}" of the gateway "${gateway}" in the workspace "${workspace}" lists other tools than agents have. Nobody uploaded this change: the server made it.`
    : `A new schema for "${target}" of the gateway "${gateway}" was uploaded to the workspace "${workspace}".`;
}

function recordLines(
  { name, registryId, descriptorType, facts, importedBy, difference }: RecordSubject,
  registry: string,
): string[] {
  const changes = difference?.changes ?? [];
  return [
    `The record "${name}" (${descriptorType}) was submitted to the registry "${registry}" (${registryId}) and waits for approval.`,
    ...(facts.server === undefined ? [] : [`Server address: ${facts.server}`]),
    ...(importedBy.length === 0 ? [] : [importNotice({ importedBy })]),
    ...(difference ? [`Changes since the approved version: ${difference.total}.`] : []),
    ...changes.slice(0, 5).map(({ label, kind }) => `- ${label}: ${kind}`),
    ...(changes.length > 5 ? ['- … and more, on the page.'] : []),
  ];
}

const authorizationReasonTexts: Readonly<Record<AuthorizationReason, string>> = {
  create: 'It is new.',
  update:
    'Its settings are to change, and every change needs a new consent. Until you go on, Gateloop changes nothing.',
  sync: 'Its list of tools needs an update, and every update needs a new consent.',
};
