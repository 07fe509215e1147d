import type { Checked } from './checked.ts';

/** What an operation does: a checked request in, an answer in the SDK's own shape out; all its writes in one go. */
export type Operation<Request, Response> = (input: Checked<Request>) => Response;

/**
 * The operations of one kind of resource by their names in the API. Requests are checked against the model before they
 * get here, which is what makes the narrower parameter types of the single operations true.
 */
export type Operations = Readonly<Record<string, (input: never) => object>>;
