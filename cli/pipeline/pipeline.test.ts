import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { manifestOf, type System, startSystem, toolSchema } from '../../test/system/system.ts';
import { CommandError } from '../errorReport.ts';
import type { PlanDestination } from '../plan/livePorts.ts';
import { readCommandLine } from '../program.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { liveOf } from '../testing/livePlan.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { pipelineCommand } from './command.ts';
import { runPipeline } from './pipeline.ts';

let system: System;
let client: S3Client;
beforeAll(async () => {
  system = await startSystem();
  client = new S3Client({
    endpoint: system.gateloop.aws.environment.AWS_ENDPOINT_URL_S3 ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    forcePathStyle: true,
  });
});
afterAll(() => system.close());

function repository(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-pipeline-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const workspace = (name: string) => ({
  [`${name}/manifest.yaml`]: manifestOf(['find'], { gateway: name }),
  [`${name}/schemas/find.json`]: toolSchema(['find']),
});

async function pipeline(
  args: readonly string[],
  openDestination: () => PlanDestination = () => ({ client, bucket: SPEC_BUCKET, live: liveOf(system) }),
) {
  const summary = join(mkdtempSync(join(tmpdir(), 'gateloop-summary-')), 'summary.md');
  writeFileSync(summary, '');
  const io = recordedIo({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
  const options = readCommandLine(pipelineCommand, args, io);
  const clock = { time: 0 };
  const pause = async () => {
    clock.time += 10_000;
    await system.settle();
  };
  const result = await runPipeline(options, { openDestination, pause, now: () => clock.time }, io);
  expectOutput('pipeline', `${JSON.stringify(result)}\n`);
  return { ...result, ...io.written(), summary: readFileSync(summary, 'utf8') };
}

describe('gateloop pipeline', () => {
  it('pipeline: plans each workspace of a pull request, and shows the plans on the page of the job', async () => {
    const folder = repository({ ...workspace('plan-a'), ...workspace('plan-b') });
    const { exitCode, workspaces, summary } = await pipeline([folder, '--bucket', SPEC_BUCKET]);
    expect([exitCode, workspaces]).toEqual([0, { 'plan-a': 0, 'plan-b': 0 }]);
    expect(summary).toMatch(/^### Files\n\n```text\n✓ plan-a .*1 tool\n✓ plan-b .*1 tool\n```\n/);
    expect(summary).toMatch(/### plan-b\n\n```text\nplan-b .*\n {2}\+ create +gateway\/plan-b\n/s);
    const uploads = new ListObjectsV2Command({ Bucket: SPEC_BUCKET, Prefix: 'workspaces/plan-' });
    expect((await client.send(uploads)).KeyCount).toBe(0);
  });

  it('pipeline: pushes each workspace after a merge, and goes on after one that fails', async () => {
    const folder = repository({ ...workspace('merge-a'), ...workspace('merge-b') });
    let opened = 0;
    const { exitCode, workspaces, stdout } = await pipeline(
      [folder, '--bucket', SPEC_BUCKET, '--push'],
      () => {
        opened += 1;
        if (opened === 1) throw new CommandError('AwsTrouble', { what: 'The network is down.' });
        return { client, bucket: SPEC_BUCKET, live: liveOf(system) };
      },
    );
    expect([exitCode, workspaces]).toEqual([3, { 'merge-a': 3, 'merge-b': 0 }]);
    expect(stdout).toContain('The network is down.');
  });

  it('pipeline: annotates what is wrong, and neither plans nor pushes any workspace then', async () => {
    const broken = { 'broken/manifest.yaml': 'gatways: {}\n' };
    const folder = repository({ ...workspace('fine'), ...broken });
    const { exitCode, workspaces, stdout, summary } = await pipeline(
      [folder, '--bucket', SPEC_BUCKET, '--push'],
      () => expect.fail('the pipeline went on'),
    );
    expect([exitCode, workspaces]).toEqual([2, {}]);
    expect(stdout).toMatch(/^::error file=.*broken\/manifest\.yaml,line=1,col=1::/m);
    expect(summary).toContain('✗ broken');
    expect(summary).not.toContain('::error');
  });
});
