import type { DocumentStore } from '../ports/specBucket.ts';
import type { CanaryFile, CanaryReport } from '../reconcile/rollout.ts';
import { canaryReportKey } from './keys.ts';
import { isText, listOf, mappingOf, oneOf, shape } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

const reportDocument = new StoredDocument<CanaryReport>(storedFormats.canaryReport, {
  followers: listOf(isText),
  files: mappingOf(
    shape<CanaryFile>({
      sha256: isText,
      state: oneOf('ready', 'stopped', 'waiting'),
      proven: listOf(isText),
    }),
  ),
});

/** @returns what a canary told last; undefined where it told nothing, or that is broken or has another format */
export function readCanaryReport(canary: string, bucket: ReadableStore): Promise<CanaryReport | undefined> {
  return reportDocument.readIfSupported(canaryReportKey(canary), bucket);
}

export async function writeCanaryReport(
  canary: string,
  report: CanaryReport,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await reportDocument.write(canaryReportKey(canary), report, bucket);
}
