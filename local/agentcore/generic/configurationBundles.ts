import { asText, type JsonObject } from '../../../core/json.ts';
import { omit } from '../../../core/objects.ts';
import { conflict } from '../serviceError.ts';
import type { GenericKind, WriteTools } from './genericKind.ts';

const MAINLINE = 'mainline';

/** Configuration bundles: of their branches, the newest version of mainline. Their responses show no status. */
export const configurationBundles: GenericKind = {
  kind: 'configurationBundle',
  noun: 'configuration bundle',
  operationNouns: ['ConfigurationBundle', 'ConfigurationBundles'],
  idFormat: 'agentRuntime',
  idMember: 'bundleId',
  nameMember: 'bundleName',
  arnMember: 'bundleArn',
  arnPath: 'configuration-bundle/',
  statuses: {
    create: ['CREATING', 'ACTIVE', 'CREATE_FAILED'],
    update: ['UPDATING', 'ACTIVE', 'UPDATE_FAILED'],
    delete: ['DELETING', 'DELETE_FAILED'],
  },
  updatedAtMember: 'updatedAt',
  listMember: 'bundles',
  isTagged: true,
  quota: 'configurationBundlesPerAccount',
  write: nextVersion,
};

/**
 * Each write makes a version. The model: "If the branch already exists, the first parent must be the latest version on that
 * branch." The error is a guess.
 */
function nextVersion(before: JsonObject, input: JsonObject, { newVersion }: WriteTools): JsonObject {
  const { parentVersionIds = [], branchName = MAINLINE, commitMessage, createdBy } = input;
  const [parent] = Array.isArray(parentVersionIds) ? parentVersionIds : [];
  if (before.versionId !== undefined && (parent !== before.versionId || branchName !== MAINLINE))
    throw conflict(
      `The latest version on ${MAINLINE} is ${asText(before.versionId)}. Name it first among parentVersionIds.`,
    );
  return {
    ...before,
    ...omit(input, 'parentVersionIds', 'branchName', 'commitMessage', 'createdBy', 'bundleName'),
    versionId: newVersion(),
    lineageMetadata: {
      parentVersionIds,
      branchName,
      ...(commitMessage !== undefined && { commitMessage }),
      ...(createdBy !== undefined && { createdBy }),
    },
  };
}
