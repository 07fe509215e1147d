import type { Owner } from '../manifest/owners.ts';
import type { Message } from '../messages/message.ts';

/** How owners are reached. A channel that fails is told in the answer and never stops another. */
export interface People {
  tell(owner: Owner | undefined, message: Message): Promise<{ readonly failed: readonly string[] }>;
}
