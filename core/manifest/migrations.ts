import type { JsonObject, JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';

/** One change of a manifest. `why` is a sentence for people. */
export type ManifestEdit = { readonly path: Path; readonly why: string } & (
  | { readonly change: 'set'; readonly value: JsonValue }
  | { readonly change: 'remove' }
  /** Gives the member another name; its place, its value and its comments stay. */
  | { readonly change: 'rename'; readonly to: string }
  /** Puts the member, with its value and its comments, at the end of another mapping, which is created if need be. */
  | { readonly change: 'move'; readonly to: Path }
  /** A person has to decide; `why` says what to write. */
  | { readonly change: 'byHand' }
);

/** Rewrites manifests of an older shape, which this version of Gateloop refuses or AWS has closed. */
export interface ManifestMigration {
  /** Such as `registries-2026-10`. */
  readonly name: string;
  /** What it rewrites, as a sentence. */
  readonly summary: string;
  /** The sections of a manifest that it reads. */
  readonly sections: readonly string[];
  /** @returns the changes in their order; none for a manifest of the present shape. Does not change the manifest. */
  edits(manifest: JsonObject): readonly ManifestEdit[];
}
