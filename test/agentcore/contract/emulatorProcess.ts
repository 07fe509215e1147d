import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LATENCIES, type Latency } from '../../../local/agentcore/settings/latencies.ts';

const CLI = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

/**
 * The longest latencies, in milliseconds. Rows that need resources in progress send up to six requests meanwhile; a runtime's
 * usual half a minute would only be waited for.
 */
const CAP = { min: 1500, max: 1600 };

const SETTINGS = {
  behaviors: { unreachable: 'accepted' },
  latencies: Object.fromEntries(
    Object.entries(DEFAULT_LATENCIES).map(([operation, usual]) => [operation, capped(usual)]),
  ),
  // The rows share an account, and run at the same time.
  quotas: { ratePerSecond: {}, registriesPerAccount: 100 },
};

function capped(latency: Latency): Latency {
  return 'max' in latency && latency.max < CAP.max ? latency : CAP;
}

/** Starts `gateloop emulator` in a process of its own, on a free port, without request rates. */
export async function startEmulatorProcess(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const settings = ['--port', '0', '--json', '--settings', JSON.stringify(SETTINGS)];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', CLI, 'emulator', ...settings],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended.then(() => Promise.reject(new Error('the emulator ended before it listened'))),
  ]);
  return {
    url: JSON.parse(line).url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
