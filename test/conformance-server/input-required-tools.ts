import {
  acceptedContent,
  type InputRequests,
  inputRequired,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { createRequestState } from '../../server/mcp/request-state.ts';

/** What the suite asks of MCP 2026-07-28's way to ask the client: one tool per rule, by the suite's names. */

export const requestState = createRequestState<Record<string, unknown>>({
  key: crypto.getRandomValues(new Uint8Array(32)),
});

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
const anything = z.object({});

const question = (message: string, member: string, type: 'string' | 'boolean' = 'string') => {
  const property = type === 'string' ? { type: 'string' as const } : { type: 'boolean' as const };
  return inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties: { [member]: property }, required: [member] },
  });
};

const sampling = (prompt: string) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
    maxTokens: 50,
  });

const answered = (context: ServerContext, name: string, member: string): unknown =>
  (acceptedContent(context.mcpReq.inputResponses, name) as Record<string, unknown> | undefined)?.[
    member
  ];

const raw = (context: ServerContext, name: string): Record<string, unknown> | undefined =>
  context.mcpReq.inputResponses?.[name] as Record<string, unknown> | undefined;

const confirmed = async (context: ServerContext) => {
  const isConfirmed = answered(context, 'confirm', 'ok') !== undefined;
  if (isConfirmed && context.mcpReq.requestState() !== undefined) return undefined;
  return inputRequired({
    inputRequests: { confirm: question('Go on?', 'ok', 'boolean') },
    requestState: await requestState.mint({ step: 'confirm' }, context),
  });
};

const multiRound = async (context: ServerContext) => {
  const state = context.mcpReq.requestState<{ name?: unknown }>();
  const name = state?.name ?? answered(context, 'step1', 'name');
  if (name === undefined)
    return inputRequired({
      inputRequests: { step1: question('Your name?', 'name') },
      requestState: await requestState.mint({ round: 1 }, context),
    });
  const color = answered(context, 'step2', 'color');
  if (color === undefined)
    return inputRequired({
      inputRequests: { step2: question('Your colour?', 'color') },
      requestState: await requestState.mint({ round: 2, name }, context),
    });
  return text(`${name} likes ${color}`);
};

const several = async (context: ServerContext) => {
  const name = answered(context, 'user_name', 'name');
  const roots = raw(context, 'client_roots')?.roots;
  if (name !== undefined && Array.isArray(roots) && raw(context, 'greeting'))
    return text(`Good day, ${name}, with ${roots.length} roots`);
  return inputRequired({
    inputRequests: {
      user_name: question('Your name?', 'name'),
      greeting: sampling('Greet somebody'),
      client_roots: inputRequired.listRoots(),
    },
    requestState: await requestState.mint({ step: 'several' }, context),
  });
};

const withinCapabilities = async (context: ServerContext) => {
  if (context.mcpReq.inputResponses) return text('thank you');
  const declared = (
    context.mcpReq as unknown as { envelope?: Record<string, Record<string, unknown> | undefined> }
  ).envelope?.['io.modelcontextprotocol/clientCapabilities'];
  const inputRequests: InputRequests = {
    ...(declared?.elicitation !== undefined && { user_name: question('Your name?', 'name') }),
    ...(declared?.sampling !== undefined && { greeting: sampling('Greet somebody') }),
    ...(declared?.roots !== undefined && { client_roots: inputRequired.listRoots() }),
  };
  return Object.keys(inputRequests).length > 0 ? inputRequired({ inputRequests }) : text('nothing');
};

type Handler = (
  context: ServerContext,
) => Promise<ReturnType<typeof text> | ReturnType<typeof inputRequired>>;

const tools: Readonly<Record<string, Handler>> = {
  test_input_required_result_elicitation: async (context) => {
    const name = answered(context, 'user_name', 'name');
    return typeof name === 'string'
      ? text(`Hello, ${name}`)
      : inputRequired({ inputRequests: { user_name: question('Your name?', 'name') } });
  },
  test_input_required_result_sampling: async (context) => {
    const answer = raw(context, 'capital_question');
    return answer
      ? text(JSON.stringify(answer))
      : inputRequired({ inputRequests: { capital_question: sampling('Capital of France?') } });
  },
  test_input_required_result_list_roots: async (context) =>
    Array.isArray(raw(context, 'client_roots')?.roots)
      ? text('roots received')
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } }),
  test_input_required_result_request_state: async (context) =>
    (await confirmed(context)) ?? text('state-ok'),
  test_input_required_result_tampered_state: async (context) =>
    (await confirmed(context)) ?? text('integrity-ok'),
  test_input_required_result_multiple_inputs: several,
  test_input_required_result_multi_round: multiRound,
  test_input_required_result_capabilities: withinCapabilities,
  test_missing_capability: async (context) =>
    raw(context, 'llm_answer')
      ? text('complete')
      : inputRequired({ inputRequests: { llm_answer: sampling('Say pong') } }),
};

export const registerInputRequired = (server: McpServer): void => {
  for (const [name, handler] of Object.entries(tools))
    server.registerTool(name, { description: name, inputSchema: anything }, (_, context) =>
      handler(context),
    );
  const promptName = 'test_input_required_result_prompt';
  server.registerPrompt(promptName, { description: promptName }, async (context) => {
    const found = answered(context as unknown as ServerContext, 'user_context', 'context');
    if (typeof found !== 'string')
      return inputRequired({ inputRequests: { user_context: question('Context?', 'context') } });
    return { messages: [{ role: 'user', content: { type: 'text', text: found } }] };
  });
};
