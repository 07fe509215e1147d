import { type Address, addressOf } from '../address.ts';
import type { DesiredResource, FaultyResource } from '../desired/desired.ts';
import type { Manifest, ManifestResource } from '../manifest/manifest.ts';
import { type ApprovalRule, approvalRules, type TargetSettings } from '../manifest/settings.ts';
import { defined, omit } from '../objects.ts';
import { formatPath, formatProblem, messageText, type Path, type Problem } from '../problem.ts';
import type { SchemaServer } from '../schemas/schemaTypes.ts';
import {
  allowedOwner,
  checkCounts,
  checkMovedFrom,
  checkOwner,
  checkResource,
  checkServers,
  checkSharedWith,
  checkUnreadSchema,
  type Violation,
} from './checkGuardrails.ts';
import type { WorkspaceGuardrails } from './guardrails.ts';

/** The guardrails of a workspace, by its name. */
export interface Guarded {
  readonly workspace: string;
  readonly guardrails: WorkspaceGuardrails;
}

/**
 * Applies what guardrails decide in place of the manifest: owners keep the contacts that may be notified, and `approve` is
 * at least what operators demand. What the manifest said in their place, `ownerProblems` reports.
 */
export function guardedManifest(manifest: Manifest, { guardrails }: Guarded): Manifest {
  const { ownerChannels } = guardrails;
  const owners = Object.entries(manifest.owners).flatMap(([name, owner]) => {
    const allowed = allowedOwner(owner, ownerChannels);
    return allowed ? [[name, allowed] as const] : [];
  });
  const guard = ({ owner, settings }: Pick<ManifestResource, 'owner' | 'settings'>) => ({
    ...defined({ owner: allowedOwner(owner, ownerChannels) }),
    settings: guardedSettings(settings, guardrails),
  });
  return {
    ...manifest,
    owners: Object.fromEntries(owners),
    settings: guardedSettings(manifest.settings, guardrails),
    resources: manifest.resources.map((resource) => ({ ...omit(resource, 'owner'), ...guard(resource) })),
    shared: manifest.shared.map((gateway) => ({
      ...omit(gateway, 'owner'),
      ...defined({ owner: allowedOwner(gateway.owner, ownerChannels) }),
    })),
    sources: manifest.sources.map((source) => ({ ...omit(source, 'owner'), ...guard(source) })),
  };
}

function guardedSettings<Given extends TargetSettings>(
  settings: Given,
  guardrails: WorkspaceGuardrails,
): Given {
  return { ...settings, approve: stricterRule(settings.approve, guardrails.approve.least) };
}

/** @returns the rule of the two that asks more often */
export function stricterRule(one: ApprovalRule, other: ApprovalRule): ApprovalRule {
  return approvalRules.indexOf(one) >= approvalRules.indexOf(other) ? one : other;
}

/** A problem, and what it concerns: one resource, or the workspace as a whole. */
export interface GuardrailProblem {
  readonly address?: Address;
  readonly problem: Problem;
}

/** Finds whether the workspace would take over the resources of another one without the leave of the guardrails. */
export function movedFromProblems(
  { settings, locationOf }: Manifest,
  { workspace, guardrails }: Guarded,
): GuardrailProblem[] {
  const violation = checkMovedFrom(settings.movedFrom, workspace, guardrails);
  const path = ['settings', 'movedFrom'];
  return violation ? [{ problem: problemOf(violation, locationOf(path), path) }] : [];
}

/** Finds the owners that the guardrails do not allow. A name under `owners` concerns the workspace as a whole. */
export function ownerProblems(manifest: Manifest, { workspace, guardrails }: Guarded): GuardrailProblem[] {
  const { owners, resources, shared, sources, locationOf } = manifest;
  const named = Object.entries(owners).flatMap(([name, owner]) =>
    checkOwner(owner, workspace, guardrails).map((violation) => ({
      problem: problemOf(violation, locationOf(['owners', name]), ['owners', name]),
    })),
  );
  const known = new Set(Object.values(owners));
  // The targets that a source adds inherit its owner; they are not known yet, and the gateway stands for them.
  const ofSources = sources
    .filter(({ owner }) => owner && !known.has(owner))
    .flatMap(({ gateway, owner, path, location }) =>
      checkOwner(owner, workspace, guardrails).map((violation) => ({
        address: addressOf('gateway', gateway),
        problem: { ...problemOf(violation, location, []), path: `${path}.owner` },
      })),
    );
  const own = resources
    .filter(({ owner }) => owner && !known.has(owner))
    .flatMap((resource) => {
      const { kind, name, owner, path } = resource;
      return checkOwner(owner, workspace, guardrails).map((violation) => ({
        address: addressOf(kind, name),
        problem: problemOf(violation, resource.locationOf(['owner']), [...path, 'owner']),
      }));
    });
  // Its targets inherit the owner, and are refused with it.
  const ofShared = shared
    .filter(({ owner }) => owner && !known.has(owner))
    .flatMap(({ name, owner, path }) =>
      checkOwner(owner, workspace, guardrails).map((violation) => ({
        address: addressOf('gateway', name),
        problem: problemOf(violation, locationOf([...path, 'owner']), [...path, 'owner']),
      })),
    );
  return [...named, ...ofSources, ...ofShared, ...own];
}

