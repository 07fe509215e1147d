import { readSchema } from '../../readSchema.ts';
import type { ParsedSchema } from '../../schemaTypes.ts';

/** An OpenAPI document of two operations. */
export const ledger = `openapi: 3.0.3
info: { title: Ledger, version: '1' }
servers:
  - url: https://ledger.example.com/v1
paths:
  /entries/{number}:
    parameters:
      - { name: number, in: path, required: true, description: The entry's number., schema: { type: string } }
    get:
      operationId: getEntry
      summary: Finds one entry.
      responses:
        200: { description: The entry., content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } } }
    put:
      operationId: putEntry
      description: Writes one entry.
      parameters:
        - { name: dryRun, in: query, schema: { type: boolean } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } }
      responses:
        204: { description: Written. }
components:
  schemas:
    Entry:
      type: object
      required: [amount]
      properties:
        amount: { type: number, description: In euros. }
        note: { type: string, nullable: true }
        parts: { type: array, items: { $ref: '#/components/schemas/Entry' } }
`;

export function read(text: string, fileName = 'ledger.yaml'): ParsedSchema {
  return readSchema('openApi', new TextEncoder().encode(text), fileName);
}

/** Each change is a text to find and its replacement; throws if the text does not occur. */
export function changed(...changes: readonly (readonly [string, string])[]): string {
  let text = ledger;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`The document does not contain "${from}".`);
    text = text.replace(from, to);
  }
  return text;
}

export const version31: readonly [string, string] = ['openapi: 3.0.3', 'openapi: 3.1.1'];
export const reportedProblems = ({ problems }: ParsedSchema) =>
  problems.map(({ severity, rule, line }) => `${severity} ${rule} ${line}`);
