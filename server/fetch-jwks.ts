/** `fetch`, or what a test or the local mode puts in its place. */
export type FetchJwks = (jwksUri: string, init: RequestInit) => Promise<Response>;
