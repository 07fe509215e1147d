import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordedCall } from './recorder.ts';
import { differenceText, readRecordings, replay, withoutRepeats, writeRecording } from './replay.ts';

const RECORDINGS = fileURLToPath(new URL('../../recordings', import.meta.url));
const recordings = readRecordings(RECORDINGS).map(({ file, recording }) => ({
  name: file.slice(RECORDINGS.length + 1),
  recording,
}));

describe('committed recordings', () => {
  it.each(recordings)('$name: the emulator gives the recorded answers', async ({ name, recording }) => {
    expect(differenceText(name, await replay(recording))).toBe('');
  });

  it.each(recordings)('$name states its source, and identifies no account', ({ name, recording }) => {
    expect(recording.source).toBe(
      name.startsWith('emulator/') ? 'recorded from the emulator' : 'recorded from an account',
    );
    const text = JSON.stringify(recording);
    expect(text.match(/\b\d{12}\b/g)?.filter((account) => account !== '123456789012') ?? []).toEqual([]);
    expect(text).not.toMatch(/127\.0\.0\.1|localhost|AKIA|ASIA|"clientSecret":"[^{]/);
  });
});

const gateway = {
  name: 'contract',
  roleArn: 'arn:aws:iam::123456789012:role/contract',
  authorizerType: 'NONE',
};
const creation: RecordedCall = {
  operation: 'CreateGateway',
  request: { method: 'POST', path: '/gateways/', body: gateway },
  answer: { status: 202, body: { gatewayId: '{gatewayId:1}', status: 'CREATING' } },
};
const read: RecordedCall = {
  operation: 'GetGateway',
  request: { method: 'GET', path: '/gateways/{gatewayId:1}/' },
  answer: { status: 200, body: { gatewayId: '{gatewayId:1}', status: 'FAILED', color: 'blue' } },
};
const refused: RecordedCall = {
  operation: 'DeleteGateway',
  request: { method: 'DELETE', path: '/gateways/{gatewayId:1}/' },
  answer: { status: 409, error: 'ConflictException', body: { message: 'no' } },
};

describe('replay', () => {
  it('shows a differing answer member by member, the status of the last poll included', async () => {
    const found = await replay({ source: 's', row: 'r', calls: [creation, read] });
    const text = differenceText('file.json', found);
    expect(text).toContain(
      'file.json: call 2, GetGateway, body.status: recorded "FAILED", the emulator answered "READY"',
    );
    expect(text).toContain('body.color: recorded "blue", the emulator answered nothing');
    expect(text).toContain('body.name: recorded nothing, the emulator answered "contract"');
  });

  it('ends after a request that one side refused, and shows both outcomes', async () => {
    const wait = { ...read, answer: { status: 200, body: { status: 'READY' } } };
    const found = await replay({ source: 's', row: 'r', calls: [creation, wait, refused, read] });
    expect(found.at(-1)).toEqual({
      position: 3,
      operation: 'DeleteGateway',
      differences: [
        { path: 'body.message', recorded: 'no' },
        { path: 'error', recorded: 'ConflictException' },
        { path: 'status', recorded: 409, answered: 202 },
      ],
    });
  });
});

describe('writeRecording', () => {
  it('writes one file for each row, without polls that gave nothing new', () => {
    const directory = mkdtempSync(join(tmpdir(), 'gateloop-recording-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const calls = [creation, read, read, refused, refused];
    for (const row of ['CreateGateway rejects the name "a b"', 'CreateGateway rejects the name "a--b"'])
      writeRecording(directory, { source: 'recorded from the emulator', row, calls });
    const written = readRecordings(directory);
    expect(written.map(({ recording }) => recording.calls)).toEqual([
      [creation, read, refused, refused],
      [creation, read, refused, refused],
    ]);
    expect(withoutRepeats([read])).toEqual([read]);
  });
});
