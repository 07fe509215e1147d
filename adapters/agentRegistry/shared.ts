import type { StaticSimpleSchema, StaticStructureSchema } from '@smithy/types';
import { n0 } from './namespace.ts';

export const Description: StaticSimpleSchema = [0, n0, 'Description', 8, 0];

export type RecordType = 'AGENT' | 'CUSTOM' | 'GATEWAY' | 'MCP' | 'SKILL' | 'WEB_BOT';

export interface UpdatedDescription {
  optionalValue?: string | undefined;
}
export const UpdatedDescription$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedDescription',
  0,
  ['optionalValue'],
  [() => Description],
];
