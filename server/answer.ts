/**
 * What the pipeline answers: a `Response`, or, for an answer that is known in one piece, what a
 * `Response` would be made of. Making one and reading it again costs 10 µs, more than a refusal's
 * token check.
 */
export interface WholeAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer<ArrayBuffer>;
}

export type Answer = Response | WholeAnswer;

export const jsonAnswer = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): WholeAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** For whoever needs a `Response`: hosts without sockets, and streams that begin late. */
export const toResponse = (answer: Answer): Response =>
  answer instanceof Response
    ? answer
    : new Response(answer.body, { status: answer.status, headers: answer.headers });

/** The answer with these headers set, in place of any of the same name. */
export const withHeaders = (answer: Answer, headers: Readonly<Record<string, string>>): Answer => {
  if (!(answer instanceof Response))
    return { ...answer, headers: { ...answer.headers, ...headers } };
  for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
  return answer;
};

export const headerOf = ({ headers }: Answer, name: string): string | null =>
  headers instanceof Headers ? headers.get(name) : ((headers[name] as string | undefined) ?? null);
