import type { Owner } from '../manifest/owners.ts';
import type { ApprovalRule } from '../manifest/settings.ts';
import { own } from '../objects.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { MAX_COUNT } from './guardrailValues.ts';

/** The values that a workspace may use: exactly these, or any. */
export type Allowed<Value extends string = string> = 'any' | readonly Value[];

/** Who may be notified, by channel. A contact whose address is in a secret is allowed as `secret:<name>`. */
export interface OwnerChannels {
  /** Mail domains, such as `example.com`; not their subdomains. */
  readonly email: Allowed;
  /** Channels, such as `#payments`. */
  readonly slack: Allowed;
  /** Hosts of webhooks. */
  readonly webhook: Allowed;
}

/** What needs a person's yes, and whose. */
export interface ApproveGuardrail {
  /** The manifest's `approve` may be stricter, never laxer. */
  readonly least: ApprovalRule;
  /** Who is asked about changes of tools, in place of the owners that the manifest names. */
  readonly by?: Owner;
}

/** What one workspace may use and do. */
export interface WorkspaceGuardrails {
  readonly kinds: Allowed<KindName>;
  /** ARNs of IAM roles. */
  readonly roles: Allowed;
  /** ARNs of credential providers of other workspaces and clients. The workspace's own are always allowed. */
  readonly credentialProviders: Allowed;
  /** ARNs of Lambda functions, as manifests write them. `…:*` at the end stands for every version and alias. */
  readonly lambdas: Allowed;
  /** ARNs of other resources, such as runtimes, topics, memories and keys. The workspace's own are always allowed. */
  readonly resources: Allowed;
  /** Whom the resource policies of gateways and runtimes may let in. The number of an account stands for all in it. */
  readonly principals: Allowed;
  /** Host names in lower case, or `*.` and a suffix of host names. */
  readonly hosts: Allowed;
  readonly authorizerTypes: Allowed;
  /** The greatest number of resources of a kind; no limit for a kind that is missing. */
  readonly counts: Readonly<Partial<Record<KindName, number>>>;
  readonly ownerChannels: OwnerChannels;
  /** URLs other than Gateloop's own page to which a consent may return, without query and fragment. */
  readonly returnUrls: Allowed;
  /** Names of workspaces whose resources this one may take over, once their uploads are gone. */
  readonly movedFrom: Allowed;
  /** Names of workspaces with which this one may share its gateways. */
  readonly sharedWith: Allowed;
  /** How many things that agents use one upload may delete without a person's yes, whatever `approve` says. */
  readonly deletions: number;
  readonly approve: ApproveGuardrail;
}

/** What an entry of the file says; the rest comes from the less specific entries. */
export type GivenGuardrails = Partial<
  Omit<WorkspaceGuardrails, 'counts' | 'ownerChannels' | 'approve'> & {
    readonly counts: WorkspaceGuardrails['counts'];
    readonly ownerChannels: Partial<OwnerChannels>;
    readonly approve: Partial<ApproveGuardrail>;
  }
>;

/** Guardrails that several workspaces have in common. */
export interface GuardrailsGroup {
  readonly workspaces: readonly string[];
  readonly guardrails: GivenGuardrails;
}

/** The operators' file `guardrails.yaml`. A workspace is in one group at most. */
export interface Guardrails {
  readonly version: 1;
  readonly defaults: GivenGuardrails;
  readonly groups: readonly GuardrailsGroup[];
  readonly workspaces: Readonly<Record<string, GivenGuardrails>>;
}

/**
 * What a workspace may use where the file says nothing: no role, credential provider, function, host or address of a
 * person, and no gateway that anybody may call.
 */
export const safeGuardrails: WorkspaceGuardrails = {
  kinds: 'any',
  roles: [],
  credentialProviders: [],
  lambdas: [],
  resources: [],
  principals: [],
  hosts: [],
  authorizerTypes: ['AWS_IAM', 'CUSTOM_JWT'],
  counts: {},
  ownerChannels: { email: [], slack: [], webhook: [] },
  returnUrls: [],
  movedFrom: [],
  sharedWith: [],
  deletions: 1,
  approve: { least: 'never' },
};

/** Allows everything and asks for nothing: for a folder on disk, whose guardrails are known only to the bucket. */
export const openGuardrails: WorkspaceGuardrails = {
  kinds: 'any',
  roles: 'any',
  credentialProviders: 'any',
  lambdas: 'any',
  resources: 'any',
  principals: 'any',
  hosts: 'any',
  authorizerTypes: 'any',
  counts: {},
  ownerChannels: { email: 'any', slack: 'any', webhook: 'any' },
  returnUrls: 'any',
  movedFrom: 'any',
  sharedWith: 'any',
  deletions: MAX_COUNT,
  approve: { least: 'never' },
};

/**
 * The most specific entry wins, key by key: the workspace's own, then its group's, then `defaults`, then the safe
 * guardrails. A list replaces a less specific list and is not added to it; `counts`, `ownerChannels` and `approve` are
 * replaced member by member.
 *
 * @param guardrails absent where there is no file
 */
export function guardrailsFor(workspace: string, guardrails: Guardrails | undefined): WorkspaceGuardrails {
  if (!guardrails) return safeGuardrails;
  const group = guardrails.groups.find(({ workspaces }) => workspaces.includes(workspace));
  const layers = [guardrails.defaults, group?.guardrails, own(guardrails.workspaces, workspace)];
  return layers.reduce<WorkspaceGuardrails>(
    (less, more) => (more ? overridden(less, more) : less),
    safeGuardrails,
  );
}

function overridden(less: WorkspaceGuardrails, more: GivenGuardrails): WorkspaceGuardrails {
  return {
    ...less,
    ...more,
    counts: { ...less.counts, ...more.counts },
    ownerChannels: { ...less.ownerChannels, ...more.ownerChannels },
    approve: { ...less.approve, ...more.approve },
  };
}
