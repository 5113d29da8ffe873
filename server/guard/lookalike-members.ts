/**
 * Members that another JSON parser would take for the ones that were authorised. Go matches names
 * without regard to case, so `{"name":"harmless","Name":"drop_all"}` calls `drop_all` there; U+017F
 * and U+212A even pass for `s` and `k`. No honest client sends such a thing.
 */

const meaningful = [
  'jsonrpc',
  'id',
  'method',
  'params',
  'name',
  'uri',
  'arguments',
  'argument',
  'context',
  'ref',
  'type',
  'value',
  'notifications',
  'resourceSubscriptions',
];

const folded = (name: string): string => name.toUpperCase().toLowerCase();

type Members = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lookalikeIn = (members: unknown, names: readonly string[]): string | undefined => {
  if (!isRecord(members)) return undefined;
  const exact = new Set(names);
  const loose = new Set(names.map(folded));
  return Object.keys(members).find((key) => !exact.has(key) && loose.has(folded(key)));
};

const lookalikeInMessage = (
  message: unknown,
  argumentNames: readonly string[],
): string | undefined => {
  const params = isRecord(message) && isRecord(message.params) ? message.params : {};
  const context = isRecord(params.context) ? params.context : {};
  const structural = [message, params, params.ref, params.argument, context, params.notifications];
  return [
    ...structural.map((members) => lookalikeIn(members, meaningful)),
    lookalikeIn(params.arguments, argumentNames),
    lookalikeIn(context.arguments, argumentNames),
  ].find((name) => name !== undefined);
};

/**
 * The first lookalike of a message or batch, if there is one. `argumentNames` are those that the
 * access policy looks at. Repeated members need no check: the message is written anew.
 */
export const lookalikeMember = (
  body: unknown,
  argumentNames: readonly string[],
): string | undefined =>
  (Array.isArray(body) ? body : [body])
    .map((message) => lookalikeInMessage(message, argumentNames))
    .find((name) => name !== undefined);
