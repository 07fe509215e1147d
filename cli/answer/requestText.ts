import { pageCopy } from '../../core/authorization/pageCopy.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { requestOutcome } from '../../core/authorization/request.ts';
import type { DeletedResource } from '../../core/authorization/requestSubject.ts';
import type { RecordChange } from '../../core/registry/diffRecords.ts';
import type { RequestDetails } from '../../core/storage/requestDetails.ts';
import { terminalText } from '../../core/text/encoders.ts';
import type { ToolChange } from '../../core/toolContracts/compareTools.ts';
import type { SchemaMember } from '../../core/toolContracts/schemaMembers.ts';
import type { SettingChange } from '../../core/toolContracts/toolContract.ts';

/**
 * The text of a request's page for a terminal, with all that an answer covers.
 *
 * @param details undefined for a consent, and where they cannot be read
 */
export function requestText(request: AuthorizationRequest, details: RequestDetails | undefined): string {
  const { title, paragraphs } = pageCopy({ name: 'waiting', request });
  const { workspace, reference, state, closedBy, reason } = request;
  const closed = requestOutcome(request) && [
    `Closed: ${[state, closedBy && `by ${closedBy}`, reason].filter(Boolean).join(', ')}.`,
  ];
  return [
    title,
    ...paragraphs.map((paragraph) => `  ${paragraph}`),
    `  Workspace ${workspace}, request ${reference}.`,
    ...(details === undefined ? [] : detailLines(details).map((line) => `  ${line}`)),
    ...(closed ?? []),
  ]
    .map(terminalText)
    .join('\n');
}

function detailLines(details: RequestDetails): string[] {
  switch (details.kind) {
    case 'approval':
      return [...details.changes.flatMap(toolChangeLines), ...(details.settings ?? []).flatMap(settingLines)];
    case 'deletion':
      return details.resources.flatMap(deletedLines);
    case 'record':
      return [
        ...(details.difference?.changes ?? []).flatMap(recordChangeLines),
        'The whole submission:',
        ...indented(details.submission),
      ];
  }
}

function toolChangeLines(change: ToolChange): string[] {
  const { message, breaking, before, after, membersBefore = [], membersAfter = [] } = change;
  return [
    `- ${message}${breaking ? ' It may break agents.' : ''}`,
    ...valueLines(before, after),
    ...membersBefore.map((member) => `    before: ${memberText(member)}`),
    ...membersAfter.map((member) => `    after: ${memberText(member)}`),
  ];
}

function memberText({ side, path, type, isRequired, description, values, rules }: SchemaMember): string {
  const parts = [description, values && `one of ${values}`, rules && `rules ${rules}`].filter(Boolean);
  return `${side} ${path || '(whole)'}, ${type}${isRequired ? ', required' : ''}${parts.length > 0 ? `: ${parts.join('; ')}` : ''}`;
}

function settingLines({ path, before, after }: SettingChange): string[] {
  return [`- setting ${path}`, ...valueLines(before, after)];
}

function deletedLines({ address, tools, unknown, replacedBy }: DeletedResource): string[] {
  return [
    `- ${address}${replacedBy === undefined ? '' : `, which ${replacedBy} replaces`}`,
    ...tools.map((tool) => `    tool ${tool}`),
    ...(unknown === undefined ? [] : [`    Not all of its tools are known. ${unknown}`]),
  ];
}

function recordChangeLines({ kind, label, before, after }: RecordChange): string[] {
  return [`- ${label}: ${kind}`, ...valueLines(before, after)];
}

function valueLines(before: string | undefined, after: string | undefined): string[] {
  return [
    ...(before === undefined ? [] : ['    before:', ...indented(before)]),
    ...(after === undefined ? [] : ['    after:', ...indented(after)]),
  ];
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `      ${line}`);
}
