import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { GateloopError } from '../../core/errors.ts';

/** A port on the loopback address that is ours: nobody else can take it between its being named and its being served. */
export interface HeldPort {
  readonly port: number;
  /** Listens already; who asks it something waits until somebody answers its requests. */
  readonly server: Server;
  close(): Promise<void>;
}

/**
 * Takes a port before anything is started that names it.
 *
 * @param port 0 for any
 * @throws GateloopError `PortInUse`
 */
export async function holdPort(port: number): Promise<HeldPort> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new GateloopError(
      'PortInUse',
      `Port ${port} cannot be used (${code}); give another one with --port, or 0 for any.`,
      { cause },
    );
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
