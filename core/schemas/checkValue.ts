import { isJsonObject, type JsonValue } from '../json.ts';
import { appendPointer } from './pointer.ts';
import { MAX_FINDINGS_PER_RULE } from './rule.ts';
import { schemaLimits } from './schemaLimits.ts';
import type { UnlocatedProblem } from './schemaTypes.ts';

/** What is wrong with a parsed value whatever kind of schema it is, and how many members its objects have in all. */
export interface ValueCheck {
  readonly errors: readonly UnlocatedProblem[];
  readonly warnings: readonly UnlocatedProblem[];
  readonly members: number;
}

/**
 * Finds what the readers let pass and the canonical form or a careless program would trip over: endless nesting,
 * numbers and strings that JSON has no form for, keys that reach a prototype. Stops at the twentieth
 * error.
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
        this.#report('document-unicode', 'The text holds half of a surrogate pair, which has no UTF-8 form.');
    } else if (typeof value === 'number') {
      this.#visitNumber(value);
    } else if (this.#path.length >= schemaLimits.depth && isObjectOrList(value)) {
      this.#report('document-depth', `The nesting is deeper than ${schemaLimits.depth} levels.`);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.#descend(index, item);
    } else if (isJsonObject(value)) {
      for (const name of Object.keys(value)) this.#visitMember(name, value[name] ?? null);
    }
  }

  #visitNumber(value: number): void {
    if (!Number.isFinite(value)) {
      this.#report('document-number', 'The number is too large or not a number; JSON has no form for it.');
    } else if (
      Number.isInteger(value) &&
      !Number.isSafeInteger(value) &&
      this.warnings.length < MAX_FINDINGS_PER_RULE
    ) {
      const message = `Whole numbers beyond 2^53 lose their last digits: this one is applied as ${value}.`;
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
        `The key ${JSON.stringify(name.slice(0, 80))} is not allowed: programs that copy the object would trip over it.`,
      );
      this.#path.pop();
    }
    this.#descend(name, value);
  }

  /**
   * One long text and a thousand aliases of it are small until they are written out. A text has at least as many bytes
   * as characters, so that what is refused here would be refused for its canonical size.
   */
  #countCharacters(text: string): void {
    const before = this.#characters;
    this.#characters += text.length;
    if (before > schemaLimits.canonicalBytes || this.#characters <= schemaLimits.canonicalBytes) return;
    this.#report(
      'schema-size-s3',
      `Up to here the schema has ${schemaLimits.canonicalBytes} bytes already; that is all it may have.`,
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
