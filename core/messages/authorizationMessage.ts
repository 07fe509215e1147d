import type { Asked, ConsentReason, RecordAsked } from '../authorization/asked.ts';
import { inWords, reaches, withoutYes } from '../authorization/pageText.ts';
import type { AuthorizationRequest, Round } from '../authorization/request.ts';
import { expiryOf } from '../authorization/rounds.ts';
import { type Message, subjectOf } from './message.ts';

/** Asks a person, or reminds them, in words that need no knowledge of gateways. */
export function authorizationMessage(request: AuthorizationRequest, round: Round, link: string): Message {
  const { workspace, asked } = request;
  const subject = subjectOf(`${prefix(round)}${headline(asked)}`);
  const text = [
    ...opening(round, request),
    ...what(asked, workspace),
    '',
    'Open this link and say yes or no:',
    link,
    '',
    `The link stays good until ${inWords(expiryOf(request))}, until it is used, or until nothing asks for it any more. It is meant for you: whoever has it can answer in your place.`,
    '',
    `If nobody answers: ${withoutYes(asked)}`,
  ].join('\n');
  return { subject, text, link, about: { workspace, event: 'authorization-required' } };
}

function prefix(round: Round): string {
  if (round === 'ask') return 'Gateloop: ';
  return round === 'escalate' ? 'Gateloop, nobody has answered: ' : 'Gateloop, a reminder: ';
}

function headline(asked: Asked): string {
  switch (asked.kind) {
    case 'consent':
      return `your consent is needed for ${asked.gateway}/${asked.target}`;
    case 'approval':
      return `may the tools of ${asked.gateway}/${asked.target} change?`;
    case 'record':
      return `may ${asked.name} enter the registry?`;
  }
}

function opening(round: Round, { askedAt }: AuthorizationRequest): string[] {
  if (round === 'ask') return [];
  if (round === 'escalate')
    return [
      `The owner was asked on ${inWords(askedAt)} and has not answered, so you are asked as the second contact.`,
      '',
    ];
  return [`You were asked on ${inWords(askedAt)}, and nobody has answered yet.`, ''];
}

function what(asked: Asked, workspace: string): string[] {
  switch (asked.kind) {
    case 'consent': {
      const { gateway, target, endpoint, scopes, reason } = asked;
      return [
        `The gateway "${gateway}" of the workspace "${workspace}" gives tools to AI agents. It wants to use "${target}"${endpoint ? ` (${endpoint})` : ''} on your behalf. ${whyNow[reason]}`,
        ...(scopes.length > 0 ? [`It asks for: ${scopes.join(', ')}.`] : []),
      ];
    }
    case 'approval': {
      const { gateway, target, total, changes, unknown } = asked;
      const breaking = changes.filter((change) => change.breaking).length;
      const makes = `It makes ${total} ${total === 1 ? 'change' : 'changes'} to what agents can do there${breaking > 0 ? `, ${breaking} of which may break agents that work today` : ''}.`;
      return [
        `Somebody uploaded a new schema for "${target}" of the gateway "${gateway}" in the workspace "${workspace}". ${unknown === undefined ? makes : `What changes cannot be told. ${unknown}`}`,
        ...changes.slice(0, 5).map(({ message }) => `- ${message}`),
        ...(total > 5 ? ['- … and more, on the page.'] : []),
      ];
    }
    case 'record':
      return aboutRecord(asked);
  }
}

function aboutRecord({
  name,
  registryId,
  descriptorType,
  facts,
  drawnBy,
  difference,
}: RecordAsked): string[] {
  const changes = difference?.changes ?? [];
  return [
    `"${name}" (${descriptorType}) was submitted to the registry ${registryId} and waits for approval.`,
    ...(facts.server === undefined ? [] : [`Server address: ${facts.server}`]),
    ...(drawnBy.length === 0 ? [] : [reaches({ drawnBy })]),
    ...(difference ? [`Changes since the approved version: ${difference.total}.`] : []),
    ...changes.slice(0, 5).map(({ what, kind }) => `- ${what}: ${kind}`),
    ...(changes.length > 5 ? ['- … and more, on the page.'] : []),
  ];
}

const whyNow: Readonly<Record<ConsentReason, string>> = {
  create: 'It is new.',
  update: 'Its settings have changed, and every change needs a consent of its own.',
  sync: 'Its list of tools is to be brought up to date, which needs a consent each time.',
};
