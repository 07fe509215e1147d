import type { DeletedResource, DetailsReference } from '../authorization/requestSubject.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import type { RecordDiff } from '../registry/diffRecords.ts';
import type { ToolChange } from '../toolContracts/compareTools.ts';
import type { SettingChange } from '../toolContracts/toolContract.ts';
import { requestDetailsKey } from './keys.ts';
import { isCount, isMapping, isText, listOf, oneOf, optional, shape } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

/** Everything that an answer to a request covers, whole: an item of the ledger holds 400 KB, and messages less. */
export type RequestDetails = ApprovalDetails | DeletionDetails | RecordDetails;

export interface ApprovalDetails {
  readonly kind: 'approval';
  /** All changes, the breaking ones first. */
  readonly changes: readonly ToolChange[];
  /** What else changes in the target's configuration; absent where that is unknown. */
  readonly settings?: readonly SettingChange[];
}

export interface DeletionDetails {
  readonly kind: 'deletion';
  /** Everything that goes, with all tools that are known. */
  readonly resources: readonly DeletedResource[];
}

export interface RecordDetails {
  readonly kind: 'record';
  /** The difference from the version that was approved last; absent where none was. */
  readonly difference?: RecordDiff;
  /** The whole submission as indented JSON. */
  readonly submission: string;
}

/** The envelope holds either kind under one member, since the members of a stored document are checked one by one. */
const requestDetailsDocument = new StoredDocument<{ readonly details: RequestDetails }>(
  storedFormats.requestDetails,
  {
    details: (value) => isApproval(value) || isDeletion(value) || isRecord(value),
  },
);

const isApproval = shape<ApprovalDetails>({
  kind: oneOf('approval'),
  changes: listOf(isMapping),
  settings: optional(listOf(isMapping)),
});
const isDeletion = shape<DeletionDetails>({ kind: oneOf('deletion'), resources: listOf(isMapping) });
const isRecord = shape<RecordDetails>({
  kind: oneOf('record'),
  difference: optional(shape<RecordDiff>({ changes: listOf(isMapping), total: isCount })),
  submission: isText,
});

/** Stores the details under their digest, so that no later step changes what a request is about. */
export async function writeRequestDetails(
  details: RequestDetails,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<DetailsReference> {
  const { reference, document } = serializedDetails(details);
  await bucket.writeDocument(requestDetailsKey(reference.digest), document);
  return reference;
}

/** @returns the document as the bucket holds it, with its reference */
export function serializedDetails(details: RequestDetails): {
  readonly reference: DetailsReference;
  readonly document: object;
} {
  const document = requestDetailsDocument.serialize({ details });
  const bytes = new TextEncoder().encode(JSON.stringify(document)).length;
  return { reference: { digest: document.digest, bytes }, document };
}

/** @returns undefined where the details are absent or broken, or are not those that the reference was made for */
export async function readRequestDetails(
  { digest }: DetailsReference,
  bucket: ReadableStore,
): Promise<RequestDetails | undefined> {
  const document = await requestDetailsDocument.readIfSupported(requestDetailsKey(digest), bucket);
  return document && requestDetailsDocument.serialize(document).digest === digest
    ? document.details
    : undefined;
}
