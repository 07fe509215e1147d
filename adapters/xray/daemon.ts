import { createSocket } from 'node:dgram';

/** What the daemon of X-Ray wants to read before each document. */
const HEADER = '{"format": "json", "version": 1}\n';

/**
 * Sends documents to the daemon of X-Ray: a datagram each, to which nobody answers. A trace is never worth failing for.
 *
 * @param address such as `169.254.79.129:2000`, as Lambda says it
 */
export function sendToDaemon(address: string): (document: string) => void {
  const [host = '', port = ''] = address.split(':');
  return (document) => {
    // A socket for each, since a function may be frozen for hours between two of them.
    const socket = createSocket('udp4');
    socket.send(HEADER + document, Number(port), host, () => socket.close());
  };
}
