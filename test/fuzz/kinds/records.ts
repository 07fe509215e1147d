import fc from 'fast-check';
import {
  AgentRegistryControlClient,
  type GetRegistryRecordCommandOutput,
} from '../../../adapters/agentRegistry/index.ts';
import { AgentRegistryRecords } from '../../../adapters/agentRegistryRecords.ts';
import type { AuthorizationRequest } from '../../../core/authorization/request.ts';
import { authorizationRequiredEvent } from '../../../core/authorization/requestEvents.ts';
import type { DesiredState } from '../../../core/desired/desired.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { authorizationMessage } from '../../../core/messages/authorizationMessage.ts';
import type { RegistryRecord } from '../../../core/ports/registryRecords.ts';
import { importTargets } from '../../../core/registry/importTargets.ts';
import { serverAddress } from '../../../core/registry/serverAddress.ts';
import { renderPage } from '../../../functions/authorization-pages/pages/renderPage.ts';
import { handleRecordEvent } from '../../../functions/registry-approvals/handleRecordEvent.ts';
import { fuzzKind } from '../fuzzKind.ts';
import { applyEdits, mutatedText, mutatedValue, valueEdits } from '../mutations.ts';
import { checkHtml, checkText, HTML_MARK, promise } from '../promises.ts';
import { approvalWorld, desiredWithRegistry, RECORD } from './approvalWorld.ts';

interface Submission {
  readonly before: JsonValue;
  readonly after: JsonValue;
}

const server = {
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-09-29/server.schema.json',
  name: 'io.example/issues',
  title: `Issues ${HTML_MARK}`,
  description: 'Reads and writes issues.',
  version: '1.4.0',
  repository: { url: 'https://git.example.com/issues', source: 'git' },
  remotes: [
    {
      type: 'streamable-http',
      url: 'https://mcp.example.com/mcp',
      headers: [{ name: 'X-Key', isRequired: true }],
    },
    { type: 'sse', url: 'https://mcp.example.com/sse' },
  ],
  packages: [{ registryType: 'npm', identifier: '@example/issues', version: '1.4.0' }],
};
const tools = [
  {
    name: 'list_issues',
    description: `Lists issues ${HTML_MARK}`,
    inputSchema: { type: 'object', properties: { state: { type: 'string', enum: ['open', 'closed'] } } },
  },
  { name: 'close_issue', description: 'Closes an issue.', inputSchema: { type: 'object', required: ['id'] } },
];
const FRAGMENTS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\u202e',
  '\\ud800',
  '"name":"',
  '"tools":[',
  '"remotes":[',
];

/** The text of a part of a descriptor: mutated as JSON and as a text. */
function partOf(content: JsonValue): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: mutatedValue([content]).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: mutatedText([JSON.stringify(content)], FRAGMENTS) },
  );
}

const record = fc
  .tuple(partOf(server), partOf(tools), fc.constantFrom('MCP', 'AGENT', 'CUSTOM'))
  .map(([serverText, toolsText, recordType]) => ({
    name: `issues ${HTML_MARK}`,
    description: `Issues ${HTML_MARK}`,
    recordType,
    descriptors: {
      mcpServer: { data: serverText, additionalData: { tools: { data: toolsText } } },
      custom: { data: toolsText },
    },
    recordVersion: '7',
  }));
/** A record, half of them with changes of its outer members, too. */
const submission = fc
  .tuple(record, fc.option(valueEdits, { freq: 1 }))
  .map(([value, edits]) => applyEdits(value, edits ?? []));

/** What the registry answers next. One client serves all inputs, since to make one takes longer than an input. */
let answer: object = {};
const client = new AgentRegistryControlClient({ region: 'us-east-1' });
client.middlewareStack.add(
  () => async () => ({
    // The service promises these types, and strangers write the texts in them.
    output: { ...answer, $metadata: {} } as GetRegistryRecordCommandOutput,
    response: undefined,
  }),
  { step: 'initialize', priority: 'high' },
);
const registry = new AgentRegistryRecords(client);

/** @returns the record as the adapter reads it from the registry's answer */
function read(value: JsonValue): Promise<RegistryRecord | undefined> {
  answer = answerOf(isJsonObject(value) ? value : {});
  return registry.get(RECORD);
}

function answerOf(fields: JsonObject): object {
  const { descriptors } = fields;
  const texts = ['name', 'description', 'recordType', 'recordVersion'].flatMap((member) =>
    typeof fields[member] === 'string' ? [[member, fields[member]]] : [],
  );
  return { ...Object.fromEntries(texts), descriptors, status: 'PENDING_APPROVAL', recordId: RECORD.recordId };
}

/** An item of the ledger has at most 400 KB. */
const MAX_ITEM_BYTES = 400_000;
const MAX_EVENT_BYTES = 256_000;

export const recordKind = fuzzKind<Submission>({
  name: 'records',
  fuzzed:
    'descriptors of registry records: their requests, pages, messages, events and differences, and the targets made of them',
  share: 0.02,
  inputs: fc.record({ before: submission, after: submission }),
  async check({ before, after }) {
    const [approved, submitted] = [await read(before), await read(after)];
    if (!approved || !submitted) return;
    checkTargets(submitted);
    const { ports, request } = await approvalWorld(approved, submitted);
    await handleRecordEvent(RECORD, 0, ports);
    const opened = request();
    promise(opened !== undefined, 'a submission opens a request');
    checkRequest(opened);
  },
});

function checkRequest(request: AuthorizationRequest): void {
  checkHtml(String(renderPage({ name: 'waiting', request }).body));
  const { subject, text } = authorizationMessage(
    request,
    'ask',
    'https://pages.example.com/authorizations/1',
  );
  checkText(subject, 99, 'a subject');
  checkText(text.replaceAll('\n', ''), 20_000, 'a message');
  const event = JSON.stringify(authorizationRequiredEvent(request, 'https://pages.example.com', 0));
  promise(Buffer.byteLength(event) < MAX_EVENT_BYTES, 'an event fits into a call of EventBridge');
  promise(
    Buffer.byteLength(JSON.stringify(request)) < MAX_ITEM_BYTES,
    'a request fits into an item of the ledger',
  );
}

function checkTargets({ recordId, name, version, descriptors }: RegistryRecord): void {
  const address = serverAddress(descriptors);
  const { sources = [] } = desiredWithRegistry satisfies DesiredState;
  const imports = sources.map((source) => ({
    source,
    registryId: RECORD.registryId,
    records: [{ recordId, name, version, revision: 'abcdef01', createdAt: 0, address }],
  }));
  const { targets, warnings } = importTargets(desiredWithRegistry, imports);
  for (const { message } of warnings) checkText(message, 700, 'a warning');
  for (const { config } of targets) {
    const { description, name: targetName } = config;
    promise(/^([0-9a-zA-Z][-]?){1,100}$/.test(String(targetName)), 'a target has a valid name', targetName);
    checkText(String(description), 200, 'a description');
    promise(!JSON.stringify(config).includes('${'), 'a record writes no reference', config);
  }
}
