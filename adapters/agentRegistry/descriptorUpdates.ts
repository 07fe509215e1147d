import type { StaticStructureSchema } from '@smithy/types';
import type { BotCategory } from './descriptors.ts';
import { n0 } from './namespace.ts';
import {
  type UpdatedAgentSkillsDefinitionDescriptor,
  UpdatedAgentSkillsDefinitionDescriptor$,
} from './skills.ts';
import {
  type UpdatedDataSchemaVersion,
  UpdatedDataSchemaVersion$,
  type UpdatedDescriptorData,
  UpdatedDescriptorData$,
  type UpdatedDescriptorSource,
  UpdatedDescriptorSource$,
} from './sources.ts';

export interface UpdatedA2aAgentCardDescriptor {
  optionalValue?: UpdatedA2aAgentCardDescriptorFields | undefined;
}
export const UpdatedA2aAgentCardDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedA2aAgentCardDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedA2aAgentCardDescriptorFields$],
];

export interface UpdatedA2aAgentCardDescriptorFields {
  data?: UpdatedDescriptorData | undefined;
  dataSchemaVersion?: UpdatedDataSchemaVersion | undefined;
  source?: UpdatedDescriptorSource | undefined;
}
export const UpdatedA2aAgentCardDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedA2aAgentCardDescriptorFields',
  0,
  ['data', 'dataSchemaVersion', 'source'],
  [() => UpdatedDescriptorData$, () => UpdatedDataSchemaVersion$, () => UpdatedDescriptorSource$],
];

export interface UpdatedAgUiDescriptor {
  optionalValue?: UpdatedAgUiDescriptorFields | undefined;
}
export const UpdatedAgUiDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgUiDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedAgUiDescriptorFields$],
];

export interface UpdatedAgUiDescriptorFields {
  source?: UpdatedDescriptorSource | undefined;
}
export const UpdatedAgUiDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgUiDescriptorFields',
  0,
  ['source'],
  [() => UpdatedDescriptorSource$],
];

export interface UpdatedBotCategory {
  optionalValue?: BotCategory | undefined;
}
export const UpdatedBotCategory$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedBotCategory',
  0,
  ['optionalValue'],
  [0],
];

export interface UpdatedCustomDescriptor {
  optionalValue?: UpdatedCustomDescriptorFields | undefined;
}
export const UpdatedCustomDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedCustomDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedCustomDescriptorFields$],
];

export interface UpdatedCustomDescriptorFields {
  data?: UpdatedDescriptorData | undefined;
}
export const UpdatedCustomDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedCustomDescriptorFields',
  0,
  ['data'],
  [() => UpdatedDescriptorData$],
];

export interface UpdatedDescriptors {
  optionalValue?: UpdatedDescriptorsFields | undefined;
}
export const UpdatedDescriptors$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedDescriptors',
  0,
  ['optionalValue'],
  [() => UpdatedDescriptorsFields$],
];

export interface UpdatedDescriptorsFields {
  mcpServer?: UpdatedMcpServerDescriptor | undefined;
  a2aAgentCard?: UpdatedA2aAgentCardDescriptor | undefined;
  agentSkillsDefinition?: UpdatedAgentSkillsDefinitionDescriptor | undefined;
  custom?: UpdatedCustomDescriptor | undefined;
  http?: UpdatedHttpDescriptor | undefined;
  agui?: UpdatedAgUiDescriptor | undefined;
  signatureAgentCard?: UpdatedSignatureAgentCardDescriptor | undefined;
}
export const UpdatedDescriptorsFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedDescriptorsFields',
  0,
  ['mcpServer', 'a2aAgentCard', 'agentSkillsDefinition', 'custom', 'http', 'agui', 'signatureAgentCard'],
  [
    () => UpdatedMcpServerDescriptor$,
    () => UpdatedA2aAgentCardDescriptor$,
    () => UpdatedAgentSkillsDefinitionDescriptor$,
    () => UpdatedCustomDescriptor$,
    () => UpdatedHttpDescriptor$,
    () => UpdatedAgUiDescriptor$,
    () => UpdatedSignatureAgentCardDescriptor$,
  ],
];

export interface UpdatedHttpDescriptor {
  optionalValue?: UpdatedHttpDescriptorFields | undefined;
}
export const UpdatedHttpDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedHttpDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedHttpDescriptorFields$],
];

