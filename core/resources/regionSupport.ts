import type { KindName } from './resourceKind.ts';

/** Milan, Spain, Hyderabad, Malaysia, Thailand and Northern California: AgentCore is there, without harness and memory. */
const WITHOUT_HARNESS = [
  'ap-south-2',
  'ap-southeast-5',
  'ap-southeast-7',
  'eu-south-1',
  'eu-south-2',
  'us-west-1',
];

/**
 * The Regions that have AgentCore without a kind of resource, as AWS documents them. What is a part of such a resource is missing,
 * too:
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/agentcore-regions.html
 *
 * A list of what is missing, so that a Region that AWS adds is not refused by an older Gateloop.
 */
export const regionsWithout: Readonly<Partial<Record<KindName, readonly string[]>>> = {
  harness: WITHOUT_HARNESS,
};

/** @returns the kinds among these that the Region is known not to have, each once */
export function missingKinds(kinds: Iterable<KindName>, region: string): KindName[] {
  return [...new Set(kinds)].filter((kind) => regionsWithout[kind]?.includes(region));
}
