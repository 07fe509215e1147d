import type { StaticStructureSchema } from '@smithy/types';
import { n0 } from './namespace.ts';
import { type AgentSkillsDefinitionDescriptor, AgentSkillsDefinitionDescriptor$ } from './skills.ts';
import { DescriptorData, type DescriptorSource, DescriptorSource$ } from './sources.ts';

export interface A2aAgentCardDescriptor {
  data?: string | undefined;
  dataSchemaVersion?: string | undefined;
  source?: DescriptorSource | undefined;
}
export const A2aAgentCardDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'A2aAgentCardDescriptor',
  0,
  ['data', 'dataSchemaVersion', 'source'],
  [() => DescriptorData, 0, () => DescriptorSource$],
];

export interface AgUiDescriptor {
  source?: DescriptorSource | undefined;
}
export const AgUiDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'AgUiDescriptor',
  0,
  ['source'],
  [() => DescriptorSource$],
];

export type BotCategory =
  | 'advertising'
  | 'ai_assistant'
  | 'ai_content_optimization'
  | 'ai_search'
  | 'ai_training'
  | 'archiver'
  | 'content_fetcher'
  | 'email_client'
  | 'http_library'
  | 'link_checker'
  | 'miscellaneous'
  | 'monitoring'
  | 'page_preview'
  | 'scraping_framework'
  | 'search_engine'
  | 'security'
  | 'seo'
  | 'social_media';

export interface CustomDescriptor {
  data?: string | undefined;
}
export const CustomDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'CustomDescriptor',
  0,
  ['data'],
  [() => DescriptorData],
];

/** One member, which belongs to the record's type. */
export interface Descriptors {
  mcpServer?: McpServerDescriptor | undefined;
  a2aAgentCard?: A2aAgentCardDescriptor | undefined;
  agentSkillsDefinition?: AgentSkillsDefinitionDescriptor | undefined;
  custom?: CustomDescriptor | undefined;
  http?: HttpDescriptor | undefined;
  agui?: AgUiDescriptor | undefined;
  signatureAgentCard?: SignatureAgentCardDescriptor | undefined;
}
export const Descriptors$: StaticStructureSchema = [
  3,
  n0,
  'Descriptors',
  0,
  ['mcpServer', 'a2aAgentCard', 'agentSkillsDefinition', 'custom', 'http', 'agui', 'signatureAgentCard'],
  [
    () => McpServerDescriptor$,
    () => A2aAgentCardDescriptor$,
    () => AgentSkillsDefinitionDescriptor$,
    () => CustomDescriptor$,
    () => HttpDescriptor$,
    () => AgUiDescriptor$,
    () => SignatureAgentCardDescriptor$,
  ],
];

export interface HttpDescriptor {
  source?: DescriptorSource | undefined;
}
export const HttpDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'HttpDescriptor',
  0,
  ['source'],
  [() => DescriptorSource$],
];

export interface McpServerAdditionalData {
  tools?: McpToolsDescriptor | undefined;
}
export const McpServerAdditionalData$: StaticStructureSchema = [
  3,
  n0,
  'McpServerAdditionalData',
  0,
  ['tools'],
  [() => McpToolsDescriptor$],
];

export interface McpServerDescriptor {
  data?: string | undefined;
  dataSchemaVersion?: string | undefined;
  additionalData?: McpServerAdditionalData | undefined;
  source?: DescriptorSource | undefined;
}
export const McpServerDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'McpServerDescriptor',
  0,
  ['data', 'dataSchemaVersion', 'additionalData', 'source'],
  [() => DescriptorData, 0, () => McpServerAdditionalData$, () => DescriptorSource$],
];

export interface McpToolsDescriptor {
  data?: string | undefined;
  dataSchemaVersion?: string | undefined;
}
export const McpToolsDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'McpToolsDescriptor',
  0,
  ['data', 'dataSchemaVersion'],
  [() => DescriptorData, 0],
];

export interface SignatureAgentCardAdditionalData {
  category?: BotCategory | undefined;
}
export const SignatureAgentCardAdditionalData$: StaticStructureSchema = [
  3,
  n0,
  'SignatureAgentCardAdditionalData',
  0,
  ['category'],
  [0],
];

export interface SignatureAgentCardDescriptor {
  data?: string | undefined;
  dataSchemaVersion?: string | undefined;
  source?: DescriptorSource | undefined;
  additionalData?: SignatureAgentCardAdditionalData | undefined;
}
export const SignatureAgentCardDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'SignatureAgentCardDescriptor',
  0,
  ['data', 'dataSchemaVersion', 'source', 'additionalData'],
  [() => DescriptorData, 0, () => DescriptorSource$, () => SignatureAgentCardAdditionalData$],
];
