import { createHash } from 'node:crypto';

export interface PageSources {
  /** The text of the page's style sheet, exactly as it stands between the tags. */
  readonly style: string;
  /** The text of the page's script; without one, no script runs. It may send requests to its own server. */
  readonly script?: string;
}

/** @returns the headers of a page: they forbid caching, framing, type sniffing, other sources and leaking the URL */
export function securityHeaders({ style, script }: PageSources): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${hashOf(style)}`,
      ...(script === undefined ? [] : [`script-src ${hashOf(script)}`, "connect-src 'self'"]),
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // With `no-referrer`, browsers send the origin `null` with a form, and the pages could not check it.
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-robots-tag': 'noindex, nofollow',
  };
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
