import { type ExampleTool, integerInput, stringInput } from './exampleTool.ts';

/** Lengths of IBANs by country, for some countries of the IBAN registry that SWIFT publishes. */
const ibanLengths: Readonly<Record<string, number>> = {
  AT: 20,
  BE: 16,
  CH: 21,
  DE: 22,
  ES: 24,
  FR: 27,
  GB: 22,
  IT: 27,
  NL: 18,
  PL: 28,
};

const stringSchema = (description: string) => ({ type: 'string', description });
const integerSchema = (description: string, minimum: number, maximum: number) => ({
  type: 'integer',
  description,
  minimum,
  maximum,
});
const readOnly = { annotations: { readOnlyHint: true, openWorldHint: false } };

/** Tools for data on payment forms. They only compute: no tool calls a service or stores anything. */
export const bankDetailTools: readonly ExampleTool[] = [
  {
    ...readOnly,
    name: 'check_iban',
    title: 'Check an IBAN',
    description:
      'Checks the country, length and check digits of an IBAN. Does not check whether the account exists.',
    inputSchema: {
      type: 'object',
      properties: { iban: stringSchema('The IBAN, with or without spaces.') },
      required: ['iban'],
    },
    call: (input) => checkIban(stringInput(input, 'iban')),
  },
  {
    ...readOnly,
    name: 'check_card_number',
    title: 'Check a card number',
    description: 'Checks the check digit of a card number (Luhn algorithm). Send test numbers only.',
    inputSchema: {
      type: 'object',
      properties: { number: stringSchema('12 to 19 digits, with or without spaces.') },
      required: ['number'],
    },
    call: (input) => ({ valid: hasLuhnDigit(removeSpaces(stringInput(input, 'number'))) }),
  },
  {
    ...readOnly,
    name: 'make_creditor_reference',
    title: 'Make a creditor reference',
    description: 'Makes a structured creditor reference (ISO 11649, "RF…") from an invoice number.',
    inputSchema: {
      type: 'object',
      properties: { invoice: stringSchema('Up to 21 letters and digits.') },
      required: ['invoice'],
    },
    call: (input) => ({ reference: creditorReference(removeSpaces(stringInput(input, 'invoice'))) }),
  },
  {
    ...readOnly,
    name: 'split_amount',
    title: 'Split an amount',
    description:
      'Splits an amount into parts that differ by one minor unit at most and add up to it exactly.',
    inputSchema: {
      type: 'object',
      properties: {
        minorUnits: integerSchema('The amount in minor units, such as cents.', 0, 1e12),
        parts: integerSchema('The number of parts.', 1, 1000),
      },
      required: ['minorUnits', 'parts'],
    },
    call: (input) =>
      splitAmount(integerInput(input, 'minorUnits', 0, 1e12), integerInput(input, 'parts', 1, 1000)),
  },
  {
    ...readOnly,
    name: 'format_amount',
    title: 'Format an amount',
    description: 'Formats an amount for a language and country.',
    inputSchema: {
      type: 'object',
      properties: {
        minorUnits: integerSchema('The amount in minor units, such as cents.', -1e12, 1e12),
        currency: stringSchema('ISO 4217 code, such as EUR.'),
        locale: stringSchema('BCP 47 tag, such as de-AT.'),
      },
      required: ['minorUnits', 'currency', 'locale'],
    },
    call: (input) => ({
      text: formatAmount(
        integerInput(input, 'minorUnits', -1e12, 1e12),
        stringInput(input, 'currency'),
        stringInput(input, 'locale'),
      ),
    }),
  },
  {
    ...readOnly,
    name: 'add_banking_days',
    title: 'Add banking days',
    description: 'Adds a number of banking days to a date. Skips weekends, and does not know holidays.',
    inputSchema: {
      type: 'object',
      properties: {
        date: { type: 'string', format: 'date', description: 'The start date.' },
        days: integerSchema('The number of banking days to add.', 0, 250),
      },
      required: ['date', 'days'],
    },
    call: (input) => ({
      date: addBankingDays(stringInput(input, 'date'), integerInput(input, 'days', 0, 250)),
    }),
  },
];

function removeSpaces(input: string): string {
  return input.replaceAll(/[\s-]/g, '').toUpperCase();
}

/** ISO 7064: replaces each letter by its number (A is 10), and returns the whole number modulo 97. */
function modulo97(characters: string): number {
  let remainder = 0;
  for (const digit of [...characters].map((character) => Number.parseInt(character, 36)).join(''))
    remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder;
}

function checkIban(input: string): { valid: boolean; reason?: string } {
  const iban = removeSpaces(input);
  const country = iban.slice(0, 2);
  const length = Object.hasOwn(ibanLengths, country) ? ibanLengths[country] : undefined;
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban))
    return { valid: false, reason: 'An IBAN begins with two letters and two digits.' };
  if (length === undefined) return { valid: false, reason: `The country code ${country} is unknown.` };
  if (iban.length !== length)
    return {
      valid: false,
      reason: `An IBAN of ${country} has ${length} characters; this one has ${iban.length}.`,
    };
  return modulo97(iban.slice(4) + iban.slice(0, 4)) === 1
    ? { valid: true }
    : { valid: false, reason: 'The check digits are wrong.' };
}

function hasLuhnDigit(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) throw new Error('"number" must have 12 to 19 digits.');
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function creditorReference(invoice: string): string {
  if (!/^[A-Z0-9]{1,21}$/.test(invoice)) throw new Error('"invoice" must have up to 21 letters and digits.');
  const digits = 98 - modulo97(`${invoice}RF00`);
  return `RF${String(digits).padStart(2, '0')}${invoice}`;
}

function splitAmount(minorUnits: number, parts: number): { parts: number[] } {
  const base = Math.floor(minorUnits / parts);
  const larger = minorUnits - base * parts;
  return { parts: Array.from({ length: parts }, (_, index) => (index < larger ? base + 1 : base)) };
}

function formatAmount(minorUnits: number, currency: string, locale: string): string {
  try {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    return format.format(minorUnits / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch (cause) {
    throw new Error('"currency" or "locale" is unknown.', { cause });
  }
}

const DAY = 24 * 3_600_000;

function addBankingDays(date: string, days: number): string {
  const start = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(start)) throw new Error('"date" must be a day such as 2026-03-31.');
  let day = start;
  for (let left = days; left > 0; ) {
    day += DAY;
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return new Date(day).toISOString().slice(0, 10);
}
