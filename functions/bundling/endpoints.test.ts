import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EndpointParameters, EndpointResolver } from '../../adapters/endpoints/regionalEndpoint.ts';
import { importBundled } from './testing/importBundled.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Every service that functions may call, such as `sns`. */
const services = Object.keys(dependencies).flatMap((name) => /^@aws-sdk\/client-(.+)/.exec(name)?.[1] ?? []);

/** Each service's resolver, and what the SDK knows of partitions. */
interface Resolvers {
  readonly resolvers: Readonly<Record<string, EndpointResolver>>;
  readonly partitionsInfo: {
    readonly partitions: readonly { readonly id: string; readonly regions: Record<string, unknown> }[];
  };
}

const at = (path: string) => JSON.stringify(join(ROOT, 'node_modules/@aws-sdk', path));
const MODULE = [
  ...services.map(
    (name, index) =>
      `import { defaultEndpointResolver as r${index} } from ${at(`client-${name}/dist-es/endpoint/endpointResolver.js`)};`,
  ),
  `export { partitionsInfo } from ${at('core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js')};`,
  `export const resolvers = { ${services.map((name, index) => `'${name}': r${index}`).join(', ')} };`,
].join('\n');

let ours: Resolvers;
let theirs: Resolvers;
beforeAll(async () => {
  ours = await importBundled(MODULE);
  theirs = await importBundled(MODULE, []);
});

/** By name, as a client gives them where nothing is set. */
const UNSET = { UseFIPS: false, UseDualStack: false };
const UNSET_OF: Readonly<Record<string, EndpointParameters>> = {
  s3: {
    ...UNSET,
    Accelerate: false,
    DisableMultiRegionAccessPoints: false,
    DisableS3ExpressSessionAuth: false,
    ForcePathStyle: false,
    UseArnRegion: false,
    UseGlobalEndpoint: false,
    Key: 'workspaces/a b/manifest.yaml',
    Prefix: undefined,
    operation: 'GetObject',
  },
  dynamodb: {
    ...UNSET,
    AccountIdEndpointMode: 'preferred',
    ResourceArn: 'ledger',
    ResourceArnList: ['ledger'],
  },
};

function regions(): string[] {
  return theirs.partitionsInfo.partitions
    .flatMap(({ regions }) => Object.keys(regions))
    .filter((region) => !region.endsWith('-global'));
}

/** A list that shows, where they differ, for what: an empty one says that none does. */
function differences(service: string, cases: readonly EndpointParameters[]): string[] {
  const answer = ({ resolvers }: Resolvers, parameters: EndpointParameters) => {
    const { url, properties, headers } = resolvers[service]?.({ ...UNSET_OF[service], ...parameters }) ?? {};
    return JSON.stringify([url?.href, properties, headers]);
  };
  return cases.flatMap((parameters) => {
    const [mine, right] = [answer(ours, parameters), answer(theirs, parameters)];
    return canonical(mine) === canonical(right)
      ? []
      : [`${JSON.stringify(parameters)}: ${mine}, not ${right}`];
  });
}

/** Members may stand in another order. */
function canonical(json: string): string {
  return JSON.stringify(
    JSON.parse(json, (_, value) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
        : value,
    ),
  );
}

const names = [
  'specs',
  'gateloop-specs-123456789012',
  'abc',
  'a1b',
  '123',
  'specs.example.com',
  '10.0.0.1',
  'a.bc.d',
  'my--bucket',
  'x--s3',
];
const endpoints = [
  'http://127.0.0.1:4566',
  'http://127.0.0.1:4566/base',
  'http://[::1]:4566',
  'http://localhost:4566',
  'http://localhost.localstack.cloud:4566/base/',
  'http://aws:80/',
  'https://s3.example.com:443',
  'https://vpce-1.s3.us-east-1.vpce.amazonaws.com',
];
const paths = [true, false];

