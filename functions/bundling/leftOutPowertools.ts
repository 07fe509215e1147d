import { type LeftOut, withoutMethods } from './refusal.ts';

/** What Powertools brings for what steps do not do with it. */
export const leftOutPowertools: readonly LeftOut[] = [
  {
    // Tracer is made for X-Ray's SDK, of which a step on Lambda needs little.
    files: /^aws-xray-sdk-core\/dist\/lib\/index\.js$/,
    replace: () => `export { xray as default } from '../../../../adapters/xray/tracing.ts';`,
  },
  {
    // Calls to AWS are traced by `adapters/xray/traced.ts`; other requests are not, since an address may be a secret.
    files: /^@aws-lambda-powertools\/tracer\/lib\/esm\/provider\/ProviderService\.js$/,
    replace: (source, path) =>
      withoutMethods(source, path, ['captureAWSv3Client', 'captureHTTPsGlobal', 'instrumentFetch']),
  },
  // Decorators, for handlers that are methods of a class. Steps use the middleware that says the same.
  decorators('logger/lib/esm/Logger', ['injectLambdaContext']),
  decorators('metrics/lib/esm/Metrics', ['logMetrics']),
  decorators('tracer/lib/esm/Tracer', ['captureLambdaHandler', 'captureMethod']),
];

function decorators(module: string, names: readonly string[]): LeftOut {
  return {
    files: new RegExp(String.raw`^@aws-lambda-powertools\/${module.replaceAll('/', String.raw`\/`)}\.js$`),
    replace: (source, path) => withoutMethods(source, path, names),
  };
}
