/** Maps public addresses to servers on this machine. The emulator contacts no others. */
export class Endpoints {
  /** Public prefixes to loopback prefixes, longest first. The first match is used. */
  readonly #prefixes: ReadonlyMap<string, string>;

  /** @throws RangeError for an address that is not on this machine */
  constructor(endpoints: Readonly<Record<string, string>>) {
    this.#prefixes = new Map(Object.entries(endpoints).sort(([a], [b]) => b.length - a.length));
    for (const address of this.#prefixes.values()) {
      if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname)) {
        throw new RangeError(`${address} is not on this machine. Map endpoints to loopback addresses only.`);
      }
    }
  }

  /** @returns the address on this machine; undefined for a URL that no prefix maps */
  addressOf(url: string): string | undefined {
    for (const [prefix, address] of this.#prefixes) {
      if (url.startsWith(prefix)) return address + url.slice(prefix.length);
    }
    return undefined;
  }
}
