import type { StaticSimpleSchema, StaticStructureSchema } from '@smithy/types';
import { n0 } from './namespace.ts';

export type CustomMetadataSchemaComplianceStatus = 'COMPLIANT' | 'NON_COMPLIANT';

export const Description: StaticSimpleSchema = [0, n0, 'Description', 8, 0];

export type RecordType = 'AGENT' | 'CUSTOM' | 'GATEWAY' | 'MCP' | 'SKILL' | 'WEB_BOT';

export type RegistryRecordStatus =
  | 'APPROVED'
  | 'CREATE_FAILED'
  | 'CREATE_PENDING_AUTH'
  | 'CREATING'
  | 'DEPRECATED'
  | 'DRAFT'
  | 'PENDING_APPROVAL'
  | 'REJECTED'
  | 'UPDATE_FAILED'
  | 'UPDATE_PENDING_AUTH'
  | 'UPDATING';

export type RegistryStatus =
  | 'CREATE_FAILED'
  | 'CREATING'
  | 'DELETE_FAILED'
  | 'DELETING'
  | 'READY'
  | 'UPDATE_FAILED'
  | 'UPDATING';

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
