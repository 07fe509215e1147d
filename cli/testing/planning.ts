import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { emulatorSettings, type System } from '../../test/system/system.ts';
import { screenOn } from '../display/screen.ts';
import { planCommand } from '../plan/command.ts';
import type { LivePorts } from '../plan/livePorts.ts';
import { type PlanResult, runPlan } from '../plan/runPlan.ts';
import { readCommandLine } from '../program.ts';
import { liveOf } from './livePlan.ts';
import { recordedIo } from './recordedIo.ts';

export type Files = Readonly<Record<string, string>>;

export interface Planned extends PlanResult {
  /** What a person reads. */
  readonly text: string;
}

/** Writes the files of a workspace to a folder of its name. @returns its path */
export function folderWith(workspace: string, files: Files): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'gateloop-plan-')), workspace);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Runs `gateloop plan` against a system under simulated time. */
export async function planIn(
  system: System,
  workspace: string,
  files: Files,
  { flags = [], live = {} }: { readonly flags?: readonly string[]; readonly live?: Partial<LivePorts> } = {},
): Promise<Planned> {
  const args = [folderWith(workspace, files), '--bucket', SPEC_BUCKET, ...flags];
  const options = readCommandLine(planCommand, args, recordedIo());
  if ('workspaces' in options) throw new TypeError(`${workspace} has no manifest`);
  let text = '';
  const write = (chunk: string) => {
    text += chunk;
    return true;
  };
  const screen = screenOn({ write } as unknown as NodeJS.WritableStream); // A screen that is no terminal calls only `write`.
  const client = new S3Client({
    ...emulatorSettings(system.gateloop.aws.environment.AWS_ENDPOINT_URL_S3 ?? ''),
    forcePathStyle: true,
  });
  const open = () => ({ client, bucket: SPEC_BUCKET, live: { ...liveOf(system), ...live } });
  const result = await runPlan(options, open, screen);
  return { ...result, text };
}
