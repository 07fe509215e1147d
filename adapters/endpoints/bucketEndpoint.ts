import {
  type EndpointResolver,
  endpointAt,
  type Partition,
  partitionOf,
  refuse,
  refuseOthers,
} from './regionalEndpoint.ts';

/** Directory buckets of S3 Express, access points for them, and buckets on Outposts. */
const OTHER_KIND = /--(x|xa|op)-s3$/;
const NAME = /^(?=.{3,63}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/;
/** Shorter ones S3 does not take for a part of a host's name, a bucket's name of several labels being one. */
const LABEL = /^[a-z\d-]{3,63}$/;
const IP_ADDRESS = /^(\d+\.){3}\d+$|^\[/;

/**
 * Resolves as S3's rules do for an ordinary bucket: by a host of the bucket's own where its name can be part of one,
 * else by its path. Both sign for the Region, and for the path as it is sent.
 */
export function bucketEndpoint(partitions: readonly Partition[]): EndpointResolver {
  return (parameters) => {
    refuseOthers(parameters, ['Bucket', 'ForcePathStyle', 'Key', 'Prefix']);
    const { Bucket: bucket, Endpoint: endpoint, ForcePathStyle: isByPath, Region: region } = parameters;
    const { suffix } = partitionOf(region, partitions);
    if (typeof bucket !== 'string' || !NAME.test(bucket) || OTHER_KIND.test(bucket)) {
      return refuse('Bucket', 'is not the name of an ordinary bucket');
    }
    const base = typeof endpoint === 'string' ? new URL(endpoint) : new URL(`https://s3.${region}.${suffix}`);
    if (base.search || !/^https?:$/.test(base.protocol)) return refuse('Endpoint', 'is no place on a host');
    const signing = { disableDoubleEncoding: true, name: 'sigv4', signingName: 's3', signingRegion: region };
    const url = !isByPath && isOfHost(bucket, base) ? ofHost(bucket, base) : ofPath(bucket, base);
    return endpointAt(url, { authSchemes: [signing] });
  };
}

/** Certificates cover one label in front of S3's host, so that a name with dots can only be in a host without TLS. */
function isOfHost(bucket: string, { hostname, protocol }: URL): boolean {
  if (IP_ADDRESS.test(hostname)) return false;
  return (
    LABEL.test(bucket) || (protocol === 'http:' && bucket.split('.').every((label) => LABEL.test(label)))
  );
}

function ofHost(bucket: string, { protocol, host, pathname }: URL): string {
  return `${protocol}//${bucket}.${host}${pathname}`;
}

function ofPath(bucket: string, { origin, pathname }: URL): string {
  return `${origin}${pathname.endsWith('/') ? pathname : `${pathname}/`}${bucket}`;
}
