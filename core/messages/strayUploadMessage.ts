import type { StrayUpload } from '../storage/uploads.ts';
import { type Message, plainMessage } from './message.ts';

/** @returns the message about a file that Gateloop does not read, since it is in no workspace */
export function strayUploadMessage({ key, place, problem }: StrayUpload): Message {
  return plainMessage({
    subject: `Gateloop: ${place} is in no workspace`,
    lines: [
      `The file ${key} was uploaded, but Gateloop does not read it.`,
      '',
      problem,
      '',
      'Nothing was changed in AWS.',
    ],
    about: { workspace: place, event: 'stray-upload' },
  });
}
