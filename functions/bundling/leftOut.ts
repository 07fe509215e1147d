import { leftOutClients } from './leftOutClients.ts';
import { leftOutEndpoints } from './leftOutEndpoints.ts';
import { leftOutOpenApi } from './leftOutOpenApi.ts';
import { leftOutPowertools } from './leftOutPowertools.ts';
import { leftOutS3 } from './leftOutS3.ts';
import { leftOutSchemas } from './leftOutSchemas.ts';
import { leftOutYaml } from './leftOutYaml.ts';
import type { LeftOut } from './refusal.ts';

/**
 * What bundles leave out of the AWS SDK, X-Ray's SDK and others: half of a function's size. None of it is ever run on
 * Lambda; whatever would need it nevertheless says so in an error.
 */
export const leftOut: readonly LeftOut[] = [
  ...leftOutClients,
  ...leftOutEndpoints,
  ...leftOutSchemas,
  ...leftOutS3,
  ...leftOutPowertools,
  ...leftOutYaml,
  ...leftOutOpenApi,
];
