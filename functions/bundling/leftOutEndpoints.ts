import type { LeftOut } from './refusal.ts';

/**
 * The rules by which each client finds its endpoint, and what interprets them: for Regions, FIPS, dual stack, access
 * points, directory buckets and more. That is 8 KB once and 2 to 18 for each client, 32 with S3 and DynamoDB. Functions
 * call the regional endpoint, or the one that is set in `AWS_ENDPOINT_URL_*`, and refuse what would ask for another.
 */
export const leftOutEndpoints: readonly LeftOut[] = [
  {
    files: /^@aws-sdk\/client-s3\/dist-es\/endpoint\/endpointResolver\.js$/,
    replace: () => resolverOf('bucketEndpoint', 'partitions'),
  },
  {
    files: /^@aws-sdk\/client-dynamodb\/dist-es\/endpoint\/endpointResolver\.js$/,
    replace: () => resolverOf('tableEndpoint', 'partitions'),
  },
  {
    // The rest differ in nothing but the first part of a host's name, which is all that is kept of their rules.
    files:
      /^@aws-sdk\/client-(bedrock-agentcore(-control)?|eventbridge|secrets-manager|sfn|sns)\/dist-es\/endpoint\/endpointResolver\.js$/,
    replace: () =>
      `import { prefix } from './bdd.js';\n${resolverOf('regionalEndpoint', 'prefix, partitions')}`,
  },
  {
    files:
      /^@aws-sdk\/client-(bedrock-agentcore(-control)?|eventbridge|secrets-manager|sfn|sns)\/dist-es\/endpoint\/bdd\.js$/,
    replace: (source, path) => `export const prefix = ${JSON.stringify(prefixIn(source, path))};`,
  },
  {
    // Gives the rules their functions, as each client with rules of its own does once more; so nobody needs it here.
    files: /^@aws-sdk\/core\/dist-es\/submodules\/client\/util-endpoints\/aws\.js$/,
    replace: (source) => source.replace('customEndpointFunctions.aws = awsEndpointFunctions;', ''),
  },
  {
    // What the SDK knows of partitions, without every Region's name; the bundler drops its own table if nobody asks.
    files: /^@aws-sdk\/core\/dist-es\/submodules\/client\/util-endpoints\/lib\/aws\/partitions\.js$/,
    replace: (source) => `${source}\nexport const partitions = [${partitionsIn(source).join(', ')}];`,
  },
];

/** The source of a client's `endpointResolver.js`. */
function resolverOf(resolver: string, from: string): string {
  return `
    import { partitions } from '../../../core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
    import { ${resolver} } from '../../../../../adapters/endpoints/${resolver}.ts';
    export const defaultEndpointResolver = ${resolver}(${from});`;
}

const REGIONAL = /"https:\/\/([\w-]+)(?<!-fips)\.\{Region\}\.\{PartitionResult#dnsSuffix\}"/g;

function prefixIn(rules: string, path: string): string {
  const [prefix, ...others] = [...rules.matchAll(REGIONAL)].map(([, found]) => found);
  if (prefix !== undefined && others.length === 0) return prefix;
  throw new Error(
    `${path} has not one regional endpoint, but others too. See functions/bundling/leftOutEndpoints.ts.`,
  );
}

/** @returns for each a `Partition`, written in JavaScript */
function partitionsIn(source: string): string[] {
  const { partitions } = JSON.parse(source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1));
  return partitions.map(
    ({ id, regionRegex, outputs }: { id: string; regionRegex: string; outputs: { dnsSuffix: string } }) =>
      `{ name: '${id}', regions: ${new RegExp(regionRegex)}, suffix: '${outputs.dnsSuffix}' }`,
  );
}
