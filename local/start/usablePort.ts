import { once } from 'node:events';
import { createServer } from 'node:net';
import { GateloopError } from '../../core/errors.ts';

/**
 * Finds out whether a port on the loopback address is free before anything is started that names it.
 *
 * @param port 0 for any
 * @returns the port
 * @throws GateloopError `PortInUse`
 */
export async function usablePort(port: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new GateloopError(
      'PortInUse',
      `Port ${port} cannot be used (${code}); give another one with --port, or 0 for any.`,
      false,
      { cause },
    );
  } finally {
    server.close();
  }
}
