import { createSocket } from 'node:dgram';

/** What the daemon of X-Ray wants to read before each document. */
const HEADER = '{"format": "json", "version": 1}\n';

/**
 * Sends documents to the daemon of X-Ray: a datagram each, to which nobody answers. A trace is never worth failing for.
 *
 * @param address such as `169.254.79.129:2000`, as Lambda says it; where it names no daemon, nothing is sent
 */
export function sendToDaemon(address: string): (document: string) => void {
  const [, host, port] = /^([\d.]+):(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined) return () => undefined;
  return (document) => {
    // A socket for each, since a function may be frozen for hours between two of them.
    const socket = createSocket('udp4').on('error', () => undefined);
    socket.send(HEADER + document, Number(port), host, () => socket.close());
  };
}
