import { invalid } from '../serviceError.ts';

/** A filter of a list. The model allows one value. */
interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/**
 * @param allowed the values of the filters that have fixed ones
 * @throws ServiceError ValidationException for a filter that is given twice, or another value
 */
export function checkFilters(
  filters: readonly Filter[],
  allowed: Readonly<Record<string, readonly string[]>>,
): void {
  for (const [index, { name, values }] of filters.entries()) {
    if (filters.findIndex((other) => other.name === name) < index) {
      throw rejected(`filters[${index}].name`, `repeats the filter ${name}`);
    }
    const unknown = values.find((value) => allowed[name] && !allowed[name].includes(value));
    if (unknown !== undefined) {
      throw rejected(`filters[${index}].values`, `${unknown} is not one of ${allowed[name]?.join(', ')}`);
    }
  }
}

/** Whether a value passes the filter of this name, if there is one. */
export function filterValue(filters: readonly Filter[], name: string, value: string | undefined): boolean {
  const filter = filters.find((candidate) => candidate.name === name);
  return filter === undefined || (value !== undefined && filter.values.includes(value));
}

function rejected(name: string, message: string) {
  return invalid(`Value at '${name}' ${message}`, { name, message });
}
