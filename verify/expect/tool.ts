import { Unmet } from '../check.ts';
import { asObject, type JsonObject, stringIn, stringsIn } from '../http/answer.ts';
import { legacyMessage } from '../mcp/message.ts';
import { resultIn } from '../mcp/reply.ts';
import type { Target } from '../target.ts';

/** The tools of a server, and one of them that may be called without doing harm. */

export const toolsOf = async (target: Target): Promise<readonly JsonObject[]> => {
  const tools = resultIn(await target.callInSession(legacyMessage('tools/list')))?.tools;
  if (!Array.isArray(tools)) throw new Unmet('tools cannot be listed');
  return tools.map(asObject).filter((tool) => tool !== undefined);
};

const isHarmless = (tool: JsonObject): boolean =>
  asObject(tool.annotations)?.readOnlyHint === true &&
  stringsIn(asObject(tool.inputSchema), 'required').length === 0;

/** @throws Unmet when no tool says that it only reads and needs no arguments */
export const harmlessTool = async (target: Target): Promise<string> => {
  const name = stringIn((await toolsOf(target)).find(isHarmless), 'name');
  if (name === undefined)
    throw new Unmet('no tool is marked readOnlyHint and takes no arguments: none is called');
  return name;
};
