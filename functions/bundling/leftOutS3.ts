import { type LeftOut, refusal, refusing, withPlugin } from './refusal.ts';

/**
 * What S3's client holds for other buckets and bodies than those of functions, which read and write small objects of
 * one ordinary bucket in their own Region. The checksums all stay: who uploads chooses the algorithm that S3 answers
 * with, and the AWS CLI takes CRC-64/NVME.
 */
export const leftOutS3: readonly LeftOut[] = [
  {
    // S3 speaks XML in its answers. Of what functions send to it, nothing but a file's bytes has a body.
    files: /^@aws-sdk\/core\/dist-es\/submodules\/protocols\/xml\/XmlShapeSerializer\.js$/,
    replace: (_, path) => `
      export class XmlShapeSerializer {
        setSerdeContext() {}
        write() { ${refusal(path)} }
        flush() {}
      }`,
  },
  {
    // Signs for several Regions at once, if one installs what can: multi-Region access points and global endpoints of
    // EventBridge, which are refused before. EventBridge's client has this signer too.
    files: /^@aws-sdk\/signature-v4-multi-region\/dist-es\/SignatureV4MultiRegion\.js$/,
    replace: (_, path) => `
      import { SignatureV4 } from '@smithy/signature-v4';
      export class SignatureV4MultiRegion extends SignatureV4 {
        static sigv4aDependency() { return 'none'; }
        async sign(request, options = {}) {
          if (options.signingRegion === '*') { ${refusal(path)} }
          return super.sign(request, options);
        }
      }`,
  },
  {
    files: /^@aws-sdk\/core\/dist-es\/submodules\/httpAuthSchemes\/aws_sdk\/AwsSdkSigV4ASigner\.js$/,
    replace: (_, path) => `export class AwsSdkSigV4ASigner { async sign() { ${refusal(path)} } }`,
  },
  {
    // Directory buckets need a session of their own. Which bucket is one the endpoint says, and ours never does.
    files:
      /^@aws-sdk\/middleware-sdk-s3\/dist-es\/submodules\/s3\/middleware-s3-express\/classes\/S3ExpressIdentityProviderImpl\.js$/,
    replace: (_, path) => `
      export class S3ExpressIdentityProviderImpl { async getS3ExpressIdentity() { ${refusal(path)} } }`,
  },
  {
    files: /^@aws-sdk\/client-s3\/dist-es\/commands\/CreateSessionCommand\.js$/,
    replace: refusing,
  },
  {
    files:
      /^@aws-sdk\/middleware-sdk-s3\/dist-es\/submodules\/s3\/middleware-s3-express\/functions\/s3ExpressMiddleware\.js$/,
    replace: (source, path) => withPlugin(source, path, ''),
  },
  {
    // Signs as every client does where there is no such session, and in that one's place.
    files:
      /^@aws-sdk\/middleware-sdk-s3\/dist-es\/submodules\/s3\/middleware-s3-express\/functions\/s3ExpressHttpSigningMiddleware\.js$/,
    replace: (source, path) => withPlugin(source, path, ''),
  },
  {
    // Follows a bucket to another Region, where a client was made with leave to do so.
    files:
      /^@aws-sdk\/middleware-sdk-s3\/dist-es\/submodules\/s3\/middleware-region-redirect\/region-redirect-middleware\.js$/,
    replace: (source, path) =>
      withPlugin(source, path, `if (clientConfig.followRegionRedirects) { ${refusal(path)} }`),
  },
  {
    // Takes a bucket's name for a URL, where a client was made for that. Our endpoint refuses such a name.
    files:
      /^@aws-sdk\/middleware-sdk-s3\/dist-es\/submodules\/s3\/middleware-region-redirect\/bucket-endpoint-middleware\.js$/,
    replace: (source) => `
      export const bucketEndpointMiddleware = () => (next) => next;
      ${source.slice(source.indexOf('export const bucketEndpointMiddlewareOptions'))}`,
  },
  {
    // What is written is in memory as a whole; streams would be sent in chunks, their checksum after them.
    files:
      /^@smithy\/core\/dist-es\/submodules\/serde\/util-stream\/(getAwsChunkedEncodingStream|createBufferedReadable)\.js$/,
    replace: refusing,
  },
  {
    // Keys that customers of S3 bring along to each object. Ours is a key of KMS, or S3's own.
    files: /^@aws-sdk\/middleware-sdk-s3\/dist-es\/submodules\/s3\/middleware-ssec\/middleware-ssec\.js$/,
    replace: (source, path) =>
      withPlugin(
        source,
        path,
        `clientStack.add((next) => (args) => {
          if (args.input.SSECustomerKey || args.input.CopySourceSSECustomerKey) { ${refusal(path)} }
          return next(args);
        }, ssecMiddlewareOptions);`,
      ),
  },
  {
    // MD5 is for those keys, and for rules of buckets. To look whether Node has it takes 1.6 ms of a cold start.
    files: /^@smithy\/core\/dist-es\/submodules\/checksum\/md5\/Md5Node\.js$/,
    replace: refusing,
  },
];
