import type { StrayUpload } from '../storage/uploads.ts';
import { emailSubject, type Message } from './message.ts';

/** @returns the message about a file that Gateloop does not read, since it is in no workspace */
export function strayUploadMessage({ key, place, problem }: StrayUpload): Message {
  return {
    subject: emailSubject(`Gateloop: ${place} is in no workspace`),
    text: [
      `The file ${key} was uploaded, but Gateloop does not read it.`,
      '',
      problem,
      '',
      'Nothing was changed in AWS.',
    ].join('\n'),
    about: { workspace: place, event: 'stray-upload' },
  };
}
