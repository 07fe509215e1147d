import { asText } from '../../json.ts';
import { listMember, member, stringMember } from '../member.ts';
import type { UnlocatedServer } from '../schemaTypes.ts';
import { type OpenApiDocument, placeholders } from './operations.ts';
import { type Server, serversOf, urlPointer, variableOf } from './serverRules.ts';

/**
 * The servers of a document: also those that a gateway was not seen to call, since another version of the service may call
 * them. Each variable has each of its values.
 */
export function calledServers(document: OpenApiDocument): UnlocatedServer[] {
  return serversOf(document).flatMap((server) => {
    const pointer = urlPointer(server);
    return urlsOf(server).map((url) => ({ url, pointer }));
  });
}

/** More combinations of values are not tried: the template stands for them. */
const MAX_URLS = 64;

function urlsOf(server: Server): readonly string[] {
  const template = stringMember(server.value, 'url');
  if (template === undefined) return [];
  const host = hostPart(template);
  let urls = [template];
  for (const name of placeholders(template)) {
    const values = valuesOf(server, name);
    // A variable without a list of values may have any, which does not matter behind the host.
    if (!values.isClosed && (host.includes(`{${name}}`) || values.texts.length === 0)) return [template];
    urls = urls.flatMap((url) => values.texts.map((text) => url.replaceAll(`{${name}}`, text)));
    if (urls.length > MAX_URLS) return [template];
  }
  return urls;
}

/** @returns all of a URL before its path; of one that begins with a variable, all up to the first slash behind it */
function hostPart(template: string): string {
  return /^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*/i.exec(template)?.[0] ?? template;
}

function valuesOf(server: Server, name: string): { texts: readonly string[]; isClosed: boolean } {
  const variable = variableOf(server, name);
  const listed = listMember(variable, 'enum').map(asText);
  const standard = member(variable, 'default');
  const texts = [...new Set([...listed, ...(standard === undefined ? [] : [asText(standard)])])];
  return { texts, isClosed: listed.length > 0 };
}
