import type { McpReference } from '../../oauth/mcp-operation.ts';

/** Takes out of the upstream's lists what the caller could never use. */
export type IsVisible = (reference: McpReference) => boolean;

type Members = Readonly<Record<string, unknown>>;

const listed: Readonly<Record<string, { kind: McpReference['kind']; member: string }>> = {
  tools: { kind: 'tool', member: 'name' },
  prompts: { kind: 'prompt', member: 'name' },
  resources: { kind: 'resource', member: 'uri' },
  resourceTemplates: { kind: 'template', member: 'uriTemplate' },
};

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const filteredResult = (result: Members, isVisible: IsVisible): Members => {
  const members = Object.entries(listed).flatMap(([list, { kind, member }]) => {
    const items = result[list];
    if (!Array.isArray(items)) return [];
    const kept = items.filter(
      (item) => isRecord(item) && isVisible({ kind, name: String(item[member]) }),
    );
    return [[list, kept] as const];
  });
  // A list that varies with the caller must not be kept by a cache that others share.
  const cache = 'cacheScope' in result ? { cacheScope: 'private' } : {};
  return { ...result, ...Object.fromEntries(members), ...cache };
};

/** A JSON-RPC answer, or a batch of them, with its lists filtered. The order stays. */
const filterLists = (answer: unknown, isVisible: IsVisible): unknown => {
  if (Array.isArray(answer)) return answer.map((item) => filterLists(item, isVisible));
  if (!isRecord(answer) || !isRecord(answer.result)) return answer;
  return { ...answer, result: filteredResult(answer.result, isVisible) };
};

const listMethods = [
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
] as const;

/** Whether the answer to a message or batch may hold a list. */
export const asksForList = (body: unknown): boolean =>
  (Array.isArray(body) ? body : [body]).some(
    (message) => isRecord(message) && listMethods.some((method) => method === message.method),
  );

const filteredText = (text: string, isVisible: IsVisible): string => {
  try {
    return JSON.stringify(filterLists(JSON.parse(text), isVisible));
  } catch {
    // Not a message, so not a list either.
    return text;
  }
};

/** One event of a stream: its data lines become one, the other fields stay as they are. */
const filteredEvent = (event: string, isVisible: IsVisible): string => {
  const lines = event.split(/\r\n|\r|\n/);
  const isData = (line: string) => line.startsWith('data:');
  const data = lines.filter(isData).map((line) => line.slice('data:'.length).replace(/^ /, ''));
  if (data.length === 0) return event;
  const others = lines.filter((line) => !isData(line));
  return [...others, `data: ${filteredText(data.join('\n'), isVisible)}`].join('\n');
};

/** The whole answer of a list, JSON or event stream: it is read to its end, since lists are finite. */
export const filteredAnswer = (text: string, contentType: string, isVisible: IsVisible): string =>
  contentType.startsWith('text/event-stream')
    ? text
        .split(/\r\n\r\n|\n\n|\r\r/)
        .map((event) => filteredEvent(event, isVisible))
        .join('\n\n')
    : filteredText(text, isVisible);
