import { type LeftOut, refusal, refusing, withoutMethods } from './refusal.ts';

/** The major version of Node that bundles are made for, as `bundleOptions.ts` has it. */
const NODE = 24;

/** What every client of the SDK brings along and no function runs. */
export const leftOutClients: readonly LeftOut[] = [
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
    // environment, as they still do. A file that is named there is not read in silence's stead.
    files: /^@smithy\/core\/dist-es\/submodules\/config\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/,
    replace: (_, path) => `
      import { devNull } from 'node:os';
      export { CONFIG_PREFIX_SEPARATOR } from './constants';
      export const loadSharedConfigFiles = async () => {
        const { AWS_CONFIG_FILE = devNull, AWS_SHARED_CREDENTIALS_FILE = devNull } = process.env;
        if (AWS_CONFIG_FILE !== devNull || AWS_SHARED_CREDENTIALS_FILE !== devNull) { ${refusal(path)} }
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
];