export interface UpdatedHttpDescriptorFields {
  source?: UpdatedDescriptorSource | undefined;
}
export const UpdatedHttpDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedHttpDescriptorFields',
  0,
  ['source'],
  [() => UpdatedDescriptorSource$],
];

export interface UpdatedMcpServerAdditionalData {
  optionalValue?: UpdatedMcpServerAdditionalDataFields | undefined;
}
export const UpdatedMcpServerAdditionalData$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedMcpServerAdditionalData',
  0,
  ['optionalValue'],
  [() => UpdatedMcpServerAdditionalDataFields$],
];

export interface UpdatedMcpServerAdditionalDataFields {
  tools?: UpdatedMcpToolsDescriptor | undefined;
}
export const UpdatedMcpServerAdditionalDataFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedMcpServerAdditionalDataFields',
  0,
  ['tools'],
  [() => UpdatedMcpToolsDescriptor$],
];

export interface UpdatedMcpServerDescriptor {
  optionalValue?: UpdatedMcpServerDescriptorFields | undefined;
}
export const UpdatedMcpServerDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedMcpServerDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedMcpServerDescriptorFields$],
];

export interface UpdatedMcpServerDescriptorFields {
  data?: UpdatedDescriptorData | undefined;
  dataSchemaVersion?: UpdatedDataSchemaVersion | undefined;
  source?: UpdatedDescriptorSource | undefined;
  additionalData?: UpdatedMcpServerAdditionalData | undefined;
}
export const UpdatedMcpServerDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedMcpServerDescriptorFields',
  0,
  ['data', 'dataSchemaVersion', 'source', 'additionalData'],
  [
    () => UpdatedDescriptorData$,
    () => UpdatedDataSchemaVersion$,
    () => UpdatedDescriptorSource$,
    () => UpdatedMcpServerAdditionalData$,
  ],
];

export interface UpdatedMcpToolsDescriptor {
  optionalValue?: UpdatedMcpToolsDescriptorFields | undefined;
}
export const UpdatedMcpToolsDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedMcpToolsDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedMcpToolsDescriptorFields$],
];

export interface UpdatedMcpToolsDescriptorFields {
  data?: UpdatedDescriptorData | undefined;
  dataSchemaVersion?: UpdatedDataSchemaVersion | undefined;
}
export const UpdatedMcpToolsDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedMcpToolsDescriptorFields',
  0,
  ['data', 'dataSchemaVersion'],
  [() => UpdatedDescriptorData$, () => UpdatedDataSchemaVersion$],
];

export interface UpdatedSignatureAgentCardAdditionalData {
  optionalValue?: UpdatedSignatureAgentCardAdditionalDataFields | undefined;
}
export const UpdatedSignatureAgentCardAdditionalData$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedSignatureAgentCardAdditionalData',
  0,
  ['optionalValue'],
  [() => UpdatedSignatureAgentCardAdditionalDataFields$],
];

export interface UpdatedSignatureAgentCardAdditionalDataFields {
  category?: UpdatedBotCategory | undefined;
}
export const UpdatedSignatureAgentCardAdditionalDataFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedSignatureAgentCardAdditionalDataFields',
  0,
  ['category'],
  [() => UpdatedBotCategory$],
];

export interface UpdatedSignatureAgentCardDescriptor {
  optionalValue?: UpdatedSignatureAgentCardDescriptorFields | undefined;
}
export const UpdatedSignatureAgentCardDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedSignatureAgentCardDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedSignatureAgentCardDescriptorFields$],
];

export interface UpdatedSignatureAgentCardDescriptorFields {
  data?: UpdatedDescriptorData | undefined;
  dataSchemaVersion?: UpdatedDataSchemaVersion | undefined;
  source?: UpdatedDescriptorSource | undefined;
  additionalData?: UpdatedSignatureAgentCardAdditionalData | undefined;
}
export const UpdatedSignatureAgentCardDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedSignatureAgentCardDescriptorFields',
  0,
  ['data', 'dataSchemaVersion', 'source', 'additionalData'],
  [
    () => UpdatedDescriptorData$,
    () => UpdatedDataSchemaVersion$,
    () => UpdatedDescriptorSource$,
    () => UpdatedSignatureAgentCardAdditionalData$,
  ],
];
