import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { usablePort } from './usablePort.ts';

it('finds any port for 0, and leaves it free', async () => {
  const port = await usablePort(0);
  expect(port).toBeGreaterThan(0);
  expect(await usablePort(port)).toBe(port);
});

it('refuses a port that is taken, and says what to do', async () => {
  const port = await usablePort(0);
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  await expect(usablePort(port)).rejects.toMatchObject({
    code: 'PortInUse',
    message: `Port ${port} cannot be used (EADDRINUSE); give another one with --port, or 0 for any.`,
  });
});
