import {
  type ExceptionOptionType,
  ServiceException,
  type ServiceExceptionOptions,
} from '@smithy/core/client';
import { TypeRegistry } from '@smithy/core/schema';
import type { StaticErrorSchema, StaticListSchema, StaticStructureSchema } from '@smithy/types';
import { n0 } from './namespace.ts';

export type ValidationExceptionReason =
  | 'CannotParse'
  | 'EventInOtherSession'
  | 'FieldValidationFailed'
  | 'IdempotentParameterMismatchException'
  | 'ResourceConflict'
  | 'UnsupportedInRegion';

export interface ValidationExceptionField {
  name: string | undefined;
  message: string | undefined;
}

export const ValidationExceptionField$: StaticStructureSchema = [
  3,
  n0,
  'ValidationExceptionField',
  0,
  ['name', 'message'],
  [0, 0],
  2,
];

const ValidationExceptionFieldList: StaticListSchema = [
  1,
  n0,
  'ValidationExceptionFieldList',
  0,
  () => ValidationExceptionField$,
];

const BASE = `smithy.ts.sdk.synthetic.${n0}`;

/** The base of all errors of this client. */
export class AgentRegistryControlServiceException extends ServiceException {
  constructor(options: ServiceExceptionOptions) {
    super(options);
    Object.setPrototypeOf(this, AgentRegistryControlServiceException.prototype);
  }
}

type Options<E extends Error> = ExceptionOptionType<E, AgentRegistryControlServiceException>;

export class AccessDeniedException extends AgentRegistryControlServiceException {
  override readonly name = 'AccessDeniedException';
  override readonly $fault = 'client';
  constructor(options: Options<AccessDeniedException>) {
    super({ name: 'AccessDeniedException', $fault: 'client', ...options });
    Object.setPrototypeOf(this, AccessDeniedException.prototype);
  }
}

export class ConflictException extends AgentRegistryControlServiceException {
  override readonly name = 'ConflictException';
  override readonly $fault = 'client';
  constructor(options: Options<ConflictException>) {
    super({ name: 'ConflictException', $fault: 'client', ...options });
    Object.setPrototypeOf(this, ConflictException.prototype);
  }
}

export class InternalServerException extends AgentRegistryControlServiceException {
  override readonly name = 'InternalServerException';
  override readonly $fault = 'server';
  constructor(options: Options<InternalServerException>) {
    super({ name: 'InternalServerException', $fault: 'server', ...options });
    Object.setPrototypeOf(this, InternalServerException.prototype);
  }
}

export class ResourceNotFoundException extends AgentRegistryControlServiceException {
  override readonly name = 'ResourceNotFoundException';
  override readonly $fault = 'client';
  constructor(options: Options<ResourceNotFoundException>) {
    super({ name: 'ResourceNotFoundException', $fault: 'client', ...options });
    Object.setPrototypeOf(this, ResourceNotFoundException.prototype);
  }
}

export class ServiceQuotaExceededException extends AgentRegistryControlServiceException {
  override readonly name = 'ServiceQuotaExceededException';
  override readonly $fault = 'client';
  constructor(options: Options<ServiceQuotaExceededException>) {
    super({ name: 'ServiceQuotaExceededException', $fault: 'client', ...options });
    Object.setPrototypeOf(this, ServiceQuotaExceededException.prototype);
  }
}

export class ThrottlingException extends AgentRegistryControlServiceException {
  override readonly name = 'ThrottlingException';
  override readonly $fault = 'client';
  constructor(options: Options<ThrottlingException>) {
    super({ name: 'ThrottlingException', $fault: 'client', ...options });
    Object.setPrototypeOf(this, ThrottlingException.prototype);
  }
}

export class ValidationException extends AgentRegistryControlServiceException {
  override readonly name = 'ValidationException';
  override readonly $fault = 'client';
  reason: ValidationExceptionReason | undefined;
  fieldList?: ValidationExceptionField[] | undefined;
  constructor(options: Options<ValidationException>) {
    super({ name: 'ValidationException', $fault: 'client', ...options });
    Object.setPrototypeOf(this, ValidationException.prototype);
    this.reason = options.reason;
    this.fieldList = options.fieldList;
  }
}

export const AgentRegistryControlServiceException$: StaticErrorSchema = [
  -3,
  BASE,
  'AgentRegistryControlServiceException',
  0,
  [],
  [],
];

export const AccessDeniedException$: StaticErrorSchema = [
  -3,
  n0,
  'AccessDeniedException',
  { error: 'client', httpError: 403 },
  ['message'],
  [0],
];

export const ConflictException$: StaticErrorSchema = [
  -3,
  n0,
  'ConflictException',
  { error: 'client', httpError: 409 },
  ['message'],
  [0],
];

export const InternalServerException$: StaticErrorSchema = [
  -3,
  n0,
  'InternalServerException',
  { error: 'server', httpError: 500 },
  ['message'],
  [0],
];

export const ResourceNotFoundException$: StaticErrorSchema = [
  -3,
  n0,
  'ResourceNotFoundException',
  { error: 'client', httpError: 404 },
  ['message'],
  [0],
];

export const ServiceQuotaExceededException$: StaticErrorSchema = [
  -3,
  n0,
  'ServiceQuotaExceededException',
  { error: 'client', httpError: 402 },
  ['message'],
  [0],
];

export const ThrottlingException$: StaticErrorSchema = [
  -3,
  n0,
  'ThrottlingException',
  { error: 'client', httpError: 429 },
  ['message'],
  [0],
];

export const ValidationException$: StaticErrorSchema = [
  -3,
  n0,
  'ValidationException',
  { error: 'client', httpError: 400 },
  ['message', 'reason', 'fieldList'],
  [0, 0, () => ValidationExceptionFieldList],
  2,
];

const base = new TypeRegistry(BASE);
base.registerError(AgentRegistryControlServiceException$, AgentRegistryControlServiceException);
const errors = new TypeRegistry(n0);
errors.registerError(AccessDeniedException$, AccessDeniedException);
errors.registerError(ConflictException$, ConflictException);
errors.registerError(InternalServerException$, InternalServerException);
errors.registerError(ResourceNotFoundException$, ResourceNotFoundException);
errors.registerError(ServiceQuotaExceededException$, ServiceQuotaExceededException);
errors.registerError(ThrottlingException$, ThrottlingException);
errors.registerError(ValidationException$, ValidationException);

/** By which the protocol finds the class of an error in a response. */
export const errorTypeRegistries = [base, errors];
