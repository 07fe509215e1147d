import type { ApproveEvent } from './approveEvent.ts';
import type { ApprovePorts, Taken } from './approvePorts.ts';
import { carryOut } from './carryOut.ts';
import { takeAnswer } from './takeAnswer.ts';
import { takeRecord } from './takeRecord.ts';

export function approve(event: ApproveEvent, ports: ApprovePorts): Promise<Taken> {
  if (event.do === 'carryOut') return carryOut(event.reference, ports);
  return 'record' in event
    ? takeRecord(event.record, event.now, ports)
    : takeAnswer(event.answer, event.now, ports);
}
