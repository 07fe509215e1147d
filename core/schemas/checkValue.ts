import { isJsonObject, type JsonValue } from '../json.ts';
import { appendPointer } from './pointer.ts';
import { MAX_FINDINGS_PER_RULE } from './rule.ts';
import { schemaLimits } from './schemaLimits.ts';
import type { UnlocatedProblem } from './schemaTypes.ts';

/**
 * The problems of a parsed value that apply to every kind of schema, and the total number of members of its objects.
 */
export interface ValueCheck {
  readonly errors: readonly UnlocatedProblem[];
  readonly warnings: readonly UnlocatedProblem[];
  readonly members: number;
}

/**
 * Finds values that the parsers accept but that break the canonical form or other programs: deep nesting, numbers and
 * strings that JSON cannot represent, keys that change a prototype. Stops after `MAX_FINDINGS_PER_RULE` errors.
 */
export function checkValue(value: JsonValue): ValueCheck {
  const walk = new ValueChecker();
  walk.visit(value);
  return walk;
}

class ValueChecker implements ValueCheck {
  readonly errors: UnlocatedProblem[] = [];
  readonly warnings: UnlocatedProblem[] = [];
  members = 0;
  #characters = 0;
  readonly #path: (string | number)[] = [];

  visit(value: JsonValue): void {
    if (this.errors.length >= MAX_FINDINGS_PER_RULE || this.#characters > schemaLimits.canonicalBytes) return;
    if (typeof value === 'string') {
      this.#countCharacters(value);
      if (!value.isWellFormed())
        this.#report(
          'document-unicode',
          'The text contains half of a surrogate pair, which UTF-8 cannot represent.',
        );
    } else if (typeof value === 'number') {
      this.#visitNumber(value);
    } else if (this.#path.length >= schemaLimits.depth && isObjectOrList(value)) {
      this.#report('document-depth', `The document is nested more than ${schemaLimits.depth} levels deep.`);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.#descend(index, item);
    } else if (isJsonObject(value)) {
      for (const name of Object.keys(value)) this.#visitMember(name, value[name] ?? null);
    }
  }

  #visitNumber(value: number): void {
    if (!Number.isFinite(value)) {
      this.#report(
        'document-number',
        'The number is too large or not a number, so JSON cannot represent it.',
      );
    } else if (
      Number.isInteger(value) &&
      !Number.isSafeInteger(value) &&
      this.warnings.length < MAX_FINDINGS_PER_RULE
    ) {
      const message = `Whole numbers beyond 2^53 lose their last digits: Gateloop applies this one as ${value}.`;
      const path = appendPointer('', ...this.#path);
      this.warnings.push({ severity: 'warning', rule: 'document-number-precision', path, message });
    }
  }

  #visitMember(name: string, value: JsonValue): void {
    this.members += 1;
    this.#countCharacters(name);
    if (name === '__proto__' || !name.isWellFormed()) {
      this.#path.push(name);
      this.#report(
        'document-key',
        `The key ${JSON.stringify(name.slice(0, 80))} is not allowed, because it breaks programs that copy the object.`,
      );
      this.#path.pop();
    }
    this.#descend(name, value);
  }

  /**
   * One long text and a thousand aliases of it are small until the aliases are expanded. A text has at least as many
   * bytes as characters, so a document that is rejected here would also exceed the limit of the canonical form.
   */
  #countCharacters(text: string): void {
    const before = this.#characters;
    this.#characters += text.length;
    if (before > schemaLimits.canonicalBytes || this.#characters <= schemaLimits.canonicalBytes) return;
    this.#report(
      'schema-size-s3',
      `The schema exceeds the limit of ${schemaLimits.canonicalBytes} bytes here. Remove operations, or split the schema across several targets.`,
    );
  }

  #descend(step: string | number, value: JsonValue): void {
    this.#path.push(step);
    this.visit(value);
    this.#path.pop();
  }

  #report(rule: string, message: string): void {
    this.errors.push({ severity: 'error', rule, path: appendPointer('', ...this.#path), message });
  }
}

function isObjectOrList(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null;
}
