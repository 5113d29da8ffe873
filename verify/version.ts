/** The version of the package, which a check that imports nothing of ours cannot look up. */
export const version = '0.1.0';
