import type { TrippedBreaker } from '../ports/ledger.ts';
import { type Message, plainMessage } from './message.ts';

/** @returns the message to operators about changes made outside Gateloop that it does not revert, since they are too many */
export function breakerMessage(workspace: string, { kind, resources, since }: TrippedBreaker): Message {
  const whose = kind === 'workspace' ? `the workspace ${workspace}` : 'all workspaces';
  return plainMessage({
    subject: `Gateloop: healing is held back in ${kind === 'workspace' ? workspace : 'all workspaces'}`,
    lines: [
      `Too many resources of ${whose} were changed outside Gateloop at once, so it reverts none of them.`,
      `In the workspace ${workspace}, ${resources} resources are held back since ${new Date(since).toISOString()}. Their outcome names each difference.`,
      '',
      'This may be a script, a mistake of an operator, or a change of the service itself.',
      `To revert the changes: npx gateloop heal ${workspace}`,
      'To keep them: change the manifest. Gateloop goes on by itself when fewer resources differ.',
      'Changes of manifests are applied as always.',
    ],
    about: { workspace, event: 'healing-held-back' },
  });
}
