import { describe, expect, it } from 'vitest';
import { parseText } from '../manifest/testing/sampleManifest.ts';
import { readTextFile, type TextFileUse } from './textFiles.ts';

const FILE = 'schemas/weather.json';
const use: TextFileUse = {
  file: FILE,
  path: 'registryRecords.weather.descriptors.mcpServer.data.file',
  location: { file: 'manifest.yaml', line: 3, column: 5 },
};
const place = { severity: 'error', ...use.location, path: use.path };

function read(content: string | Uint8Array | undefined, more: Partial<TextFileUse> = {}) {
  const { manifest } = parseText('registries: { tools: {} }');
  if (!manifest) throw new Error('The manifest of this test has problems.');
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const files = new Map(bytes ? [[FILE, { bytes, size: bytes.length }]] : []);
  return readTextFile({ ...use, ...more }, { manifest, files });
}

describe('readTextFile', () => {
  it('readTextFile: writes JSON in one form, so that reformatting is no change, and keeps any other text', () => {
    expect(read('{ "b": 1,\n  "a": [ ] }')).toEqual({ text: '{"a":[],"b":1}', references: [], problems: [] });
    expect(read('# A skill\n')).toEqual({ text: '# A skill\n', references: [], problems: [] });
  });

  it('readTextFile: links the outputs of resources that the text names', () => {
    const { text, references } = read('{"registry":"${registries.tools.registryArn}"}');
    expect(text).toBe('{"registry":"${registries.tools.registryArn}"}');
    expect(references).toEqual([
      { text: '${registries.tools.registryArn}', kind: 'registry', name: 'tools', field: 'registryArn' },
    ]);
  });

  it.each([
    ['a file that is not there', undefined, 'The workspace has no file'],
    ['another encoding', new Uint8Array([0xff, 0xfe, 0x41]), 'is not UTF-8 text'],
    ['no text', '', 'has 0 characters'],
    ['a text that is too long', 'a'.repeat(102_401), 'has 102401 characters'],
    [
      'a reference to no resource',
      '${registries.others.registryId}',
      'refers to ${registries.others.registryId}',
    ],
    ['a reference to no output', '${registries.tools.secret}', 'refers to ${registries.tools.secret}'],
  ])('readTextFile: reports %s at the line of the manifest', (_, content, message) => {
    const { text, problems } = read(content);
    expect(text).toBeUndefined();
    expect(problems).toMatchObject([{ ...place, message: expect.stringContaining(message) }]);
  });

  it('readTextFile: reports what the service refuses in the text, and what it takes', () => {
    const check = (text: string) => (text === '{"a":1}' ? [{ message: 'Not this.', expected: 'that' }] : []);
    expect(read('{ "a": 1 }', { check })).toEqual({
      problems: [{ ...place, message: `In the file ${FILE}: Not this.`, expected: 'that' }],
    });
    expect(read('{ "a": 2 }', { check }).text).toBe('{"a":2}');
  });
});
