import type { Contact } from '../manifest/owners.ts';
import { openGuardrails, type WorkspaceGuardrails } from './guardrails.ts';
import { GUARDRAILS_VERSION } from './guardrailValues.ts';

/**
 * Writes the guardrails of one workspace as a file of guardrails. It names no other workspace, so that a team which plans may
 * read it.
 */
export function guardrailsFile({ approve, ...guardrails }: WorkspaceGuardrails): string {
  const { least, by } = approve;
  const approval = { least, ...(by && { by: by.contacts.map(contactFields) }) };
  return JSON.stringify({ version: GUARDRAILS_VERSION, defaults: { ...guardrails, approve: approval } });
}

function contactFields({ channel, address }: Contact) {
  return { [channel]: address };
}

/** A file that allows everything: where the guardrails of the bucket are not known yet, and in tests of other rules. */
export const openGuardrailsFile = guardrailsFile(openGuardrails);
