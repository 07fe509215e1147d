import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { RecordContent } from '../ports/registryRecords.ts';
import { unwrapRecord } from './diffRecords.ts';
import { withoutControlCharacters } from './recordLabels.ts';
import { serverAddress } from './serverAddress.ts';

/** What somebody who decides on a record wants to know first. */
export interface RecordFacts {
  /** Where agents would be sent, or why no gateway can reach it; absent where the record describes no MCP server. */
  readonly server?: string;
  /** Of the server, as whoever made it counts. */
  readonly version?: string;
  /** The first thirty names. */
  readonly tools?: readonly string[];
  readonly toolCount?: number;
}

const MAX_TOOLS = 30;
const MAX_TEXT_LENGTH = 200;

/** Finds out of a record what matters most to whoever decides on it. */
export function recordFacts(content: RecordContent): RecordFacts {
  const fields = unwrapRecord(content);
  const { server, tools } = fields;
  const version = isJsonObject(server) ? server.version : undefined;
  const names = Array.isArray(tools) ? tools.filter(isJsonObject).map(nameOf) : [];
  return {
    ...(content.descriptorType === 'MCP' && { server: addressText(content.descriptors) }),
    ...(typeof version === 'string' && {
      version: withoutControlCharacters(version.slice(0, MAX_TEXT_LENGTH)),
    }),
    ...(names.length > 0 && { tools: names.slice(0, MAX_TOOLS), toolCount: names.length }),
  };
}

function addressText(descriptors: JsonObject): string {
  const address = serverAddress(descriptors);
  return 'endpoint' in address ? address.endpoint : `None that a gateway can reach: it ${address.reason}.`;
}

function nameOf({ name }: { readonly [member: string]: JsonValue }): string {
  return typeof name === 'string'
    ? withoutControlCharacters(name.slice(0, MAX_TEXT_LENGTH))
    : '(without a name)';
}
