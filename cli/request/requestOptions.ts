import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Address } from '../../core/address.ts';
import { readAddress } from '../../core/resources/resourceKinds.ts';
import { type Given, numberBetween } from '../commandSpec.ts';
import { readEnvironmentName } from '../environmentOptions.ts';
import { invalidOption } from '../errorReport.ts';
import { DEFAULT_DATA } from '../start/endpointFile.ts';
import type { RequestTo } from './destination.ts';

/** The flags of commands that reach a deployed environment, or a running `npm start`. */
export interface PlaceFlags {
  readonly env: string;
  readonly bucket?: string;
  readonly local: boolean;
  readonly data: string;
}

/** @param verb what the command does with a running `npm start`, such as `ask` */
export function placeOptions(verb: string): readonly Option[] {
  return [
    new Option('--env <name>', 'the environment on AWS').default('main'),
    new Option(
      '--bucket <name>',
      'the spec bucket, for users who may not read the stack (default: GATELOOP_BUCKET, or the output of the stack)',
    ),
    new Option('--local', `${verb} a running npm start instead of AWS`),
    new Option('--data <dir>', 'data directory of that npm start').default(DEFAULT_DATA),
  ];
}

/** The flags of commands that change a workspace where it is deployed, and follow what comes of it. */
export interface DeployedFlags extends PlaceFlags {
  readonly minutes: number;
}

export const deployedOptions: readonly Option[] = [
  ...placeOptions('ask'),
  new Option('--minutes <n>', 'stop following after this many minutes')
    .argParser(numberBetween('--minutes', 0.01, Number.POSITIVE_INFINITY))
    .default(30),
];

export const workspaceOfResource = new Option(
  '--workspace <name>',
  'the workspace that has the resource (default: the one whose outcome names it)',
);

/** @throws CommandError `InvalidOption` */
export function readRequestTo({ flags, environment }: Given<PlaceFlags>): RequestTo {
  const { env, bucket, local, data } = flags;
  if (local && bucket !== undefined)
    throw invalidOption('--bucket and --local exclude each other', 'Give one of the two.');
  const name = bucket ?? environment.GATELOOP_BUCKET;
  return local
    ? { data: resolve(data) }
    : { environment: readEnvironmentName(env), ...(name && { bucket: name }) };
}

/**
 * Takes the address of a resource, or the short form of a target's.
 *
 * @throws CommandError `InvalidOption`
 */
export function checkedResource(text: string): Address {
  const address = readAddress(text) ?? readAddress(`gatewayTarget/${text}`);
  if (address !== undefined) return address;
  throw invalidOption(
    `"${text}" names no resource`,
    'Name a target as GATEWAY/TARGET, and any other resource by its address, such as gateway/payments or agentRuntime/search.',
  );
}
