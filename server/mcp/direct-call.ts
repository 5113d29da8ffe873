import {
  type CallToolResult,
  isJSONRPCRequest,
  PerRequestHTTPServerTransport,
  SdkError,
  SdkErrorCode,
  Server,
} from '@modelcontextprotocol/server';
import { type Answer, jsonAnswer } from '../answer.ts';
import type { McpApplication } from './application.ts';
import type { McpCall } from './backend.ts';
import { authInfoOf, type Exchange } from './caller.ts';
import type { Tool } from './tool.ts';
import { callTool } from './tool-call.ts';

/**
 * The short way of nearly every call: one `tools/call` of a declared tool, written the way the
 * specification wants it. The SDK's own building blocks serve it (`Server` and its transport for one
 * exchange); left out is what the SDK's entry does for requests of any kind: a `Request`, a
 * `Response`, and an error with a stack for every server that it closes.
 *
 * Everything else takes the entry, and so does whatever is not exactly right: nothing is refused here.
 */

type Classification = ConstructorParameters<
  typeof PerRequestHTTPServerTransport
>[0]['classification'];

type Message = Parameters<PerRequestHTTPServerTransport['handleMessage']>[0];

const modern = '2026-07-28';
const legacy = new Set(['2025-03-26', '2025-06-18', '2025-11-25']);

// The transport of one exchange binds its server to a revision that the server knows of.
const supportedProtocolVersions = [...legacy, modern];

const claimedVersion = 'io.modelcontextprotocol/protocolVersion';
const claimedClient = 'io.modelcontextprotocol/clientInfo';
const claimedCapabilities = 'io.modelcontextprotocol/clientCapabilities';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The revision a call speaks, if its headers and its body say the same and leave nothing out. MCP
 * 2026-07-28 puts it into both, and whoever reads the one must not be fooled by the other.
 */
const classify = (
  { headers }: McpCall,
  params: Readonly<Record<string, unknown>>,
): Classification | undefined => {
  const version = headers.get('mcp-protocol-version');
  const meta = isRecord(params._meta) ? params._meta : {};
  if (version === modern) {
    const isConsistent =
      meta[claimedVersion] === modern &&
      headers.get('mcp-method') === 'tools/call' &&
      headers.get('mcp-name') === params.name;
    const isComplete = isRecord(meta[claimedClient]) && isRecord(meta[claimedCapabilities]);
    return isConsistent && isComplete ? { era: 'modern', revision: modern } : undefined;
  }
  if (version === null || !legacy.has(version) || claimedVersion in meta) return undefined;
  // The SDK's entry answers 406 to a client that does not take both.
  const accept = headers.get('accept') ?? '';
  const takesBoth = accept.includes('application/json') && accept.includes('text/event-stream');
  return takesBoth ? { era: 'legacy', revision: version } : undefined;
};

/** What a call says and in which revision, or undefined when the entry has to look at it. */
const directMessage = (
  call: McpCall,
): { readonly message: Message; readonly classification: Classification } | undefined => {
  const { body } = call;
  if (!isRecord(body) || !isRecord(body.params)) return undefined;
  const classification = classify(call, body.params);
  // What is no request gets no answer.
  return classification && isJSONRPCRequest(body) ? { message: body, classification } : undefined;
};

// The client went away, or the server closes: what the entry answers, and nobody reads.
const nobodyWaits: Answer = { status: 499, headers: {}, body: '' };

const isConnectionClosed = (fault: unknown): boolean =>
  fault instanceof SdkError && fault.code === SdkErrorCode.ConnectionClosed;

type Send = Parameters<PerRequestHTTPServerTransport['send']>;
type ExchangeOptions = ConstructorParameters<typeof PerRequestHTTPServerTransport>[0];

/**
 * One exchange whose result is taken as it is, before it becomes a `Response`. Everything but a plain
 * result is left to the SDK's own transport, which is asked to begin when it is needed: the promise
 * that it makes for its `Response` would hold on to the whole call (1 KB, and all that it refers to).
 */
class DirectExchange extends PerRequestHTTPServerTransport {
  readonly #options: ExchangeOptions;
  #message: Message | undefined;
  #settle: ((answer: Answer | undefined) => void) | undefined;
  #fail: ((fault: unknown) => void) | undefined;
  #isDispatching = false;
  #stream: Promise<PerRequestHTTPServerTransport> | undefined;

