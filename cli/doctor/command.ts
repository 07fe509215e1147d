import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import type { RequestTo } from '../request/destination.ts';
import { type PlaceFlags, placeOptions, readRequestTo } from '../request/requestOptions.ts';

export interface DoctorOptions {
  readonly to: RequestTo;
  readonly json: boolean;
}

/** `gateloop doctor`. */
export const doctorCommand = defineCommand<PlaceFlags, DoctorOptions>({
  name: 'doctor',
  summary: 'check the identity, the Region, quotas, versions and permissions',
  description:
    'Checks what the other commands and a deployment depend on, and says what to do about each finding. It only reads. A check that your permissions do not allow is "unknown".',
  options: placeOptions('check'),
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
  read: (given) => ({ to: readRequestTo(given), json: given.flags.json }),
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
