import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { ScaledClock } from '../simulation/clock.ts';
import { clockCheckpoint } from '../simulation/clockCheckpoint.ts';
import { type DataLock, lockDataDirectory } from '../simulation/dataDirectoryLock.ts';
import { Store } from '../simulation/store.ts';
import { s3Reader } from './s3Reader.ts';
import { startAgentCore } from './server.ts';
import { parseBehaviors, parseFaults, parseQuotas } from './settings/parseSettings.ts';

const USAGE = `npm run agentcore -- [options]

  --port N            port on 127.0.0.1; 0 takes any (4700)
  --data DIR          keeps the state there; in memory without
  --speed N           simulated seconds in a real one (1)
  --seed N            repeats ids, latencies and faults (0)
  --behaviors LIST    such as expiredLink=fails,deleteWhilePending=true
  --quotas FILE       JSON, such as { "targetsPerGateway": 1000 }
  --faults FILE       JSON list of rules, such as [{ "fault": "throttle", "probability": 0.1 }],
                      in a file or given right here
  --endpoint A=B      public https prefix A is served by the local address B; may be repeated
  --s3-endpoint URL   where s3:// schemas are read from
  --help

See docs/emulator.md.`;

const OPTIONS = {
  port: { type: 'string', default: '4700' },
  data: { type: 'string' },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string', default: '0' },
  behaviors: { type: 'string', default: '' },
  quotas: { type: 'string' },
  faults: { type: 'string' },
  endpoint: { type: 'string', multiple: true },
  's3-endpoint': { type: 'string' },
  help: { type: 'boolean', default: false },
} satisfies ParseArgsOptionsConfig;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(USAGE);
  const lock: DataLock | undefined = values.data === undefined ? undefined : lockDataDirectory(values.data);
  const store = openStore(values.data);
  const checkpoint = clockCheckpoint(store);
  // Simulated time never runs backwards over the state that is already there.
  const clock = new ScaledClock(number('speed', values.speed), Math.max(Date.now(), checkpoint.last ?? 0));
  const stopCheckpoints = checkpoint.watch(clock);
  const s3 = values['s3-endpoint'];
  const agentCore = await startAgentCore({
    clock,
    store,
    port: number('port', values.port),
    seed: number('seed', values.seed),
    behaviors: parseBehaviors(pairs(values.behaviors === '' ? [] : values.behaviors.split(','))),
    ...(values.quotas !== undefined && { quotas: parseQuotas(Object(readJson(values.quotas))) }),
    ...(values.faults !== undefined && { faults: parseFaults(readJson(values.faults)) }),
    endpoints: pairs(values.endpoint ?? []),
    ...(s3 !== undefined && { readObject: s3Reader(s3) }),
  });
  console.log(`AgentCore emulator on ${agentCore.url} (status page there; Ctrl-C ends it)`);
  const stop = async () => {
    await agentCore.close();
    stopCheckpoints();
    store.close();
    lock?.release();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

function openStore(directory: string | undefined): Store {
  if (directory === undefined) return new Store(':memory:');
  mkdirSync(directory, { recursive: true });
  return new Store(join(directory, 'agentcore.sqlite'));
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new Error(`--${name} must be a number, not "${text}".`);
  return value;
}

function pairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', ...rest] = text.split('=');
      if (rest.length === 0) throw new Error(`"${text}" is not of the form name=value.`);
      return [name, rest.join('=')];
    }),
  );
}

/** JSON itself, or a file that holds it. */
function readJson(text: string): unknown {
  return JSON.parse(/^\s*[[{]/.test(text) ? text : readFileSync(text, 'utf8'));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
