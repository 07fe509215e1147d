import { controlPlaneShapes } from '../../../adapters/sdkShapes.ts';
import type { Shape, StructureShape } from '../../../core/api/shapes.ts';
import { asText, isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { defined, omit } from '../../../core/objects.ts';
import { isOptionalWrapper } from '../../../core/resources/clearing.ts';
import type { Table } from '../../simulation/table.ts';
import { arn, type EmulatorContext, unusedId } from '../emulatorContext.ts';
import { Lifecycle, type LifecycleAction, type StatefulRecord } from '../lifecycle.ts';
import type { Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';
import type { TagMap, Tags } from '../tags.ts';
import type { GenericKind } from './genericKind.ts';

interface GenericRecord extends StatefulRecord<string> {
  readonly parentId?: string;
  readonly configuration: JsonObject;
}

/** What resources of a kind can belong to. */
export interface GenericParents {
  /** @throws ServiceError ResourceNotFoundException */
  get(id: string): object;
  /** @throws ServiceError ConflictException while an operation on it is in progress */
  getIdle(id: string): object;
  arnOf(id: string): string;
}

/** The resources of one generic kind, with the five operations on them. */
export class GenericResources implements GenericParents {
  readonly kind: GenericKind;
  readonly #context: EmulatorContext;
  readonly #parents: GenericParents | undefined;
  readonly #tags: Tags;
  readonly #table: Table<GenericRecord>;
  readonly #lifecycle: Lifecycle<string, GenericRecord>;
  /** Throws while the resource may not be deleted. */
  rejectDeletion: (id: string) => void = () => undefined;
  /** Whether the resource may be neither changed nor deleted now; undefined for a kind that is never locked. */
  isLocked: (id: string) => boolean | undefined = () => undefined;

  /** @param parents undefined for a kind without a parent */
  constructor(
    context: EmulatorContext,
    kind: GenericKind,
    { tags, parents }: { readonly tags: Tags; readonly parents?: GenericParents },
  ) {
    this.#context = context;
    this.kind = kind;
    this.#tags = tags;
    this.#parents = parents;
    this.#table = context.table(kind.kind);
    this.#lifecycle = new Lifecycle(context, {
      kind: kind.kind,
      table: this.#table,
      statuses: kind.statuses,
      operations: {
        create: this.#operation('create'),
        update: this.#operation('update'),
        delete: this.#operation('delete'),
      },
      keyOf,
      parentOf: ({ parentId = '' }) => parentId,
      onDeleted: (record) => tags.unregister(this.#arn(record)),
      ...(kind.refusal && { work: (record, action) => this.#look(record, action) }),
    });
  }

  arnOf(id: string): string {
    return this.#arn(this.#find(undefined, id));
  }

  get(id: string): GenericRecord {
    return this.#find(undefined, id);
  }

  getIdle(id: string): GenericRecord {
    const record = this.#find(undefined, id);
    this.#lifecycle.rejectWhileBusy(record);
    return record;
  }

  /** The names of a parent's resources, or their ids where they have none. */
  namesIn(parentId: string): string[] {
    return this.#of(parentId).map(({ name }) => name);
  }

  /** @returns all resources of a kind without a parent, as responses show them */
  shown(): JsonObject[] {
    return this.#of(undefined).map((record) => this.#show(record));
  }

  /** The error is a guess. */
  #rejectWhileLocked({ id }: GenericRecord): void {
    if (this.isLocked(id))
      throw conflict(`The ${this.kind.noun} ${id} is locked for modification, since others use it.`);
  }

  /** Forgets the resources of a parent that was deleted. */
  forget(parentId: string): void {
    for (const record of this.#of(parentId)) this.#lifecycle.remove(record);
  }

  forceStatus(parentId: string | undefined, id: string, status: string, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.#find(parentId, id), status, reasons);
  }

  operations(): Operations {
    const { operationNouns, parent, idMember } = this.kind;
    const locate = (input: JsonObject) => {
      const parentId = parent && asText(input[parent.member]);
      return this.#find(parentId, asText(input[idMember]));
    };
    const hasUpdate = controlPlaneShapes.operation(this.#operation('update')) !== undefined;
    return {
      [this.#operation('create')]: (input: JsonObject) => this.#answer('create', this.create(input)),
      [`Get${operationNouns[0]}`]: (input: JsonObject) => this.#answer('get', locate(input)),
      [`List${operationNouns[1]}`]: (input: JsonObject) => this.#list(input),
      ...(hasUpdate && {
        [this.#operation('update')]: (input: JsonObject) =>
          this.#answer('update', this.#update(locate(input), input)),
      }),
      [this.#operation('delete')]: (input: JsonObject) => {
        const record = locate(input);
        this.#lifecycle.rejectWhileBusy(record);
        this.#rejectWhileLocked(record);
        this.rejectDeletion(record.id);
        return this.#answer('delete', this.#lifecycle.start(record, 'delete'));
      },
    };
  }

  /** @throws ServiceError ConflictException for a name, an id or keys in use, ServiceQuotaExceededException */
  create(input: JsonObject): GenericRecord {
    const { parent, nameMember, idFormat, chosenIdMember, uniqueMember, statuses, quota } = this.kind;
    const parentId = parent && asText(input[parent.member]);
    if (parentId !== undefined) this.#parents?.getIdle(parentId);
    const siblings = this.#of(parentId);
    const isTaken = (id: string) => siblings.some((each) => each.id === id);
    const given = nameMember === undefined ? undefined : asText(input[nameMember]);
    const chosen = chosenIdMember === undefined ? undefined : input[chosenIdMember];
    const id = typeof chosen === 'string' ? chosen : unusedId(this.#context, idFormat, given ?? '', isTaken);
    const isInUse = given !== undefined && siblings.some(({ name }) => name === given);
    if (isInUse && this.kind.nameInUse) throw this.kind.nameInUse(given);
    if (isTaken(id) || isInUse)
      throw conflict(`${given ?? id} is in use by another ${this.kind.noun}. Choose another one.`);
    const isSame = ({ configuration }: GenericRecord) =>
      uniqueMember !== undefined && isEqual(configuration[uniqueMember], input[uniqueMember]);
    if (siblings.some(isSame))
      throw conflict(`Another ${this.kind.noun} has the same ${uniqueMember}. Change that one instead.`);
    const limit = quota && this.#context.settings.quotas[quota];
    if (limit !== undefined && siblings.length >= limit)
      throw quotaExceeded(
        `There are ${limit} already, which is the quota. Delete a ${this.kind.noun} or request an increase.`,
      );
    const { clientToken: _, tags, ...rest } = input;
    const named = [nameMember, chosenIdMember, parent?.member].filter((name) => name !== undefined);
    const now = this.#context.clock.now();
    const record: GenericRecord = {
      id,
      name: given ?? id,
      ...defined({ parentId }),
      status: statuses.create[0],
      createdAt: now,
      updatedAt: now,
      configuration: this.#written({}, omit(rest, ...named)),
    };
    if (this.kind.isTagged) this.#tags.register(this.#arn(record), isJsonObject(tags) ? tagMap(tags) : {});
    return this.#lifecycle.start(record, 'create');
  }

  #update(before: GenericRecord, input: JsonObject): GenericRecord {
    this.#lifecycle.rejectWhileBusy(before);
    this.#rejectWhileLocked(before);
    const { idMember, parent } = this.kind;
    const shape = controlPlaneShapes.operation(this.#operation('update'))?.input;
    const ignored = [idMember, parent?.member, 'clientToken'].filter((name) => name !== undefined);
    const changes = omit(input, ...ignored);
    const configuration = this.kind.write
      ? this.#written(before.configuration, changes)
      : patched(before.configuration, changes, shape);
    return this.#lifecycle.start(
      { ...before, configuration, updatedAt: this.#context.clock.now() },
      'update',
    );
  }

  #written(before: JsonObject, input: JsonObject): JsonObject {
    const newId = (name: string) => unusedId(this.#context, this.kind.idFormat, name, () => false);
    const newVersion = () => unusedId(this.#context, 'uuid', '', () => false);
    return this.kind.write?.(before, input, { newId, newVersion, now: this.#context.clock.now() }) ?? input;
  }

  /** Creates the resource, or gives the one with the same `uniqueMember` this configuration. @returns it as responses show it */
  put(input: JsonObject): JsonObject {
    const { parent, uniqueMember = '', chosenIdMember = '' } = this.kind;
    const parentId = parent && asText(input[parent.member]);
    const before = this.#of(parentId).find(({ configuration }) =>
      isEqual(configuration[uniqueMember], input[uniqueMember]),
    );
    const changes = omit(input, uniqueMember, chosenIdMember);
    return this.#show(before ? this.#update(before, changes) : this.create(input));
  }

  /** The answer of BatchPutGatewayRateLimits. */
  answerList(shown: readonly JsonObject[]): object {
    return project(outputOf(`BatchPut${this.kind.operationNouns[1]}`), { [this.kind.listMember]: shown });
  }

  #list(input: JsonObject): object {
    const { parent, listMember, operationNouns } = this.kind;
    const scope = `List${operationNouns[1]}`;
    const parentId = parent && asText(input[parent.member]);
    if (parentId !== undefined) this.#parents?.get(parentId);
    const { maxResults, nextToken: given, name } = input;
    const { items, nextToken } = paginate(
      this.#table,
      {
        ...(typeof maxResults === 'number' && { maxResults }),
        ...(typeof given === 'string' && { nextToken: given }),
      },
      {
        scope,
        ...(parentId !== undefined && { prefix: `${parentId}/` }),
        pageSize: this.#context.settings.quotas.defaultPageSize,
        filter: (record) => name === undefined || record.name === name,
      },
    );
    const output = { [listMember]: items.map((record) => this.#show(record)), ...defined({ nextToken }) };
    return project(outputOf(scope), output);
  }

  #answer(action: LifecycleAction | 'get', record: GenericRecord): object {
    const { operationNouns, responseMember } = this.kind;
    const operation = action === 'get' ? `Get${operationNouns[0]}` : this.#operation(action);
    const shown = this.#show(record);
    const isWrapped = responseMember !== undefined && action !== 'delete';
    return project(outputOf(operation), isWrapped ? { [responseMember]: shown } : shown);
  }

  /** Every member that a response of the kind can have. */
  #show(record: GenericRecord): JsonObject {
    const { kind } = this;
    const { id, name, parentId, status, configuration } = record;
    const { parent, reasonMember } = kind;
    const reasons = record.reasons ?? (reasonMember?.always ? [] : undefined);
    return {
      ...kind.defaults,
      ...(kind.toResponse?.(configuration, status, id) ?? configuration),
      [kind.idMember]: id,
      ...(kind.shownIdMember !== undefined && { [kind.shownIdMember]: id }),
      ...(kind.nameMember !== undefined && { [kind.nameMember]: name }),
      ...(kind.arnMember !== undefined && { [kind.arnMember]: this.#arn(record) }),
      ...(parent &&
        parentId !== undefined && {
          [parent.responseMember]:
            parent.shows === 'id' ? parentId : (this.#parents?.arnOf(parentId) ?? parentId),
        }),
      status,
      ...defined({ lockedForModification: this.isLocked(id) }),
      createdAt: record.createdAt,
      [kind.updatedAtMember]: record.updatedAt,
      ...(reasonMember &&
        reasons && { [reasonMember.name]: reasonMember.isList ? [...reasons] : reasons.join('; ') }),
    };
  }

  async #look(record: GenericRecord, action: LifecycleAction) {
    const reason = action === 'delete' ? undefined : this.kind.refusal?.(record.configuration);
    return reason === undefined ? { changes: {} } : { reasons: [reason] };
  }

  #find(parentId: string | undefined, id: string): GenericRecord {
    if (parentId !== undefined) this.#parents?.get(parentId);
    const record = this.#table.get(keyOf({ id, ...defined({ parentId }) }));
    if (record) return record;
    const { noun } = this.kind;
    const name = `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${id}`;
    throw notFound(`${name} does not exist in ${parentId ?? 'this account and Region'}.`);
  }

  #of(parentId: string | undefined): GenericRecord[] {
    const prefix = parentId === undefined ? '' : `${parentId}/`;
    return this.#table.list({ prefix }).map(([, record]) => record);
  }

  #arn({ id, parentId }: Pick<GenericRecord, 'id' | 'parentId'>): string {
    const path = `${this.kind.arnPath}${id}`;
    return parentId === undefined ? arn(this.#context, path) : `${this.#parents?.arnOf(parentId)}${path}`;
  }

  #operation(action: LifecycleAction): string {
    const verbs = { create: 'Create', update: 'Update', delete: 'Delete' } as const;
    return `${verbs[action]}${this.kind.operationNouns[0]}`;
  }
}

function keyOf({ id, parentId }: Pick<GenericRecord, 'id' | 'parentId'>): string {
  return parentId === undefined ? id : `${parentId}/${id}`;
}

function outputOf(operation: string): StructureShape {
  const shape = controlPlaneShapes.operation(operation)?.output;
  if (!shape)
    throw new RangeError(`The SDK has no operation ${operation}; check the rows of the generic kinds.`);
  return shape;
}

/** What a shape has of a value. Times, in ms since the epoch, become dates. */
function project(shape: StructureShape, value: JsonObject): Record<string, unknown> {
  const members = Object.entries(value).flatMap(([name, entry]): [string, unknown][] => {
    const member = shape.members.get(name);
    return member ? [[name, projectValue(member.shape, entry)]] : [];
  });
  return Object.fromEntries(members);
}

function projectValue(shape: Shape, value: JsonValue): unknown {
  if (shape.type === 'timestamp') return new Date(Number(value));
  if (shape.type === 'list' && Array.isArray(value))
    return value.map((element) => projectValue(shape.element, element));
  if ((shape.type === 'structure' || shape.type === 'union') && isJsonObject(value))
    return project(shape, value);
  return value;
}

/** Keeps the members that a request leaves out; an empty wrapper of an optional value clears its member. */
function patched(before: JsonObject, changes: JsonObject, shape: StructureShape | undefined): JsonObject {
  const configuration = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    const member = shape?.members.get(name)?.shape;
    const isWrapped = member !== undefined && isOptionalWrapper(member) && isJsonObject(value);
    const set = isWrapped ? value.optionalValue : value;
    if (set === undefined) delete configuration[name];
    else configuration[name] = set;
  }
  return configuration;
}

function isEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function tagMap(tags: JsonObject): TagMap {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, asText(value)]));
}
