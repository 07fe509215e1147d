import type { Identity } from '../../core/authorization/approver.ts';

/** Roles that IAM Identity Center makes: it alone may assume them, and it names the session after the person. */
const IDENTITY_CENTER_ROLE = /^assumed-role\/AWSReservedSSO_[^/]+\//;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** Pages, the ledger and events hold the name. */
const MAX_NAME_LENGTH = 200;

/**
 * @param arn the `Arn` of GetCallerIdentity, such as `arn:aws:sts::123456789012:assumed-role/operators/jane`
 * @returns the person: the user name of IAM Identity Center, and otherwise the last part of the ARN, such as `user/jane`.
 * With an e-mail address only where IAM Identity Center vouches for it: who assumes another role chooses the session's name
 */
export function awsIdentity(arn: string): Identity {
  const principal = arn.split(':').slice(5).join(':');
  const person = IDENTITY_CENTER_ROLE.test(principal)
    ? principal.replace(IDENTITY_CENTER_ROLE, '')
    : undefined;
  const name = (person ?? principal).slice(0, MAX_NAME_LENGTH);
  return { name, ...(person !== undefined && EMAIL.test(person) && { email: person }) };
}
