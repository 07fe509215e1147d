import { GateloopError } from '../errors.ts';

/**
 * What a reader of stored data throws when it cannot read the format and nothing can rebuild the data.
 *
 * @param subject names what is stored, such as `The object outcomes/payments.json of the spec bucket`
 * @param format the format that was found
 * @param supported the format that this version reads
 */
export function unsupportedFormat(subject: string, format: unknown, supported: number): GateloopError {
  const found = format === undefined ? 'no format' : `format ${JSON.stringify(format)}`;
  return new GateloopError(
    'UnsupportedFormat',
    `${subject} has ${found}, and this version of Gateloop reads format ${supported}. Deploy the version of Gateloop that wrote it.`,
    false,
    { details: { subject, format, supported } },
  );
}
