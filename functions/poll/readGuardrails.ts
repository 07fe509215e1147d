import { guardrailsFor, type WorkspaceGuardrails } from '../../core/guardrails/guardrails.ts';
import type { Problem } from '../../core/problem.ts';
import { sha256 } from '../../core/schemas/canonicalJson.ts';
import type { DesiredDocument } from '../../core/storage/desiredDocument.ts';
import { GUARDRAILS_KEY } from '../../core/storage/keys.ts';
import { logger, measure } from '../runtime/observability.ts';

/** What a workspace may use; absent where the operators' file has errors, which `problems` says. */
export interface GuardrailsReading {
  readonly guardrails?: WorkspaceGuardrails;
  readonly problems: readonly Problem[];
}

/** @returns what is part of a revision, so that a change of the guardrails checks every upload again */
export function guardrailsDigest(file: Uint8Array | undefined): string {
  return file ? sha256(file).slice(0, 16) : 'safe';
}

/**
 * Reads the guardrails of a workspace. Without a file the safe guardrails hold; a file with errors allows nothing, and the
 * operators are told.
 *
 * @param file the content of the operators' file
 */
export async function readGuardrails(
  workspace: string,
  file: Uint8Array | undefined,
): Promise<GuardrailsReading> {
  if (!file) return { guardrails: guardrailsFor(workspace, undefined), problems: [] };
  // Loaded for a new upload, and for new guardrails: the parser of YAML is a large part of the bundle.
  const { parseGuardrails } = await import('../../core/guardrails/parseGuardrails.ts');
  const { guardrails, problems } = parseGuardrails(file);
  if (guardrails) return { guardrails: guardrailsFor(workspace, guardrails), problems };
  measure([{ name: 'GuardrailsBroken', value: 1 }]);
  logger.error('The guardrails have errors: no upload is carried out', { problems: problems.slice(0, 20) });
  const stopped: Problem = {
    severity: 'error',
    file: GUARDRAILS_KEY,
    path: '',
    message:
      "The operators' guardrails have errors, so that Gateloop changes nothing. Operators correct the file; the next pass then carries on by itself.",
  };
  return { problems: [stopped, ...problems.filter(({ severity }) => severity === 'error')] };
}

/** @returns whether an upload was refused since the guardrails have errors */
export function isStopped({ desired, problems }: DesiredDocument): boolean {
  return !desired && problems[0]?.file === GUARDRAILS_KEY;
}
