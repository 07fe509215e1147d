/**
 * What a function may do, in words of Gateloop's own: one for each use of a port. `infra/permissions.ts` says which
 * actions on which resources each of them is.
 */
export type Permission =
  /** List the spec bucket's keys below `workspaces/`. */
  | 'listWorkspaces'
  /** Tell a missing object from a forbidden one: without it, S3 answers 403 where there is nothing. */
  | 'checkObjects'
  /** What teams uploaded. */
  | 'readUploads'
  /** The parsed manifests that poll leaves for the other steps. */
  | 'readDesired'
  | 'writeDesired'
  /** Immutable copies of schemas and configurations. */
  | 'readApplied'
  | 'writeApplied'
  | 'readOutcomes'
  | 'writeOutcomes'
  | 'readLedger'
  | 'writeLedger'
  | 'forgetInLedger'
  /** Which resources of each kind there are. */
  | 'listResources'
  | 'readResources'
  /** Targets alone, of all resources. */
  | 'readTargets'
  /** Whose a resource is, by its tags. */
  | 'readTags'
  /** Create, update and delete resources, and hand them the roles that they run as. */
  | 'changeControlPlane'
  | 'synchronizeTargets'
  /** Tell AgentCore that a person has consented. */
  | 'completeAuthorizations'
  /** List the records of a registry: which there are, and how they stand. */
  | 'listRegistryRecords'
  | 'readRegistryRecords'
  /** Approve, reject and deprecate records of registries. */
  | 'decideRegistryRecords'
  /** Secrets that manifests name; only those that are tagged for this environment. */
  | 'readSecrets'
  | 'publishEvents'
  | 'tellPeople'
  /** Answer the task tokens of waiting executions. */
  | 'answerTasks';
