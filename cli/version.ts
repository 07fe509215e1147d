import { packageFile } from '../workflows/packageRoot.ts';

/** The version of this package. */
export const { version } = packageFile;

/** The oldest major version of Node on which this package runs. */
export const oldestNode = Number(/\d+/.exec(packageFile.engines.node)?.[0] ?? 0);
