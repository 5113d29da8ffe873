import { expectNoInternals } from './wire-body.ts';

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Reads an answer and expects that it gives nothing away. */
export const wireAnswer = async (response: Response): Promise<WireAnswer> => {
  const text = await response.text();
  expectNoInternals(text);
  return { status: response.status, headers: response.headers, text };
};
