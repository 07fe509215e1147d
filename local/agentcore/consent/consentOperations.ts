import type { CompleteResourceTokenAuthRequest } from '@aws-sdk/client-bedrock-agentcore';
import type { Checked } from '../checked.ts';
import type { Operations } from '../operation.ts';
import type { TargetLifecycle } from '../targets/targetLifecycle.ts';
import type { Consents } from './consents.ts';

/** The data plane's part in a consent: the client says whose consent the session was, and the operation goes on. */
export function consentOperations(consents: Consents, targets: TargetLifecycle): Operations {
  return {
    CompleteResourceTokenAuth: (input: Checked<CompleteResourceTokenAuthRequest>) => {
      targets.continueAfterConsent(consents.complete(input));
      return {};
    },
  };
}
