import type { LeftOut } from './refusal.ts';

/** What tracing needs of X-Ray's SDK, which is nearly nothing. */
export const leftOutTracing: readonly LeftOut[] = [
  {
    // Powertools' Tracer is made for X-Ray's SDK, of which a step on Lambda needs little.
    files: /^aws-xray-sdk-core\/dist\/lib\/index\.js$/,
    replace: () => `export { xray as default } from '../../../../adapters/xray/tracing.ts';`,
  },
];
