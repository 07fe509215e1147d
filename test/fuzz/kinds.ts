import type { FuzzKind } from './fuzzKind.ts';
import { consoleKind } from './kinds/console.ts';
import { documentKind } from './kinds/documents.ts';
import { eventKind } from './kinds/events.ts';
import { httpKind } from './kinds/http.ts';
import { ledgerKind } from './kinds/ledgerItems.ts';
import { manifestKind } from './kinds/manifests.ts';
import { recordKind } from './kinds/records.ts';
import { schemaKind } from './kinds/schemas.ts';
import { sizeKind } from './kinds/sizes.ts';
import { workflowKind } from './kinds/workflows.ts';

/** Every kind of input that Gateloop reads. Their shares of a run add up to about one. */
export const fuzzKinds: readonly FuzzKind[] = [
  manifestKind,
  schemaKind,
  eventKind,
  recordKind,
  httpKind,
  consoleKind,
  documentKind,
  ledgerKind,
  workflowKind,
  sizeKind,
];

/** @throws RangeError that lists the kinds */
export function findKind(name: string): FuzzKind {
  const kind = fuzzKinds.find((each) => each.name === name);
  if (kind) return kind;
  throw new RangeError(`No kind "${name}". Give one of ${fuzzKinds.map((each) => each.name).join(', ')}.`);
}
