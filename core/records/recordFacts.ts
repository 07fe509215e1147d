import { isJsonObject, type JsonObject, type JsonValue } from '../manifest/json.ts';
import type { RecordContent } from '../ports/registryRecords.ts';
import { unwrapped } from './recordChanges.ts';
import { visible } from './recordWords.ts';
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

const MOST_TOOLS = 30;
const MOST_TEXT = 200;

/** Finds out of a record what matters most to whoever decides on it. */
export function recordFacts(content: RecordContent): RecordFacts {
  const said = unwrapped(content);
  const { server, tools } = said;
  const version = isJsonObject(server) ? server.version : undefined;
  const names = Array.isArray(tools) ? tools.filter(isJsonObject).map(nameOf) : [];
  return {
    ...(content.descriptorType === 'MCP' && { server: addressIn(content.descriptors) }),
    ...(typeof version === 'string' && { version: visible(version.slice(0, MOST_TEXT)) }),
    ...(names.length > 0 && { tools: names.slice(0, MOST_TOOLS), toolCount: names.length }),
  };
}

function addressIn(descriptors: JsonObject): string {
  const address = serverAddress(descriptors);
  return 'endpoint' in address ? address.endpoint : `None that a gateway can reach: it ${address.fault}.`;
}

function nameOf({ name }: { readonly [member: string]: JsonValue }): string {
  return typeof name === 'string' ? visible(name.slice(0, MOST_TEXT)) : '(without a name)';
}
