import { setTimeout as sleep } from "node:timers/promises";
import {
  AIMessageChunk,
  type AIMessage,
  type BaseMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import type { Runnable, RunnableConfig } from "@langchain/core/runnables";
import { modelFailureOf, ModelFailure } from "./model-failure.ts";
import { modelMessages, roughTokens } from "./model-messages.ts";
import type { ModelRole } from "./agent-file.ts";
import { modelsOf, type ModelsConfig, type OpenModel } from "./models.ts";
import type { Run } from "./run.ts";
import { emitText } from "./stream.ts";
import type { Work } from "./works.ts";
import type { OfferedTool, Planner, ProposedCall, ThinkRequest, Thought } from "./planner.ts";

/** Tries of one thought on one model; the client itself never retries. */
const triesMax = 3;
/** A provider that asks for a longer pause is treated as down: people wait for the answer. */
const pauseMsMax = 5_000;
const pauseMsFirst = 250;

/** Where the model planner stands: why the last call failed, or `undefined` after an answer. */
export interface ModelHealth {
  name: string;
  failure: string | undefined;
}

/** The pictures that came with the request: for the work that read it, while the run that fetched them goes on. */
const picturesFor = (work: Work, { start }: Run): string[] =>
  work.parent === null
    ? (start.files ?? []).flatMap((file) => (file.kind === "picture" ? [file.url] : []))
    : [];

const asFunction = ({ name, description, parameters }: OfferedTool) => ({
  type: "function" as const,
  function: { name, description, parameters },
});

/**
 * The calls with their arguments as they were written. Of a streamed message the client completes broken JSON by
 * itself (`{"amount": 48` becomes a call with 48), so there the raw pieces are taken and judged by us.
 */
const callsOf = (message: AIMessage): ProposedCall[] => {
  if (AIMessageChunk.isInstance(message)) {
    const chunks = message.tool_call_chunks ?? [];
    return chunks.map(({ id, name, args }) => ({ id: id ?? "", tool: name ?? "", args: args || "{}" }));
  }
  const { tool_calls = [], invalid_tool_calls = [] } = message;
  return [
    ...tool_calls.map(({ id, name, args }) => ({ id: id ?? "", tool: name, args: JSON.stringify(args) })),
    ...invalid_tool_calls.map(({ id, name, args }) => ({ id: id ?? "", tool: name ?? "", args: args ?? "" })),
  ];
};

/** A stream that ends without its last word was cut: half an answer is none. */
const isCut = (message: AIMessage): boolean =>
  AIMessageChunk.isInstance(message) && message.response_metadata["finish_reason"] === undefined;

/**
 * The pieces of a stream as one message; a model that cannot stream gives it as one piece. `heard` gets each piece as
 * it comes: asking the graph's own stream for them costs about as much as the rest of the graph.
 */
const wholeMessage = async (
  model: Runnable<BaseMessage[], AIMessageChunk>,
  messages: BaseMessage[],
  config: RunnableConfig,
  heard: (piece: AIMessageChunk) => void,
): Promise<AIMessage> => {
  let whole: AIMessageChunk | undefined;
  for await (const piece of await model.stream(messages, config)) {
    heard(piece);
    whole = whole?.concat(piece) ?? piece;
  }
  if (whole === undefined) throw new SyntaxError("an empty stream");
  return whole;
};

const thoughtOf = (message: AIMessage, request: ThinkRequest, by: string): Thought => {
  const calls = callsOf(message);
  if (isCut(message)) {
    throw new ModelFailure("model_cut", "The model's answer was cut off on its way.", { passing: true });
  }
  const text = message.text;
  if (calls.length === 0 && text.trim() === "") {
    throw new ModelFailure("model_empty", "The model gave an empty answer.", { passing: true });
  }
  const counted = message.usage_metadata as UsageMetadata | undefined;
  const tokensIn = counted?.input_tokens ?? roughTokens(request.work.messages);
  const tokensOut = counted?.output_tokens ?? Math.ceil((text.length + JSON.stringify(calls).length) / 4);
  return { text, calls, by, usage: { modelCalls: 1, tokensIn, tokensOut } };
};

/**
 * Thinks with language models: the agent's role, then the default one. One deadline for all tries; pauses as the
 * provider asks. What it throws is a `ModelFailure`, or the abort of the turn.
 */
export class ModelPlanner implements Planner {
  readonly #open: OpenModel;
  readonly #models: ModelsConfig["models"];
  /** Names of models that see pictures. */
  readonly #seeing: ReadonlySet<string>;
  #failure: string | undefined;

  constructor(open: OpenModel, { models, sees = [] }: Pick<ModelsConfig, "models" | "sees">) {
    this.#open = open;
    this.#models = models;
    this.#seeing = new Set(sees.map((role) => models[role] ?? models.default));
  }

  /** Whether the first model for a role sees pictures. */
  sees(role: ModelRole): boolean {
    return this.#seeing.has(this.#models[role] ?? this.#models.default);
  }

  get health(): ModelHealth {
    return { name: this.#models.default, failure: this.#failure };
  }

  async think(request: ThinkRequest): Promise<Thought> {
    const until = performance.now() + request.timeoutMs;
    let failure: ModelFailure | undefined;
    for (const name of modelsOf(this.#models, request.agent.model)) {
      try {
        const thought = await this.#tries(name, request, until);
        this.#failure = undefined;
        return thought;
      } catch (error) {
        if (!(error instanceof ModelFailure)) throw error;
        failure = error;
        if (error.code === "model_denied" || error.code === "model_timeout") break;
      }
    }
    this.#failure = failure?.message;
    throw failure ?? new Error("No model is configured for any role.");
  }

  async #tries(name: string, request: ThinkRequest, until: number): Promise<Thought> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(name, request, until);
      } catch (error) {
        if (!(error instanceof ModelFailure)) throw error;
        const pause = error.afterMs ?? pauseMsFirst * 2 ** (attempt - 1);
        const fits = pause <= pauseMsMax && performance.now() + pause < until;
        if (!error.passing || attempt === triesMax || !fits) throw error;
        await sleep(pause, undefined, { signal: request.run.start.signal });
      }
    }
  }

  async #once(name: string, request: ThinkRequest, until: number): Promise<Thought> {
    const { agent, work, tools, last, config, run } = request;
    const deadline = AbortSignal.timeout(Math.max(1, Math.floor(until - performance.now())));
    const signal = AbortSignal.any([run.start.signal, deadline]);
    const model = this.#open(name);
    // Given with the call: a model that tools are bound to is a new one, with a client of its own, each time.
    const given = tools.length === 0 ? {} : { tools: tools.map(asFunction) };
    try {
      const message = await wholeMessage(
        model,
        modelMessages(agent, work.messages, last, {
          pictures: picturesFor(work, run),
          seen: this.#seeing.has(name),
        }),
        { ...config, ...given, signal },
        (piece) => emitText(run, work.id, work.agent, piece),
      );
      return thoughtOf(message, request, name);
    } catch (error) {
      if (run.start.signal.aborted) throw run.start.signal.reason;
      throw modelFailureOf(error, name, deadline.aborted, Date.now());
    }
  }
}
