import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { InMemoryLedger } from '../../../adapters/inMemory/inMemoryLedger.ts';
import { InMemorySpecBucket } from '../../../adapters/inMemory/inMemorySpecBucket.ts';
import { newRequest } from '../../../core/authorization/request.ts';
import { isJsonObject, type JsonValue } from '../../../core/json.ts';
import { defaultSettings } from '../../../core/manifest/settings.ts';
import type { ExecutionDetails } from '../../../core/ports/fleetReads.ts';
import { newRecord } from '../../../core/reconcile/ledgerRecord.ts';
import { writeOutcome } from '../../../core/storage/outcomeDocument.ts';
import { createHandler } from '../../../functions/console/createHandler.ts';
import { fuzzKind } from '../fuzzKind.ts';
import { mutatedValue, oddTexts } from '../mutations.ts';
import { checkHtml, HTML_MARK, promise } from '../promises.ts';

/** A request to the console, and a text of strangers in all that it shows. */
interface Look {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly claims: JsonValue;
  readonly text: string;
}

const NOW = Date.parse('2026-05-01T12:00:00Z');
const WORKSPACE = 'payments-of-fuzz';
const OPERATOR = 'ops@example.com';
const ID = '0123456789abcdef0123456789abcdef';
const request = newRequest({
  ...{ id: ID, workspace: WORKSPACE, address: 'gatewayTarget/front/issues', askedAt: NOW, fingerprint: 'f' },
  ...{ settings: defaultSettings.authorization, owner: undefined, owners: {} },
  subject: {
    ...{ kind: 'authorization', gateway: HTML_MARK, target: HTML_MARK, loginAt: HTML_MARK },
    ...{ scopes: [], reason: 'create' },
  },
});
const own = `/workspaces/${WORKSPACE}`;
const PATHS = ['/', '/inbox', `/inbox/${request.reference}`, own, `${own}/timeline`, `${own}/executions`];
const EXECUTION = `${own}/executions/reconcile/one`;

const odd = fc.constantFrom(...oddTexts);
const claims = mutatedValue([
  { email: OPERATOR, email_verified: 'true', sub: '1' },
  { email: 'eve@example.com', groups: '[finance other]', sub: HTML_MARK },
  { email: OPERATOR, email_verified: 'false' },
  { groups: '[platform]', preferred_username: `ada ${HTML_MARK}` },
]);

/** The ports of a console whose every text is a stranger's. */
async function portsWith(text: string) {
  const [ledger, bucket] = [new InMemoryLedger(), new InMemorySpecBucket()];
  bucket.upload(WORKSPACE, 'manifest.yaml', text);
  const { address } = request;
  const report = { address, kind: 'gatewayTarget', name: 'front/issues', state: 'drifted' } as const;
  const differences = [{ path: text, change: 'changed' as const }];
  await writeOutcome(
    {
      ...{ workspace: WORKSPACE, outcome: 'failed', revision: 'r', applied: {}, owner: text },
      ...{ time: '2026-05-01T11:50:00.000Z', since: '2026-05-01T11:00:00.000Z' },
      problems: [
        { severity: 'error', file: text, line: 1, column: 1, path: text, message: text, expected: text },
      ],
      resources: [
        { ...report, reasons: [text], owner: text, since: '2026-05-01T11:00:00.000Z', differences },
      ],
    },
    bucket,
  );
  const drift = { updatedAt: NOW, differences, cause: 'foreign' } as const;
  const opened = { id: ID, kind: 'authorization' as const, askedAt: NOW, fingerprint: 'f' };
  const record = { ...newRecord(address, NOW), state: 'drifted' as const, reasons: [text], drift };
  await ledger.openRequest(request);
  await ledger.writeResource(WORKSPACE, { ...record, request: opened }, 0);
  const details: ExecutionDetails = {
    ...{ workflow: 'reconcile', name: 'one', status: 'FAILED', startedAt: NOW - 1000, stoppedAt: NOW },
    ...{ input: { workspace: WORKSPACE, reason: text, [text]: text }, error: text, cause: text },
  };
  const entered = { id: 1, previousId: 0, time: NOW, type: 'TaskStateEntered', state: text, input: text };
  return {
    ledger,
    bucket,
    uploads: {
      listVersions: async () => [{ path: text, versionId: '1', time: NOW, isDeletion: false }],
      readMetadata: async () => ({ 'gateloop-by': text, 'gateloop-commit': text }),
      listOutcomes: async () => [],
      readOutcome: async () => undefined,
    },
    executions: {
      list: async (workflow: string) => (workflow === 'reconcile' ? [details] : []),
      describe: async (_: string, name: string) => (name === 'one' ? details : undefined),
      history: async () => [entered],
    },
  };
}

const settings = {
  environment: 'main',
  readers: {
    operators: [OPERATOR],
    groups: { claim: 'groups', operators: ['platform'], workspaces: { finance: ['pay*'] } },
  },
  links: [],
};

/** Of the Lambda runtime: the logger reads the names alone. */
const lambdaContext = { awsRequestId: 'call-1', functionName: 'console' } as Context;

export const consoleKind = fuzzKind<Look>({
  name: 'console',
  fuzzed: 'the console: requests with odd paths, queries and claims, about workspaces with odd texts',
  share: 0.03,
  inputs: fc.record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE', 'X-ODD'),
    path: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...PATHS, EXECUTION) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...PATHS, EXECUTION), odd).map((parts) => parts.join('/')),
      },
    ),
    query: fc.oneof(
      fc.constantFrom('', 'state=failed', 'state=constructor', `workspace=${WORKSPACE}`),
      odd.map((text) => `text=${encodeURIComponent(text.toWellFormed())}&state=${text}`),
    ),
    claims,
    text: fc.oneof(fc.constant(HTML_MARK), odd),
  }),
  async check({ method, path, query, claims: given, text }) {
    const reads = await portsWith(text);
    const handler = createHandler({ reads, settings, clock: () => NOW });
    const event = {
      ...{ version: '2.0', routeKey: 'GET /', rawPath: path, rawQueryString: query, headers: {} },
      isBase64Encoded: false,
      requestContext: {
        ...{ domainName: 'console.example.com', requestId: 'call-1', timeEpoch: NOW },
        http: { method, path, sourceIp: '203.0.113.9' },
        ...(isJsonObject(given) && { authorizer: { jwt: { claims: given } } }),
      },
    };
    const { statusCode = 0, headers = {}, body = '' } = await handler(event, lambdaContext);
    promise(
      statusCode >= 200 && statusCode < 500,
      'a request gets an answer that is no error of Gateloop',
      statusCode,
    );
    checkHtml(body);
    promise(!body.includes(ID), 'no screen holds the id of a request', '');
    promise(
      headers.location === undefined || headers.location === `/authorizations/${ID}`,
      'the console leads to a page of Gateloop alone',
      headers.location,
    );
    promise(
      String(headers['content-security-policy']).startsWith("default-src 'none'; style-src 'sha256-"),
      'other sources are forbidden',
      headers,
    );
    const isNamed = /ops@example\.com|platform|finance/i.test(JSON.stringify(given));
    const shows = headers.location !== undefined || (body.includes(WORKSPACE) && !query.includes(WORKSPACE));
    promise(isNamed || !shows, 'a stranger sees no workspace', given);
  },
});
