import type { Message } from './message.ts';

/** What is known of a request for a person's consent, as far as it may be told. */
export interface AuthorizationAsked {
  readonly workspace: string;
  readonly gateway: string;
  readonly target: string;
  /** Where the MCP server is that wants to be reached. */
  readonly endpoint?: string;
  readonly scopes: readonly string[];
  /** Gateloop's own durable link. Not AWS's, which lives ten minutes. */
  readonly link: string;
}

/** Asks a person for consent, in words that need no knowledge of gateways. */
export function authorizationMessage(asked: AuthorizationAsked): Message {
  const { workspace, gateway, target, endpoint, scopes, link } = asked;
  const subject = `Gateloop: your consent is needed for ${gateway}/${target}`.slice(0, 100);
  const text = [
    `The gateway "${gateway}" of the workspace "${workspace}" wants to use the tools of "${target}"${endpoint ? ` (${endpoint})` : ''} on your behalf.`,
    ...(scopes.length > 0 ? [`It asks for: ${scopes.join(', ')}.`] : []),
    '',
    'Open this link and say yes or no. It stays good until it is used or withdrawn:',
    link,
    '',
    `Until somebody does, "${target}" stays unavailable; everything else goes on.`,
  ].join('\n');
  return { subject, text, about: { workspace, event: 'authorization-required' } };
}
