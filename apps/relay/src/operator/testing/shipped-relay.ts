import { fileURLToPath } from 'node:url';

/** The relay as it is shipped, in one file. The test runner builds it before the tests if a source is newer. */
export const shippedRelay = fileURLToPath(new URL('../../../dist/transom-relay.mjs', import.meta.url));