  constructor(options: ExchangeOptions) {
    super(options);
    this.#options = options;
  }

  /** Undefined when the SDK refuses the message before any handler runs: how, the entry knows. */
  serve(exchange: Exchange, message: Message): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      this.#message = message;
      this.#settle = resolve;
      this.#fail = reject;
      this.#isDispatching = true;
      const { classification } = this.#options;
      this.onmessage?.(message, { classification, authInfo: authInfoOf(exchange) });
      this.#isDispatching = false;
    });
  }

  /** Leaves the message to the entry. Only before a handler has run. */
  giveUp(): CallToolResult {
    this.#settle?.(undefined);
    return { content: [] };
  }

  /**
   * The SDK's `connect` assigns functions to members, which V8 creates in the old generation: they
   * outlive the call until the next full collection, and all that they can reach does. The less that
   * is, the better.
   */
  forget(): void {
    this.#settle = undefined;
    this.#fail = undefined;
    this.#message = undefined;
  }

  override async send(...args: Send): Promise<void> {
    const [message] = args;
    if (this.#isDispatching) this.#settle?.(undefined);
    else if ('result' in message && !this.#stream) this.#settle?.(resultAnswer(message));
    // What a handler still says after its result reaches nobody.
    else if (this.#stream || this.#message) await this.#sendByStream(args);
  }

  override async close(): Promise<void> {
    await super.close();
    this.#settle?.(nobodyWaits);
    await (await this.#stream)?.close();
  }

  /** Errors have a status of their own, and a message before the result begins a stream. */
  async #sendByStream(args: Send): Promise<void> {
    this.#stream ??= this.#begin(this.#message as Message);
    await (await this.#stream).send(...args);
  }

  async #begin(message: Message): Promise<PerRequestHTTPServerTransport> {
    const stream = new PerRequestHTTPServerTransport(this.#options);
    // It has been delivered already.
    stream.onmessage = nothing;
    await stream.start();
    const ended = () => void this.close();
    stream.onclose = ended;
    stream.handleMessage(message).then(
      (response) => this.#settle?.(response),
      (fault: unknown) =>
        isConnectionClosed(fault) ? this.#settle?.(nobodyWaits) : this.#fail?.(fault),
    );
    return stream;
  }
}

const nothing = (): void => undefined;

const resultAnswer = (message: object): Answer => jsonAnswer(200, message);

export interface DirectCalls {
  /** Resolves with undefined when the call is none for the short way. */
  readonly handle: (call: McpCall, tool: Tool) => Promise<Answer | undefined>;
  /** Aborts what is under way. */
  readonly close: () => void;
}

/** Guarantees the same result as the SDK's entry. Does not check who calls: the pipeline has. */
export const createDirectCalls = (
  application: McpApplication,
  keepAliveMs: number,
): DirectCalls => {
  const { name, title, version, instructions, requestState } = application;
  const capabilities = { tools: { listChanged: true } };
  const options = { instructions, requestState, supportedProtocolVersions, capabilities };
  const underWay = new Set<DirectExchange>();
  const serve = async (
    tool: Tool,
    direct: DirectExchange,
    call: { readonly message: Message; readonly exchange: Exchange },
  ): Promise<Answer | undefined> => {
    const server = new Server({ name, title, version }, options);
    server.setRequestHandler('tools/call', async ({ params }, context) => {
      const result = await callTool(tool, { args: params.arguments, context, server });
      return result ?? direct.giveUp();
    });
    await server.connect(direct);
    return direct.serve(call.exchange, call.message);
  };
  return {
    handle: async (call, tool) => {
      const ordinary = tool.isDirect ? directMessage(call) : undefined;
      if (!ordinary) return undefined;
      const { message, classification } = ordinary;
      const exchange = new DirectExchange({ classification, keepAliveMs });
      underWay.add(exchange);
      call.onGone(() => void exchange.close());
      try {
        return await serve(tool, exchange, { message, exchange: call.exchange });
      } finally {
        underWay.delete(exchange);
        exchange.forget();
      }
    },
    close: () => {
      for (const exchange of underWay) void exchange.close();
    },
  };
};
