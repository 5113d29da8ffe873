import type { Answer } from '../../server/answer.ts';
import { createChangeBus } from '../../server/changes/change-bus.ts';
import { answerInTime, defaultPatience } from '../../server/early-answer.ts';
import type { IncomingCall } from '../../server/incoming-call.ts';
import { listen } from '../../server/listener.ts';
import { completeAccessPolicy } from '../../server/mcp/backend.ts';
import { applicationBackend } from '../../server/mcp/handler.ts';
import { type Message, readMessage } from '../../server/message-body.ts';
import { echoTool } from './echo-tool.ts';
import { serverConfig } from './server-config.ts';
import { port, toolNames } from './settings.ts';

/**
 * This package's listener, body reader, MCP layer and early answers with nothing of security between
 * them: no token, no limit, no policy, no tenant, no detection, no event, no header for browsers.
 */

const tools = toolNames.map((name) => echoTool(name, { requiredScopes: [] }));

const backend = applicationBackend({ name: 'bench', version: '1.0.0', tools });
const mcp = backend.open({
  now: Date.now,
  accessPolicy: completeAccessPolicy(backend.access, serverConfig),
  changes: createChangeBus(),
  keepAliveMs: defaultPatience.keepAliveMs,
  isRevoked: () => false,
});

/** The MCP layer has to be told who calls; here it is always the same nobody. */
const nobody = {
  subject: 'nobody',
  clientId: 'none',
  isMachine: false,
  scopes: [],
  groups: [],
  issuer: 'none',
  tokenId: 'none',
  issuedAt: 0,
  expiresAt: Number.MAX_SAFE_INTEGER,
};

const perform = async (call: IncomingCall, { body, operations }: Message): Promise<Answer> => {
  const { method, headers, toRequest, onGone } = call;
  const exchange = {
    principal: nobody,
    operations,
    correlationId: 'none',
    reportFault: () => undefined,
    refuse: () => undefined,
    publish: () => undefined,
  };
  const handed = { method, headers, toRequest, onGone, body, exchange };
  return (await mcp.handleDirectly?.(handed)) ?? mcp.handle(handed);
};

const answer = async (call: IncomingCall): Promise<Answer> => {
  const message = await readMessage(call, serverConfig.maxBodyBytes);
  if (!message.ok) throw new Error(`the benchmark sends good messages: ${message.error.reason}`);
  const accept = call.headers.get('accept');
  const asked = { accept, body: message.value.body, onLateFault: () => undefined };
  return answerInTime(perform(call, message.value), asked, defaultPatience);
};

await listen(answer, { host: '127.0.0.1', port });