/** A schema of a resource: the servers that it names, or undefined where Gateloop has not read it. */
export interface SchemaToGuard {
  /** Absent for an inline schema and for one in S3. */
  readonly file?: string;
  /** The path of the schema within the configuration of the resource. */
  readonly path: Path;
  readonly servers: readonly SchemaServer[] | undefined;
}

/** A resource as the manifest has it and as it is to become. */
export interface ResourceToGuard {
  readonly resource: ManifestResource;
  readonly desired: DesiredResource;
  readonly schemas: readonly SchemaToGuard[];
}

/** Finds what the resources of a manifest use without the leave of the guardrails. What is given away is not checked. */
export function resourceProblems(all: readonly ResourceToGuard[], guarded: Guarded): GuardrailProblem[] {
  const { workspace, guardrails } = guarded;
  const kept = all.filter(({ resource }) => !resource.ownership.unmanage);
  const beyondCount = checkCounts(
    kept.map(({ resource }) => resource),
    workspace,
    guardrails,
  );
  return kept.flatMap(({ resource, desired, schemas }) => {
    const { kind, name, path, locationOf } = resource;
    const beyond = beyondCount.get(resource);
    const violations = [
      ...(beyond ? [beyond] : []),
      ...violationsOf(desired, guarded),
      ...checkSharedWith(resource.ownership.sharedWith, workspace, guardrails),
    ];
    const problems = violations.map((violation) =>
      problemOf(violation, locationOf(violation.path), [...path, ...violation.path]),
    );
    const ofSchemas = schemas.flatMap((schema) => schemaProblems(schema, resource, guarded));
    return [...problems, ...ofSchemas].map((problem) => ({ address: addressOf(kind, name), problem }));
  });
}

/** Finds what one desired resource uses without the leave of the guardrails, apart from the servers of its schema. */
export function violationsOf(
  { kind, config, schema }: DesiredResource,
  { workspace, guardrails }: Guarded,
): Violation[] {
  return checkResource({ kind, config, ...defined({ schemaUri: schema?.uri }) }, workspace, guardrails);
}

/** The targets that registries add, and why some of them are refused. */
export interface GuardedImports {
  readonly targets: readonly DesiredResource[];
  readonly faulty: readonly FaultyResource[];
}

/** Checks the targets that registries add to the resources of a manifest: each record is a stranger's. */
export function guardedImports(
  resources: readonly DesiredResource[],
  imported: readonly DesiredResource[],
  guarded: Guarded,
): GuardedImports {
  const beyondCount = checkCounts([...resources, ...imported], guarded.workspace, guarded.guardrails);
  const faulty = imported.flatMap((target): FaultyResource[] => {
    const { address, owner, location } = target;
    const beyond = beyondCount.get(target);
    const violations = [...(beyond ? [beyond] : []), ...violationsOf(target, guarded)];
    const reasons = violations.map((violation) =>
      formatProblem(problemOf(violation, location, violation.path)),
    );
    return reasons.length > 0 ? [{ address, ...defined({ owner }), reasons }] : [];
  });
  const refused = new Set(faulty.map(({ address }) => address));
  return { targets: imported.filter(({ address }) => !refused.has(address)), faulty };
}

function schemaProblems(
  { file, path, servers }: SchemaToGuard,
  resource: ManifestResource,
  { workspace, guardrails }: Guarded,
): Problem[] {
  const at = [...resource.path, ...path];
  if (!servers) {
    const violation = checkUnreadSchema(workspace, guardrails);
    return violation ? [problemOf(violation, resource.locationOf(path), at)] : [];
  }
  return [...checkServers(servers, workspace, guardrails)].map(([{ line, column }, violation]) => {
    const place = file === undefined ? resource.locationOf(path) : { file, ...defined({ line, column }) };
    return problemOf(violation, place, at);
  });
}

function problemOf(
  { message, expected }: Violation,
  place: Pick<Problem, 'file' | 'line' | 'column'>,
  path: Path,
): Problem {
  return {
    severity: 'error',
    rule: 'guardrail',
    ...place,
    path: formatPath(path),
    message: messageText(message),
    expected: messageText(expected),
  };
}
