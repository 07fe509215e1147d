import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { CommandError } from '../errorReport.ts';

/** A listening port on the loopback address: no other process can take it before the console serves it. */
export interface ReservedPort {
  readonly port: number;
  /** Requests wait until a listener answers them. */
  readonly server: Server;
  close(): Promise<void>;
}

/**
 * Reserves a port before a component starts that needs its number.
 *
 * @param port 0 for any
 * @throws CommandError `PortInUse`
 */
export async function reservePort(port: number): Promise<ReservedPort> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new CommandError('PortInUse', {
      what: `Port ${port} cannot be used (${code}).`,
      remedy: 'Give another one with --port, or 0 for any.',
      cause,
    });
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
