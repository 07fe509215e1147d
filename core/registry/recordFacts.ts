import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { RecordContent } from '../ports/registryRecords.ts';
import { visibleStart } from '../text/visible.ts';
import { unwrapRecord } from './diffRecords.ts';
import { serverAddress } from './serverAddress.ts';

/** The facts of a record that its approver needs first. */
export interface RecordFacts {
  /** The server's URL, or why no gateway can reach it; absent where the record describes no MCP server. */
  readonly server?: string;
  /** The server's version, as its author numbers it. */
  readonly version?: string;
  /** The names of the first thirty tools. */
  readonly tools?: readonly string[];
  readonly toolCount?: number;
}

const MAX_TOOLS = 30;
const MAX_TEXT_LENGTH = 200;

export function recordFacts(content: RecordContent): RecordFacts {
  const fields = unwrapRecord(content);
  const { server, tools } = fields;
  const version = isJsonObject(server) ? server.version : undefined;
  const names = Array.isArray(tools) ? tools.filter(isJsonObject).map(nameOf) : [];
  return {
    ...(content.recordType === 'MCP' && { server: addressText(content.descriptors) }),
    ...(typeof version === 'string' && {
      version: visibleStart(version, MAX_TEXT_LENGTH),
    }),
    ...(names.length > 0 && { tools: names.slice(0, MAX_TOOLS), toolCount: names.length }),
  };
}

function addressText(descriptors: JsonObject): string {
  const address = serverAddress(descriptors);
  return 'endpoint' in address ? address.endpoint : `None that a gateway can reach: it ${address.reason}.`;
}

function nameOf({ name }: { readonly [member: string]: JsonValue }): string {
  return typeof name === 'string' ? visibleStart(name, MAX_TEXT_LENGTH) : '(without a name)';
}