/** The SDK would put such a name in front of an IP address, which is no URL; in a bundle the request goes by path. */
function isBroken({ Bucket, Endpoint, ForcePathStyle }: EndpointParameters): boolean {
  const isInFront = Bucket === 'specs.example.com' && ForcePathStyle === false;
  return isInFront && /^http:\/\/(\d|\[)/.test(String(Endpoint));
}

describe('the endpoints of a bundle', () => {
  it.each(services)('are those of the rules of %s in every Region', (service) => {
    const bucket = service === 's3' ? { Bucket: 'specs' } : {};
    const cases = [...regions(), 'eu-nowhere-9', 'us-gov-north-7'].map((Region) => ({ Region, ...bucket }));
    expect(cases.length).toBeGreaterThan(40);
    expect(differences(service, cases)).toEqual([]);
  });

  it.each(services)('are those that are set for %s', (service) => {
    const bucket = service === 's3' ? { Bucket: 'specs' } : {};
    const cases = endpoints.map((Endpoint) => ({ Endpoint, Region: 'eu-west-1', ...bucket }));
    expect(differences(service, cases)).toEqual([]);
  });

  it('lead to a bucket by host or path as S3 has it, and say how to sign', () => {
    const cases = names
      .flatMap((Bucket) =>
        paths.flatMap((ForcePathStyle) =>
          [undefined, ...endpoints].flatMap((Endpoint) =>
            ['us-east-1', 'eu-central-1', 'cn-north-1'].map((Region) => ({
              Bucket,
              ForcePathStyle,
              Endpoint,
              Region,
            })),
          ),
        ),
      )
      .filter((asked) => !isBroken(asked));
    expect(differences('s3', cases)).toEqual([]);
  });

  it("are an account's own for a table, where the credentials tell the account", () => {
    const modes = ['preferred', 'disabled', undefined];
    const cases = regions().flatMap((Region) =>
      modes.map((AccountIdEndpointMode) => ({ Region, AccountIdEndpointMode, AccountId: '123456789012' })),
    );
    expect(differences('dynamodb', cases)).toEqual([]);
    expect(ours.resolvers.dynamodb?.({ Region: 'us-east-1', ...cases[0] }).url.href).toContain(
      '123456789012.ddb.',
    );
  });
});

const everyService = ['aws-global', 'aws-cn-global', 'local', 'nowhere', '', undefined].map(
  (Region): EndpointParameters => ({ Region, Bucket: 'specs' }),
);
const inOneRegion: readonly EndpointParameters[] = [
  { UseFIPS: true, Bucket: 'specs' },
  { UseDualStack: true, Bucket: 'specs' },
  { UseFIPS: true, Endpoint: 'http://127.0.0.1', Bucket: 'specs' },
  { EndpointId: 'abcde.veo', Bucket: 'specs' },
];
const ofOneService: Readonly<Record<string, readonly EndpointParameters[]>> = {
  s3: [
    ...['Accelerate', 'UseGlobalEndpoint', 'UseArnRegion', 'UseObjectLambdaEndpoint'].map((name) => ({
      [name]: true,
      Bucket: 'specs',
    })),
    ...[
      undefined,
      'arn:aws:s3:us-east-1:123456789012:accesspoint/specs',
      'specs--use1-az4--x-s3',
      'specs--use1-az4--xa-s3',
      'specs-000000000000000000000000000000--op-s3',
      'Specs',
      'ab',
      'a_b',
      'a..b',
      '../secrets',
      'specs?',
    ].map((Bucket) => ({ Bucket })),
    { Bucket: 'specs', Endpoint: 'http://127.0.0.1?x=1' },
    { Bucket: 'specs', Endpoint: 'ftp://127.0.0.1' },
  ],
  dynamodb: [
    { ResourceArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/ledger' },
    { ResourceArnList: ['arn:aws:dynamodb:us-east-1:123456789012:table/ledger'] },
    { AccountIdEndpointMode: 'required' },
    { AccountIdEndpointMode: 'required', AccountId: '123456789012', Region: 'us-iso-east-1' },
    { AccountIdEndpointMode: 'preferred', AccountId: 'example.com/' },
    { IsSearchOperation: true },
  ],
};

describe('what asks for an endpoint that a bundle does not know', () => {
  it.each(services)('is refused for %s with what to do', (service) => {
    for (const parameters of [...everyService, ...inOneRegion, ...(ofOneService[service] ?? [])]) {
      const { Bucket, ...others } = parameters;
      const asked = {
        ...UNSET_OF[service],
        Region: 'us-east-1',
        ...(service === 's3' ? parameters : others),
      };
      expect(() => ours.resolvers[service]?.(asked), JSON.stringify(asked)).toThrow(
        /^No endpoint for this request: .* AWS_ENDPOINT_URL_/,
      );
    }
  });
});
