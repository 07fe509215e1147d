import { isJsonObject, type JsonValue } from '../../json.ts';
import { appendPointer } from '../pointer.ts';
import type { UnlocatedServer } from '../schemaTypes.ts';
import type { SmithyModel } from './smithyModel.ts';

/** The trait that says which URL a client calls. */
const ENDPOINT_RULES = 'smithy.rules#endpointRuleSet';

/**
 * AWS's own hosts, whose suffix an endpoint rule takes from the partition. What a gateway may do there its role says, and a
 * guardrail of its own names the role.
 */
const AWS_HOST =
  /^https:\/\/[^/]*(\.amazonaws\.com(\.cn)?|\.api\.aws|\{PartitionResult#(dnsSuffix|dualStackDnsSuffix)\})(\/|$)/;

/** The servers that the endpoint rules of a model name, besides those of AWS. */
export function endpointServers({ services }: SmithyModel): UnlocatedServer[] {
  return services.flatMap(({ traits, pointer }) => {
    const rules = traits[ENDPOINT_RULES];
    const at = appendPointer(pointer, 'traits', ENDPOINT_RULES);
    return rules === undefined ? [] : urlsIn(rules, at).filter(({ url }) => !AWS_HOST.test(url));
  });
}

/**
 * An endpoint's URL is a template, a parameter such as `{ "ref": "Endpoint" }`, whose default may be a URL, or the result of a
 * function.
 */
function urlsIn(value: JsonValue, pointer: string): UnlocatedServer[] {
  if (Array.isArray(value))
    return value.flatMap((item: JsonValue, index) => urlsIn(item, appendPointer(pointer, index)));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = appendPointer(pointer, key);
    if (typeof member !== 'string') return urlsIn(member, at);
    return key === 'url' || (key === 'default' && member.includes('://'))
      ? [{ url: member, pointer: at }]
      : [];
  });
}
