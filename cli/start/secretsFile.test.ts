import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCommandLine } from '../program.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { devCommand, readEndpoint } from './command.ts';
import { readSecretsFile } from './secretsFile.ts';

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'secrets.yaml');
  writeFileSync(path, content);
  return path;
}

describe('readEndpoint', () => {
  it('readEndpoint: takes a public URL with a query, and the URL of a local server', () => {
    expect(readEndpoint('https://a.example.com/mcp?x=1=http://127.0.0.1:3000/mcp')).toEqual({
      'https://a.example.com/mcp?x=1': 'http://127.0.0.1:3000/mcp',
    });
    expect(readEndpoint('a.example.com=http://127.0.0.1:3000')).toEqual({
      'https://a.example.com': 'http://127.0.0.1:3000',
    });
  });

  it.each(['search', 'http://a.example.com=http://127.0.0.1:1', 'https://a.example.com=127.0.0.1:3000'])(
    'readEndpoint: refuses %s',
    (text) => {
      expect(() => readEndpoint(text)).toThrow('takes a public host or https URL and a local URL');
    },
  );
});

describe('readSecretsFile', () => {
  it('readSecretsFile: takes texts, and stores a mapping as JSON', () => {
    const path = fileWith('payments/key: abc\npayments/hook: { url: "https://a.example.com" }\n');
    expect(readSecretsFile(path)).toEqual({
      'payments/key': 'abc',
      'payments/hook': '{"url":"https://a.example.com"}',
    });
  });

  it.each([
    ['- hush', 'holds no mapping of names to secrets'],
    ['key: [hush]', 'the secret key in'],
    ['key: "hush', 'cannot be read'],
  ])('readSecretsFile: refuses %s without a word of its values', (content, message) => {
    const path = fileWith(content);
    expect(() => readSecretsFile(path)).toThrow(message);
    expect(() => readSecretsFile(path)).not.toThrow('hush');
  });
});

it('devCommand: is "start" with servers and secrets of your own', () => {
  const secrets = fileWith('a: b');
  const args = `--once --workspaces w --endpoint https://a.example.com=http://127.0.0.1:1 --endpoint https://b.example.com=http://127.0.0.1:2 --secrets ${secrets}`;
  expect(readCommandLine(devCommand, args.split(' '), recordedIo())).toMatchObject({
    once: true,
    endpoints: {
      'https://a.example.com': 'http://127.0.0.1:1',
      'https://b.example.com': 'http://127.0.0.1:2',
    },
    secretsFile: secrets,
  });
});
