import { expect, it, onTestFinished } from 'vitest';
import { reservePort } from './reservePort.ts';

it('takes any port for 0, and leaves it free once it is closed', async () => {
  const { port, close } = await reservePort(0);
  expect(port).toBeGreaterThan(0);
  await close();
  const again = await reservePort(port);
  onTestFinished(again.close);
  expect(again.port).toBe(port);
});

it('refuses a port that is taken, and says what to do', async () => {
  const { port, close } = await reservePort(0);
  onTestFinished(close);
  await expect(reservePort(port)).rejects.toMatchObject({
    code: 'PortInUse',
    message: `Port ${port} cannot be used (EADDRINUSE). Give another one with --port, or 0 for any.`,
  });
});
