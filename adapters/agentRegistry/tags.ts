import type { StaticStructureSchema } from '@smithy/types';
import { n0 } from './namespace.ts';

export interface ListTagsForResourceRequest {
  resourceArn: string | undefined;
}
export const ListTagsForResourceRequest$: StaticStructureSchema = [
  3,
  n0,
  'ListTagsForResourceRequest',
  0,
  ['resourceArn'],
  [[0, 1]],
  1,
];

export interface ListTagsForResourceResponse {
  tags?: Record<string, string> | undefined;
}
export const ListTagsForResourceResponse$: StaticStructureSchema = [
  3,
  n0,
  'ListTagsForResourceResponse',
  0,
  ['tags'],
  [128],
];

export interface TagResourceRequest {
  resourceArn: string | undefined;
  tags: Record<string, string> | undefined;
}
export const TagResourceRequest$: StaticStructureSchema = [
  3,
  n0,
  'TagResourceRequest',
  0,
  ['resourceArn', 'tags'],
  [[0, 1], 128],
  2,
];

export type TagResourceResponse = object;
export const TagResourceResponse$: StaticStructureSchema = [3, n0, 'TagResourceResponse', 0, [], []];

export interface UntagResourceRequest {
  resourceArn: string | undefined;
  tagKeys: string[] | undefined;
}
export const UntagResourceRequest$: StaticStructureSchema = [
  3,
  n0,
  'UntagResourceRequest',
  0,
  ['resourceArn', 'tagKeys'],
  [
    [0, 1],
    [64, { httpQuery: 'tagKeys' }],
  ],
  2,
];

export type UntagResourceResponse = object;
export const UntagResourceResponse$: StaticStructureSchema = [3, n0, 'UntagResourceResponse', 0, [], []];
