import { Unmet } from '../check.ts';

/** An HTTP answer as it was, with what a check may want to know about it. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  /** Names in lower case; repeated fields joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly text: string;
  /** Until the status line was here. */
  readonly headersMs: number;
  /** Until the first byte of the body was here; absent without a body. */
  readonly firstByteMs?: number;
  readonly totalMs: number;
}

export const mediaType = ({ headers }: Answer): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

export const isWebPage = (answer: Answer): boolean =>
  /^(text\/html|application\/xhtml\+xml)$/.test(mediaType(answer)) ||
  /^\s*<(!doctype html|html[\s>])/i.test(answer.text);

export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

export const isRedirect = ({ status, headers }: Answer): boolean =>
  status >= 300 && status < 400 && headers.location !== undefined;

export type JsonObject = Readonly<Record<string, unknown>>;

export const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;

export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The JSON object in the body, or nothing. */
export const jsonOf = (answer: Answer): JsonObject | undefined => asObject(parsedJson(answer.text));

/** A member that has to be a string. */
export const stringIn = (object: JsonObject | undefined, name: string): string | undefined => {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
};

export const stringsIn = (object: JsonObject | undefined, name: string): readonly string[] => {
  const value = object?.[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

/** A member that a check cannot go on without. */
export const neededString = (object: JsonObject, name: string, where: string): string => {
  const value = stringIn(object, name);
  if (value === undefined) throw new Unmet(`${where} names no ${name}`);
  return value;
};

/** `401 application/json`, for reports. */
export const briefly = (answer: Answer): string => {
  const error = stringIn(jsonOf(answer), 'error');
  return [String(answer.status), mediaType(answer), ...(error ? [`error=${error}`] : [])]
    .filter(Boolean)
    .join(' ');
};
