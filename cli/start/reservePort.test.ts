import { expect, it, onTestFinished } from 'vitest';
import { reservePort } from './reservePort.ts';

it('reservePort: takes any port for 0, and frees it when closed', async () => {
  const { port, close } = await reservePort(0);
  expect(port).toBeGreaterThan(0);
  await close();
  const again = await reservePort(port);
  onTestFinished(again.close);
  expect(again.port).toBe(port);
});

it('reservePort: rejects a used port with a remedy', async () => {
  const { port, close } = await reservePort(0);
  onTestFinished(close);
  await expect(reservePort(port)).rejects.toMatchObject({
    code: 'PortInUse',
    message: `Port ${port} cannot be used (EADDRINUSE). Give another one with --port, or 0 for any.`,
  });
});
