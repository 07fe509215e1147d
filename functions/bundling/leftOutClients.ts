import { type LeftOut, refusal, refusing, withoutMethods, withPlugin } from './refusal.ts';

/** The major version of Node that bundles are made for, as `bundleOptions.ts` has it. */
const NODE = 24;

/** What clients of the SDK bring along, most of them each, and no function runs. */
export const leftOutClients: readonly LeftOut[] = [
  {
    // Clients say their name and version in the User-Agent, and take their whole package.json along for that: 2.5 KB.
    files: /^@aws-sdk\/[\w-]+\/package\.json$/,
    replace: (source) => {
      const { name, version } = JSON.parse(source);
      return JSON.stringify({ name, version });
    },
  },
  {
    // Lambda gives a function's credentials in its environment. The other sources, such as files of a developer's
    // machine, single sign-on and the metadata service of EC2, bring four clients of their own: 140 KB.
    files: /^@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    replace: () => `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },
  {
    // No operation that a function calls streams events.
    files: /^@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    replace: () => `
      export const resolveEventStreamSerdeConfig = (config) => config;
      export const eventStreamSerdeProvider = () => { ${refusal('Streaming of events')} };
      export class EventStreamSerde { constructor() { ${refusal('Streaming of events')} } }`,
  },
  {
    // Written for runtimes without `node:crypto`; this one has it.
    files: /^(@smithy\/core|@aws-sdk\/checksums)\/dist-es\/submodules\/.*\/(Sha256|Md5|Sha1|Crc32)Js\.js$/,
    replace: refusing,
  },
  {
    // DynamoDB discovers endpoints only where a client asks for it. The client looks into its cache all the same.
    files: /^@aws-sdk\/endpoint-cache\/dist-es\/index\.js$/,
    replace: (_, path) => `
      export class EndpointCache {
        getEndpoint() {}
        has() { return false; }
        set() { ${refusal(path)} }
      }`,
  },
  {
    // A rate limit of the client's own, for `AWS_RETRY_MODE=adaptive`. Functions retry in the standard way.
    files: /^@smithy\/core\/dist-es\/submodules\/retry\/util-retry\/AdaptiveRetryStrategy\.js$/,
    replace: refusing,
  },
  {
    // Asks the metadata service of EC2 where it runs, for `AWS_DEFAULTS_MODE=auto`. Lambda says it in `AWS_REGION`.
    files:
      /^@smithy\/core\/dist-es\/submodules\/config\/config-resolver\/regionConfig\/getInstanceMetadataRegion\.js$/,
    replace: refusing,
  },
  {
    // A developer's `~/.aws/config` and `~/.aws/credentials`. Nothing on Lambda has a home; settings come from the
    // environment, as they still do. A file that is named there is refused rather than passed over.
    files: /^@smithy\/core\/dist-es\/submodules\/config\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/,
    replace: (_, path) => `
      import { devNull } from 'node:os';
      export { CONFIG_PREFIX_SEPARATOR } from './constants';
      export const loadSharedConfigFiles = async () => {
        const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
        const files = [AWS_CONFIG_FILE || devNull, AWS_SHARED_CREDENTIALS_FILE || devNull];
        if (files.some((file) => file !== devNull)) { ${refusal(path)} }
        return { configFile: {}, credentialsFile: {} };
      };`,
  },
  {
    // Warns where Node is older than what the SDK supports, which bundles are not made for.
    files: /^@aws-sdk\/core\/dist-es\/submodules\/client\/emitWarningIfUnsupportedVersion\.js$/,
    replace: (source) =>
      Number(/^ *const vv = (\d+);$/m.exec(source)?.[1]) <= NODE
        ? 'export const state = {}; export const emitWarningIfUnsupportedVersion = () => {};'
        : source,
  },
  {
    // Lets extensions change a client's settings, and without any sets each to what it was. What is left tells the
    // handler of HTTP what it goes by.
    files: /^@aws-sdk\/client-[\w-]+\/dist-es\/runtimeExtensions\.js$/,
    replace: (_, path) => `
      import { getHttpHandlerExtensionConfiguration } from '@smithy/core/protocols';
      export const resolveRuntimeExtensions = (config, extensions) => {
        if (extensions.length > 0) { ${refusal(path)} }
        getHttpHandlerExtensionConfiguration(config);
        return config;
      };`,
  },
  {
    // Nobody signs a URL or the events of a stream; what is signed is a request.
    files: /^@smithy\/signature-v4\/dist-es\/SignatureV4\.js$/,
    replace: (source, path) =>
      withoutMethods(source, path, ['presign', 'signEvent', 'signMessage', 'signString']),
  },
  {
    // Of events, too. Every signer has one.
    files: /^@smithy\/signature-v4\/dist-es\/HeaderFormatter\.js$/,
    replace: (_, path) => `export class HeaderFormatter { format() { ${refusal(path)} } }`,
  },
  {
    // Operations with a host of their own, such as `sync-` in front of Step Functions', and events in both directions.
    // Which member of an input is part of a host is all that a client without REST needs the bindings to HTTP for: 3 KB.
    files: /^@smithy\/core\/dist-es\/submodules\/protocols\/HttpProtocol\.js$/,
    replace: (source, path) =>
      withoutMethods(source, path, ['loadEventStreamCapability']).replace(
        /^ {4}setHostPrefix\(.*?^ {4}\}$/ms,
        `setHostPrefix(_, { traits }) { if (traits?.endpoint) { ${refusal(path)} } }`,
      ),
  },
  {
    // Answers come as streams of Node, from `node:http`; these read those of browsers.
    files: /^@smithy\/core\/dist-es\/submodules\/serde\/util-stream\/(checksum\/)?[\w-]+\.browser\.js$/,
    replace: refusing,
  },
  {
    // Writes down what is sent and answered, if a client is given somewhere to write it, which none is.
    files: /^@aws-sdk\/core\/dist-es\/submodules\/client\/middleware-logger\/loggerMiddleware\.js$/,
    replace: (source, path) =>
      withPlugin(
        source,
        path,
        `if (options.logger && options.logger.constructor.name !== 'NoOpLogger') { ${refusal(path)} }`,
      ),
  },
  {
    // Blots out of that what is secret.
    files: /^@smithy\/core\/dist-es\/submodules\/client\/smithy-client\/schemaLogFilter\.js$/,
    replace: refusing,
  },
  {
    // Nothing is left out here: the SDK tells this class by its name, which minifying takes from it.
    files: /^@smithy\/core\/dist-es\/submodules\/client\/smithy-client\/NoOpLogger\.js$/,
    replace: (source) => source.replace(/class (\w+) \{/, `class $1 { static name = '$1';`),
  },
];
