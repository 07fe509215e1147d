import { parse } from 'yaml';
import type { JsonObject } from '../../../json.ts';
import type { OpenApiVersion } from '../operations.ts';

const common = `
info: { title: Every object, version: '1', contact: { email: a@example.com }, license: { name: MIT }, x-own: 1 }
externalDocs: { url: https://docs.example.com, description: More. }
tags: [{ name: entries, externalDocs: { url: https://docs.example.com } }, { name: accounts }]
servers:
  - url: https://{stage}.example.com
    variables: { stage: { default: test, enum: [test, live] } }
security: [{ key: [] }, { oauth: [read] }]
paths:
  /entries/{number}:
    summary: One entry.
    parameters:
      - { name: number, in: path, required: true, style: label, schema: { type: string } }
    get:
      tags: [entries]
      operationId: getEntry
      deprecated: true
      security: []
      parameters:
        - { name: part, in: query, style: form, explode: true, allowReserved: true, schema: {}, examples: { one: { value: 1 } } }
        - { name: trace, in: header, content: { application/json: { schema: { type: object } } } }
        - { $ref: '#/components/parameters/session' }
      responses:
        2XX:
          description: Found.
          headers: { Age: { schema: { type: string }, style: simple }, Via: { $ref: '#/components/headers/Via' } }
          content: { application/json: { examples: { one: { summary: One., externalValue: one.json } } } }
          links: { next: { operationId: getEntry, parameters: { number: '2' }, server: { url: / } }, last: { $ref: '#/components/links/last' } }
        default: { $ref: '#/components/responses/Failed' }
      callbacks:
        done: { '{$request.body#/url}': { post: { responses: { 200: { description: Fine. } } } } }
        other: { $ref: '#/components/callbacks/other' }
    put:
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: { $ref: '#/components/schemas/Entry' }
            example: {}
            encoding: { scan: { contentType: image/png, style: form, explode: true, headers: { X-Page: { schema: {} } } } }
      responses: { 204: { description: Written. } }
components:
  schemas:
    Entry:
      title: Entry
      type: object
      required: [amount, note]
      properties:
        amount: { type: number, multipleOf: 2, minimum: 1, maximum: 9, default: 2 }
        note: { type: string, minLength: 1, pattern: a, enum: [a, b], format: text }
        parts: { type: array, items: { type: string }, minItems: 1, uniqueItems: true }
        of: { oneOf: [{ $ref: '#/components/schemas/Entry' }, { type: string }], discriminator: { propertyName: kind, mapping: { a: b } } }
        all: { allOf: [{ type: object }], not: { type: string }, anyOf: [{}] }
      additionalProperties: { type: string }
      xml: { name: entry, wrapped: true }
      minProperties: 1
      readOnly: true
    Closed: { additionalProperties: false }
  responses: { Failed: { description: Failed. } }
  parameters: { session: { name: session, in: cookie, style: form, schema: {} } }
  examples: { one: { value: 1 }, other: { $ref: '#/components/examples/one' } }
  requestBodies: { Entry: { content: {} } }
  headers: { Via: { content: { text/plain: {} } } }
  callbacks: { other: { $ref: '#/paths' } }
  links: { last: { operationRef: '#/paths' } }
  securitySchemes:
    key: { type: apiKey, name: X-Key, in: header }
    bearer: { type: http, scheme: bearer, bearerFormat: JWT }
    basic: { type: http, scheme: basic }
    oauth:
      type: oauth2
      flows:
        implicit: { authorizationUrl: https://a.example.com, scopes: { read: Reads. } }
        password: { tokenUrl: https://a.example.com, scopes: {} }
        clientCredentials: { tokenUrl: https://a.example.com, scopes: {} }
        authorizationCode: { authorizationUrl: https://a.example.com, tokenUrl: https://a.example.com, scopes: {} }
    oidc: { type: openIdConnect, openIdConnectUrl: https://a.example.com }
`;

const openApi31Additions = `
    All:
      $id: https://example.com/all
      $schema: https://json-schema.org/draft/2020-12/schema
      $anchor: all
      $defs: { yes: true, either: { if: { type: string }, then: false, else: {} } }
      type: [object, 'null']
      prefixItems: [{}, true]
      contains: {}
      minContains: 1
      patternProperties: { ^a: {} }
      propertyNames: { pattern: a }
      dependentSchemas: { a: {} }
      dependentRequired: { a: [b] }
      unevaluatedProperties: false
      unevaluatedItems: {}
      exclusiveMinimum: 1
      examples: [1]
      const: 3
      contentEncoding: base64
      contentSchema: {}
      deprecated: true
      definitions: { a: {} }
      dependencies: { a: [b], c: {} }
  pathItems: { one: { get: { responses: { 200: { description: Fine. } } } } }
`;

/** A valid document of each version that contains every kind of OpenAPI object at least once. */
export const completeDocuments: Readonly<Record<OpenApiVersion, JsonObject>> = {
  '3.0': parse(`openapi: 3.0.3${common}`),
  '3.1': parse(`openapi: 3.1.1${common.replace('\n  responses: {', `${openApi31Additions}  responses: {`)}`),
};
