import { Subsegment, type TraceContext, type TracePorts } from './subsegment.ts';

/** The segment that Lambda itself makes of an invocation and sends. All that can be done with it is to add to it. */
export class LambdaSegment {
  readonly #header: () => string | undefined;
  readonly #ports: TracePorts;

  /** @param header the trace header of the invocation that runs now: each has its own */
  constructor(header: () => string | undefined, ports: TracePorts) {
    this.#header = header;
    this.#ports = ports;
  }

  addNewSubsegment(name: string): Subsegment {
    return new Subsegment(name, parseTraceHeader(this.#header()), this.#ports);
  }
}

/**
 * Reads `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
 * @returns undefined where the invocation is not sampled
 */
function parseTraceHeader(header = ''): TraceContext | undefined {
  const { Root, Parent, Sampled } = Object.fromEntries(header.split(';').map((part) => part.split('=')));
  return Root && Parent && Sampled === '1' ? { traceId: Root, parentId: Parent } : undefined;
}
