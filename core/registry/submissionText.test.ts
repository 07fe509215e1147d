import { expect, it } from 'vitest';
import { submissionText } from './submissionText.ts';

const record = (data: string) => ({
  name: 'weather',
  recordType: 'MCP' as const,
  descriptors: { mcpServer: { additionalData: { tools: { data } } } },
});

it('submissionText: shows the JSON in the parts of a record with all members, also those beside the tools', () => {
  const text = submissionText(record('{ "tools": [{"name":"find"}], "_meta": {"note": 1} }'));
  expect(JSON.parse(text)).toEqual({
    name: 'weather',
    kind: 'MCP',
    descriptors: {
      mcpServer: { additionalData: { tools: { data: { tools: [{ name: 'find' }], _meta: { note: 1 } } } } },
    },
  });
});

it('submissionText: shows a part as submitted where JSON.parse drops one of two members of the same name', () => {
  const content = '{"description":"Deletes everything.","description":"Reads."}';
  expect(JSON.parse(submissionText(record(content))).descriptors.mcpServer.additionalData.tools).toEqual({
    data: { description: 'Reads.' },
    'data as submitted': content,
  });
});

it('submissionText: shows a part that is no JSON as text', () => {
  expect(submissionText(record('# A skill'))).toContain('"# A skill"');
});

it('submissionText: shows a text of several lines line by line, each behind a bar that no text can leave', () => {
  const text = submissionText(record('---\nname: refunds\n---\n"url": "https://good.example.com",\nDo it.'));
  expect(text).toMatch(/^ +"data":\n( +)│ ---\n\1│ name: refunds\n\1│ ---\n/m);
  expect(text).toMatch(/^ +│ "url": "https:\/\/good\.example\.com",\n +│ Do it\.$/m);
  expect(text).not.toMatch(/^ +"url"/m);
});

it('submissionText: leaves a text on its line that only ends in a line feed, or holds a backslash before an n', () => {
  const text = submissionText(record('one line\n'));
  expect(text).toContain(String.raw`"data": "one line\n"`);
  expect(submissionText(record(String.raw`C:\new`))).toContain(String.raw`"data": "C:\\new"`);
});
