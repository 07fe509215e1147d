import { resolve } from 'node:path';
import { Option } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { readEnvironmentName } from '../environmentOptions.ts';
import type { OperateTo } from '../operate/connect.ts';
import { DEFAULT_DATA } from '../start/endpointFile.ts';

interface DoctorFlags {
  readonly env: string;
  readonly local: boolean;
  readonly data: string;
}

export interface DoctorOptions {
  readonly to: OperateTo;
  readonly json: boolean;
}

/** `gateloop doctor`. */
export const doctorCommand = defineCommand<DoctorFlags, DoctorOptions>({
  name: 'doctor',
  summary: 'check the identity, the Region, quotas, versions and permissions',
  description:
    'Checks what the other commands and a deployment depend on, and says what to do about each finding. It only reads. A check that your permissions do not allow is "unknown".',
  options: [
    new Option('--env <name>', 'the environment on AWS').default('main'),
    new Option('--local', 'check a running npm start instead of AWS'),
    new Option('--data <dir>', 'data directory of that npm start').default(DEFAULT_DATA),
  ],
  jsonOutput: 'print the findings as one line of JSON on stdout (docs/cli.schema.json, #/$defs/checks)',
  examples: {
    doctor: 'check the environment main with the present AWS_PROFILE and AWS_REGION',
    'doctor --local': 'check a running npm start',
  },
  exits: {
    done: 'no check failed; there may be warnings',
    failed: 'a check failed',
    refused: 'the command line is invalid',
  },
  read: ({ flags: { env, local, data, json } }) => ({
    to: local ? { data: resolve(data) } : { environment: readEnvironmentName(env) },
    json,
  }),
  run: async ({ to, json }, { stdout, stderr }) => {
    const [{ doctor }, { checksOf }] = await Promise.all([
      import('./doctor.ts'),
      import('./doctorChecks.ts'),
    ]);
    const result = await doctor(checksOf(to), screenOn(json ? stderr : stdout));
    if (json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
