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

/** The member of an object that looks like one of some names and is none of them. */
type LookalikeIn = (members: unknown) => string | undefined;

const lookalikesOf = (names: readonly string[]): LookalikeIn => {
  const exact = new Set(names);
  const loose = new Set(names.map(folded));
  return (members) => {
    if (!isRecord(members)) return undefined;
    return Object.keys(members).find((key) => !exact.has(key) && loose.has(folded(key)));
  };
};

const structural = lookalikesOf(meaningful);

const lookalikeInMessage = (message: unknown, ofArguments: LookalikeIn): string | undefined => {
  const params = isRecord(message) && isRecord(message.params) ? message.params : {};
  const context = isRecord(params.context) ? params.context : {};
  return (
    structural(message) ??
    structural(params) ??
    structural(params.ref) ??
    structural(params.argument) ??
    structural(context) ??
    structural(params.notifications) ??
    ofArguments(params.arguments) ??
    ofArguments(context.arguments)
  );
};

/**
 * Finds the first lookalike of a message or batch, if there is one. `argumentNames` are those that
 * the access policy looks at. Repeated members need no check: the message is written anew.
 */
export const lookalikeMember = (
  argumentNames: readonly string[],
): ((body: unknown) => string | undefined) => {
  const ofArguments = lookalikesOf(argumentNames);
  return (body) => {
    for (const message of Array.isArray(body) ? body : [body]) {
      const lookalike = lookalikeInMessage(message, ofArguments);
      if (lookalike !== undefined) return lookalike;
    }
    return undefined;
  };
};
