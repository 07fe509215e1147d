import { InMemoryAuthorizationSessions } from '../../../adapters/inMemory/inMemoryAuthorizationSessions.ts';
import { InMemoryControlPlane } from '../../../adapters/inMemory/inMemoryControlPlane.ts';
import { InMemoryEvents } from '../../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryLedger } from '../../../adapters/inMemory/inMemoryLedger.ts';
import { InMemorySpecBucket } from '../../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from '../../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import type { Address } from '../../../core/address.ts';
import type { ApproverPolicy, Identity } from '../../../core/authorization/approver.ts';
import { hashId } from '../../../core/authorization/hashId.ts';
import { type AuthorizationRequest, newRequest } from '../../../core/authorization/request.ts';
import type { RequestSubject } from '../../../core/authorization/requestSubject.ts';
import { defaultSettings } from '../../../core/manifest/settings.ts';
import { defined } from '../../../core/objects.ts';
import { requestDetailsKey } from '../../../core/storage/keys.ts';
import { type RequestDetails, serializedDetails } from '../../../core/storage/requestDetails.ts';
import { authorizationApp } from '../app.ts';

export const NOW = Date.UTC(2026, 0, 1, 10);
export const ID = '0123456789abcdef0123456789abcdef';
export const PAGE = `/authorizations/${ID}`;
export const REFERENCE = hashId(ID);
export const ISSUES: Address = 'gatewayTarget/front/issues';

export const subjects = {
  authorization: {
    kind: 'authorization',
    gateway: 'front',
    target: 'issues',
    scopes: ['repo'],
    reason: 'create',
  },
  approval: {
    kind: 'approval',
    gateway: 'front',
    target: 'issues',
    fingerprint: 'f1',
    changes: [],
    total: 0,
  },
  deletion: {
    kind: 'deletion',
    fingerprint: 'f1',
    resources: [{ address: 'gatewayTarget/front/issues', tools: 2 }],
    total: 1,
    tools: 2,
    details: { digest: 'd', bytes: 2 },
  },
  record: {
    kind: 'record',
    registryId: 'Registry0001',
    recordId: 'Record000001',
    name: 'issues',
    descriptorType: 'MCP',
    facts: {},
    importedBy: [],
  },
} satisfies { readonly [Kind in RequestSubject['kind']]: Extract<RequestSubject, { kind: Kind }> };

/** What the pages show of an approval, of deletions and of a record. */
export const details = {
  approval: { kind: 'approval', changes: [] },
  deletion: {
    kind: 'deletion',
    resources: [{ address: 'gatewayTarget/front/issues', tools: ['search', 'close'] }],
  },
  record: { kind: 'record', submission: '{}' },
} satisfies { readonly [Kind in RequestDetails['kind']]: Extract<RequestDetails, { kind: Kind }> };

interface SendOptions {
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookie?: string | undefined;
  readonly identity?: Identity;
  /** Whose requests count together; by default a visitor of its own for each request. */
  readonly visitor?: string;
}

/** The pages on ports in memory, with one open request whose target waits for authorization under the session `s1`. */
export function openPages({
  kind = 'authorization' as RequestSubject['kind'],
  policy = 'anybody' as ApproverPolicy,
} = {}) {
  const clock = { now: NOW };
  const ledger = new InMemoryLedger();
  const specBucket = new InMemorySpecBucket();
  const controlPlane = new InMemoryControlPlane(() => clock.now);
  const authorizationSessions = new InMemoryAuthorizationSessions();
  const events = new InMemoryEvents();
  const taskCallbacks = new InMemoryTaskCallbacks();
  let secrets = 0;
  let requests = 0;
  const newSecret = () => {
    secrets += 1;
    return secrets.toString(16).padStart(64, '0');
  };
  const authorizationUrl = 'https://pages.example.com';
  const ports = {
    ledger,
    specBucket,
    controlPlane,
    authorizationSessions,
    events,
    taskCallbacks,
    authorizationUrl,
    newSecret,
  };
  const app = authorizationApp({ ...ports, answersFrom: policy });

  for (const address of ['gateway/front', ISSUES] as const) {
    const { id } = controlPlane.put(address);
    ledger.putResource('payments', {
      address,
      id,
      state: address === ISSUES ? 'awaiting-authorization' : 'ready',
      reasons: [],
      since: NOW,
    });
  }
  /** The service issues a link of this session for the target. */
  const issueLink = (session: string) => {
    authorizationSessions.open(session, `user of ${session}`);
    const authorizationUrl = `https://login.example.com/authorize?request_uri=${session}`;
    const oauth2 = { authorizationUrl, userId: `user of ${session}` };
    controlPlane.put(ISSUES, { status: 'CREATE_PENDING_AUTH', members: { authorizationData: { oauth2 } } });
  };
  issueLink('s1');
  const subject = subjects[kind];
  const kept = kind === 'authorization' ? undefined : serializedDetails(details[kind]);
  if (kept) specBucket.putObject(requestDetailsKey(kept.reference.digest), JSON.stringify(kept.document));
  const given = newRequest({
    id: ID,
    workspace: 'payments',
    address: ISSUES,
    subject: subject.kind === 'authorization' || !kept ? subject : { ...subject, details: kept.reference },
    settings: defaultSettings.authorization,
    askedAt: NOW,
    fingerprint: 'f1',
    owner: { contacts: [{ channel: 'email', address: 'ada@example.com' }] },
    owners: {},
  });
  ledger.putRequest({ ...given, taskToken: 'token' });
  taskCallbacks.wait('token');

  const request = (): AuthorizationRequest => ledger.request(REFERENCE)?.request ?? given;
  const changeRequest = (change: Partial<AuthorizationRequest>) =>
    ledger.putRequest({ ...request(), ...change });
  const send = async (method: 'GET' | 'POST', path: string, options: SendOptions = {}) => {
    requests += 1;
    const { form, cookie, identity, visitor = `visitor ${requests}` } = options;
    const headers = { ...options.headers, ...defined({ cookie }) };
    const body = form && new URLSearchParams(form);
    const incoming = new Request(`${authorizationUrl}${path}`, { method, headers, ...defined({ body }) });
    const response = await app.fetch(incoming, {
      now: clock.now,
      correlation: 'call-1',
      visitor,
      ...defined({ identity }),
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      refresh: response.headers.get('refresh'),
      cookie: response.headers.getSetCookie()[0],
      title: /<h1>(.*?)<\/h1>/.exec(await response.clone().text())?.[1],
      text: await response.text(),
      headers: response.headers,
    };
  };
  /** A person clicks the button. @returns the cookie for the browser's next requests */
  const click = async (cookie?: string) => {
    const { cookie: set = '' } = await send('POST', PAGE, { cookie });
    return set.replace(/;.*/, '');
  };
  /** A person clicks the button and goes to the provider, where they consent. @returns the browser's cookie */
  const consentAtProvider = async (session = 's1', cookieBefore?: string) => {
    const cookie = await click(cookieBefore);
    await send('GET', `${PAGE}/go`, { cookie });
    authorizationSessions.end(session, 'granted');
    return cookie;
  };
  const callBack = (cookie: string | undefined, query = 'session_id=s1') =>
    send('GET', `/authorizations/return?${query}`, { cookie });
  return {
    ...ports,
    clock,
    issueLink,
    request,
    changeRequest,
    send,
    click,
    consentAtProvider,
    callBack,
  };
}
