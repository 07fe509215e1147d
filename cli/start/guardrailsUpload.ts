import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { parseGuardrails } from '../../core/guardrails/parseGuardrails.ts';
import { formatProblem } from '../../core/problem.ts';
import { GUARDRAILS_KEY } from '../../core/storage/keys.ts';
import type { Buckets } from '../../local/aws/s3/buckets.ts';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { isGone } from './workspaceFiles.ts';

/** How often the file is looked at, in real ms: editors replace files, which a watch of one file misses. */
const WATCH_MS = 1000;

/** Makes the guardrails in the bucket those of a file on disk, as operators do on AWS. */
export class GuardrailsUpload {
  readonly #path: string;
  readonly #shownPath: string;
  readonly #buckets: Buckets;
  #uploaded: { readonly text: string | undefined } | undefined;

  /** @param shownPath for messages */
  constructor(path: string, shownPath: string, buckets: Buckets) {
    this.#path = path;
    this.#shownPath = shownPath;
    this.#buckets = buckets;
  }

  /** @returns whether the file differs from what the last call uploaded; the first call always uploads */
  upload(): boolean {
    const text = this.#read()?.toString();
    if (this.#uploaded && this.#uploaded.text === text) return false;
    this.#uploaded = { text };
    if (text === undefined) this.#buckets.delete(SPEC_BUCKET, GUARDRAILS_KEY);
    else this.#buckets.put(SPEC_BUCKET, GUARDRAILS_KEY, text);
    return true;
  }

  /** @returns which guardrails hold, and what is wrong with them */
  lines(): readonly string[] {
    const bytes = this.#read();
    if (!bytes)
      return [
        `There are no guardrails at ${this.#shownPath}: workspaces may use no role, function or host. Write that file, with "version: 1" in its first line; refusals name the lines to add.`,
      ];
    const problems = parseGuardrails(bytes, this.#shownPath).problems.map(formatProblem);
    const rest = problems.length > 0 ? ['Nothing is changed until they are correct.'] : [];
    return [`What workspaces may use is in ${this.#shownPath} (--guardrails).`, ...problems, ...rest];
  }

  /** Calls `onChange` whenever the file may have changed. @returns a function that ends the watch */
  watch(onChange: () => void): () => void {
    watchFile(this.#path, { interval: WATCH_MS }, onChange);
    return () => unwatchFile(this.#path, onChange);
  }

  #read(): Buffer | undefined {
    try {
      return readFileSync(this.#path);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }
}
