/** Stands for a secret. */
const REDACTED = '[secret]';

/** How often a text is decoded: a URL may hold a URL with JSON, and each level has its own escapes. */
const MAX_DECODINGS = 3;

/** A text with the place of each of its UTF-16 units in the original. */
interface Decoded {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

type Range = readonly [start: number, end: number];

/**
 * Replaces secrets in the text of a service by `[secret]`. A service may quote its input as it is, in JSON, in a URL or a form,
 * in HTML, several of these at once, or in base64 as a part of something longer, such as the credentials of HTTP Basic.
 */
export function redactSecrets(text: string, values: readonly string[]): string {
  const secrets = values.filter((value) => value !== '');
  if (secrets.length === 0) return text;
  const ranges = decodings(text).flatMap((decoded) =>
    secrets.flatMap((secret) => [...rangesOf(secret, decoded), ...base64Ranges(secret, decoded)]),
  );
  return withoutRanges(text, ranges);
}

/** @returns the text itself, and as each sequence of decoders reads it */
function decodings(text: string): Decoded[] {
  const places = Array.from(text.split(''), (_, index) => index);
  const found = new Map<string, Decoded>([
    [text, { text, starts: places, ends: places.map((place) => place + 1) }],
  ]);
  let latest = [...found.values()];
  for (let level = 0; level < MAX_DECODINGS; level += 1) {
    const next = latest.flatMap((each) => decoders.map((decoder) => decode(each, decoder)));
    latest = next.filter((each) => !found.has(each.text));
    for (const each of latest) found.set(each.text, each);
  }
  return [...found.values()];
}

interface Decoder {
  readonly pattern: RegExp;
  readonly decode: (escaped: string) => string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const jsonEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

const decoders: readonly Decoder[] = [
  { pattern: /(?:%[0-9a-f]{2})+/gi, decode: percentDecoded },
  // A form writes a space as `+`, and a plus as `%2B`.
  { pattern: /(?:%[0-9a-f]{2})+|\+/gi, decode: (found) => (found === '+' ? ' ' : percentDecoded(found)) },
  {
    pattern: /\\(?:u[0-9a-f]{4}|[^u])/gi,
    decode: (found) =>
      found.length > 2
        ? String.fromCharCode(Number.parseInt(found.slice(2), 16))
        : (jsonEscapes[found.slice(1)] ?? found.slice(1)),
  },
  {
    pattern: /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos);/gi,
    decode: (found) => entities[found.slice(1, -1).toLowerCase()] ?? characterOf(found.slice(2, -1)),
  },
];

function percentDecoded(escaped: string): string {
  const bytes = escaped.split('%').slice(1);
  return new TextDecoder().decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)));
}

function characterOf(reference: string): string {
  const code = /^x/i.test(reference) ? Number.parseInt(reference.slice(1), 16) : Number(reference);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}

function decode({ text, starts, ends }: Decoded, { pattern, decode: decodeOne }: Decoder): Decoded {
  const parts: string[] = [];
  const places: { starts: number[]; ends: number[] } = { starts: [], ends: [] };
  let at = 0;
  const keep = (to: number) => {
    parts.push(text.slice(at, to));
    for (; at < to; at += 1) {
      places.starts.push(starts[at] ?? 0);
      places.ends.push(ends[at] ?? 0);
    }
  };
  for (const { 0: escaped, index } of text.matchAll(pattern)) {
    keep(index);
    const plain = decodeOne(escaped);
    parts.push(plain);
    for (let unit = 0; unit < plain.length; unit += 1) {
      places.starts.push(starts[index] ?? 0);
      places.ends.push(ends[index + escaped.length - 1] ?? 0);
    }
    at = index + escaped.length;
  }
  keep(text.length);
  return { text: parts.join(''), ...places };
}

function rangesOf(secret: string, { text, starts, ends }: Decoded): Range[] {
  const ranges: Range[] = [];
  for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1))
    ranges.push([starts[at] ?? 0, ends[at + secret.length - 1] ?? 0]);
  return ranges;
}

/** Base64 of shorter secrets would be found by chance. In bytes. */
const SHORTEST_ENCODED = 4;

/** @returns the whole words of base64 or base64url that hold the secret, at any of the four places of their first character */
function base64Ranges(secret: string, { text, starts, ends }: Decoded): Range[] {
  // HTTP Basic for OAuth clients encodes the secret for a form first (RFC 6749, section 2.3.1).
  const needles = [secret, encodeURIComponent(secret.toWellFormed())].map(latin1Bytes);
  if (needles.some(({ length }) => length < SHORTEST_ENCODED)) return [];
  return [...text.matchAll(/[A-Za-z0-9+/_-]{6,}={0,2}/g)].flatMap(({ 0: word, index }): Range[] => {
    const isHolder = [0, 1, 2, 3].some((offset) => {
      const bytes = base64Decoded(word.slice(offset));
      return needles.some((needle) => bytes.includes(needle));
    });
    return isHolder ? [[starts[index] ?? 0, ends[index + word.length - 1] ?? 0]] : [];
  });
}

/** @returns a character for each byte of the text in UTF-8 */
function latin1Bytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function base64Decoded(word: string): string {
  const plain = word.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '');
  // One character alone holds six bits, which are no byte.
  return atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain);
}

function withoutRanges(text: string, ranges: readonly Range[]): string {
  let redacted = '';
  let at = 0;
  for (const [start, end] of ranges.toSorted(([one], [other]) => one - other)) {
    if (start >= at) redacted += `${text.slice(at, start)}${at > 0 && start === at ? '' : REDACTED}`;
    at = Math.max(at, end);
  }
  return redacted + text.slice(at);
}
