/**
 * What a function may do: one permission for each use of a port. `infra/permissions.ts` maps each to IAM actions and
 * resources.
 */
export type Permission =
  /** List the keys below `workspaces/` in the spec bucket. */
  | 'listWorkspaces'
  /** Distinguish a missing object from a forbidden one: without it, S3 answers 403 for a missing object. */
  | 'checkObjects'
  /** The uploads of teams. */
  | 'readUploads'
  /** List the objects of the spec bucket with their versions; see who stored uploads, and what came of them. */
  | 'browseUploads'
  /** The operators' guardrails, which no function may write. */
  | 'readGuardrails'
  /** The parsed manifests and other documents that one step stores for another. */
  | 'readDesired'
  | 'writeDesired'
  /** What people decide about. The function that opens a request writes it, and the pages read it. */
  | 'readRequestDetails'
  | 'writeRequestDetails'
  /** Immutable copies of schemas and configurations. */
  | 'readApplied'
  | 'writeApplied'
  /** List what Gateloop stores with its versions, and delete versions of what nothing needs. */
  | 'listCollected'
  | 'deleteCollected'
  | 'readOutcomes'
  | 'writeOutcomes'
  | 'readLedger'
  /** Read an item of the ledger by its key, such as a lease that another execution has marked. */
  | 'readLease'
  /** Query the workspaces that have a synchronization due. */
  | 'listDueWorkspaces'
  | 'writeLedger'
  | 'deleteFromLedger'
  /** Read every item of the ledger. */
  | 'scanLedger'
  /** List the resources of each kind. */
  | 'listResources'
  /** List the targets of gateways, with their statuses. */
  | 'listParts'
  | 'readResources'
  /** Read gateway targets only. */
  | 'readTargets'
  /** Read a resource's tags, which name the workspace that owns it. */
  | 'readTags'
  /**
   * Create, update and delete resources, and pass roles to them. AgentCore stores and reads the secrets of credential
   * providers with these permissions.
   */
  | 'changeControlPlane'
  | 'synchronizeTargets'
  /** List the tools of gateways that Gateloop owns. The action lets its holder call tools, too: IAM knows no narrower one. */
  | 'listToolsOfGateways'
  /** Read the tokens for gateways that demand JSON web tokens. */
  | 'readGatewayTokens'
  /** Write lists of tools, and nothing else. */
  | 'writeToolLists'
  /**
   * Complete the authorization of a target after a person has consented. AgentCore reads the client secret of the
   * provider with these permissions.
   */
  | 'completeAuthorizations'
  /** List the records of a registry with their statuses. */
  | 'listRegistryRecords'
  | 'readRegistryRecords'
  /** Approve, reject and deprecate registry records. */
  | 'decideRegistryRecords'
  /** Read which versions a secret has, never a value, if it is tagged for this environment. */
  | 'describeSecrets'
  /** Read secrets that manifests name, if they are tagged for this environment. */
  | 'readSecrets'
  /** Make and read the key that signs webhook calls. */
  | 'makeSigningKey'
  | 'publishEvents'
  /** Start executions of the workflow that reconciles a workspace. */
  | 'startReconciliations'
  /** Lambda sends an event that the function failed to handle to the dead-letter queue, with the function's role. */
  | 'sendDeadLetters'
  | 'notifyPeople'
  /** List the executions of Gateloop's state machines, and read what each step got and gave. */
  | 'readExecutions'
  /** Complete the tasks of waiting executions. */
  | 'completeTasks';
