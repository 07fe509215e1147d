import { Option } from 'commander';
import { parseBehaviors, parseFaults, parseQuotas } from '../../local/agentcore/settings/parseSettings.ts';
import { allowHostOption, defineCommand, numberBetween, wholeNumber } from '../commandSpec.ts';
import { invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { readJson, readSettings, settingsOption } from '../settingsFile.ts';
import type { EmulatorOptions } from './run.ts';

interface EmulatorFlags {
  readonly port: number;
  readonly data?: string;
  readonly allowHost: readonly string[];
  readonly speed: number;
  readonly seed: number;
  readonly settings?: string;
  readonly behaviors?: string;
  readonly quotas?: string;
  readonly faults?: string;
  readonly endpoint: readonly string[];
  readonly s3Endpoint?: string;
}

/** `gateloop emulator`. */
export const emulatorCommand = defineCommand<EmulatorFlags, EmulatorOptions>({
  name: 'emulator',
  summary: 'run the AgentCore emulator alone',
  description: 'Runs the AgentCore emulator alone until Ctrl-C. docs/emulator.md describes each setting.',
  options: [
    new Option('--port <n>', 'port on 127.0.0.1; 0 takes any free port')
      .argParser(wholeNumber('--port', 65_535))
      .default(4701),
    new Option('--data <dir>', 'directory for the state (default: in memory)'),
    new Option('--speed <n>', 'simulated seconds per real second')
      .argParser(numberBetween('--speed', 0, Number.POSITIVE_INFINITY))
      .default(1),
    new Option('--seed <n>', 'repeat ids, latencies and faults')
      .argParser(numberBetween('--seed', 0, Number.POSITIVE_INFINITY))
      .default(0),
    allowHostOption(),
    settingsOption(),
    new Option('--behaviors <list>', 'such as expiredLink=fails,deleteWhilePending=true'),
    new Option('--quotas <file>', 'JSON, such as { "targetsPerGateway": 1000 }; a file, or the JSON itself'),
    new Option(
      '--faults <file>',
      'a JSON list of rules, such as [{ "fault": "throttle", "probability": 0.1 }]; a file, or the JSON itself',
    ),
    new Option('--endpoint <a=b>', 'serve the public https prefix A from the local address B; repeatable')
      .argParser((text, before: readonly string[]) => [...before, text])
      .default([], 'none'),
    new Option('--s3-endpoint <url>', 'S3 endpoint to read s3:// schemas from'),
  ],
  jsonOutput: 'print { "url": … } as one line of JSON on stdout when the emulator listens',
  examples: {
    'emulator --speed 60': 'an hour of AgentCore in a minute',
    'emulator --port 0 --json': 'take any port and print the URL as JSON',
    'emulator --settings settings.json': 'take latencies, behaviors, quotas and faults from a file',
    'emulator --faults \'[{ "fault": "throttle", "probability": 0.1 }]\'': 'throttle one call in ten',
  },
  exits: {
    done: 'stopped by Ctrl-C',
    failed: 'the emulator could not start',
    refused: 'the command line or a setting is invalid',
  },
  read: ({ flags: { settings, behaviors, quotas, faults, endpoint, allowHost, ...flags } }) => {
    const fromFile = settings === undefined ? {} : readSettings(settings);
    return {
      ...flags,
      ...fromFile,
      allowedHosts: allowHost,
      // An option of its own changes the settings of the file.
      behaviors: {
        ...fromFile.behaviors,
        ...parseBehaviors(pairs('--behaviors', behaviors?.split(',') ?? [])),
      },
      ...(quotas !== undefined && {
        quotas: { ...fromFile.quotas, ...parseQuotas(Object(readJson('--quotas', quotas))) },
      }),
      ...(faults !== undefined && { faults: parseFaults(readJson('--faults', faults)) }),
      endpoints: pairs('--endpoint', endpoint),
    };
  },
  run: async (options, { stdout }) => {
    const { runEmulator } = await import('./run.ts');
    await runEmulator(options, (url) => {
      stdout.write(
        options.json
          ? `${JSON.stringify({ url })}\n`
          : `AgentCore emulator on ${url} (status page at the same URL; Ctrl-C stops it)\n`,
      );
    });
    return exitCodes.done;
  },
});

function pairs(option: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.filter(Boolean).map((text) => {
      const [name = '', ...rest] = text.split('=');
      if (rest.length === 0) throw invalidOption(`${option} takes name=value, not "${text}"`);
      return [name, rest.join('=')];
    }),
  );
}
