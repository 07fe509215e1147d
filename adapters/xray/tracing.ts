import { randomBytes } from 'node:crypto';
import { sendToDaemon } from './daemon.ts';
import { LambdaSegment } from './lambdaSegment.ts';
import { Subsegment, type TracePorts } from './subsegment.ts';

const ports: TracePorts = {
  now: Date.now,
  newId: () => randomBytes(8).toString('hex'),
  send: sendToDaemon(process.env.AWS_XRAY_DAEMON_ADDRESS ?? ''),
};

// A function works on one invocation at a time.
let current: LambdaSegment | Subsegment = new LambdaSegment(() => process.env._X_AMZN_TRACE_ID, ports);

/** The part of the invocation that runs now. */
export function getSegment(): LambdaSegment | Subsegment {
  return current;
}

function setSegment(segment: LambdaSegment | Subsegment): void {
  current = segment;
}

/** Where tracing is turned off, Powertools makes subsegments that belong nowhere. */
class DetachedSubsegment extends Subsegment {
  constructor(name: string) {
    super(name, undefined, ports);
  }
}

/**
 * What Powertools' Tracer calls of X-Ray's SDK, by the SDK's names: bundles hold this in the SDK's place. The SDK gets
 * no releases but for security since February 2026 and none after February 2027, and weighs 48 KB of each function with
 * the libraries for contexts it brings. Lambda needs little of it: one invocation at a time, subsegments that are sent
 * as they close.
 */
export const xray = {
  getSegment,
  setSegment,
  Segment: LambdaSegment,
  Subsegment: DetachedSubsegment,
  setContextMissingStrategy: () => undefined,
};
