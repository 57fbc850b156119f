import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { describe, expect, it } from "vitest";
import { refusal } from "../../src/agent/calls.ts";
import type { Parts } from "../../src/agent/parts.ts";
import type { ThinkRequest } from "../../src/agent/planner.ts";
import type { Run } from "../../src/agent/run.ts";
import { shape } from "../../src/agent/state.ts";
import { think } from "../../src/agent/think.ts";
import { newWork } from "../../src/agent/works.ts";
import { noUsage } from "../../src/core/turn.ts";
import { agentFiles, bench, friday, LedgerGate, startOf } from "./support.ts";

/** A model whose stream ends where the test says, without an error. */
class PiecesModel extends BaseChatModel {
  readonly pieces: AIMessageChunk[];

  constructor(pieces: AIMessageChunk[]) {
    super({});
    this.pieces = pieces;
  }

  _llmType(): string {
    return "pieces";
  }

  override bindTools(): this {
    return this;
  }

  _generate(): Promise<ChatResult> {
    return Promise.reject(new Error("this model streams"));
  }

  // oxlint-disable-next-line require-await -- a stream is asynchronous, these pieces happen to be ready
  override async *_streamResponseChunks(): AsyncGenerator<ChatGenerationChunk> {
    for (const message of this.pieces) yield new ChatGenerationChunk({ message, text: message.text });
  }
}

const models = { apiKey: "k", baseUrl: "http://127.0.0.1:1/v1", fetch, models: { default: "pieces" } };
const ended = { response_metadata: { finish_reason: "stop" } };

describe("the node think", () => {
  it("gives the planner a sound history, whatever the work holds", async () => {
    const asked: ThinkRequest[] = [];
    const planner = {
      think(request: ThinkRequest) {
        asked.push(request);
        return Promise.resolve({ text: "Yes.", calls: [], by: "test", usage: noUsage() });
      },
    };
    const parts: Parts = {
      agents: new Map(agentFiles.map((agent) => [agent.name, agent])),
      tools: new Map(),
      gate: new LedgerGate(),
      offering: () => Promise.resolve([]),
      finding: () => ({ result: refusal("none"), names: [] }),
      planners: { model: planner, offline: planner, direct: planner },
      clock: friday,
      log: { warn() {} },
    };
    const start = startOf("go", []);
    const { turn, token, conversation, principal, origin, signal } = start;
    const run: Run = {
      start,
      context: { turn, token, conversation, principal, origin, signal },
      resumed: true,
      outcome: undefined,
      left: () => 60_000,
      visible: () => Promise.resolve([]),
      answering: "root",
      emit() {},
    };
    const work = newWork({
      id: "root",
      agent: "engineering",
      parent: null,
      planner: "model",
      messages: [
        { role: "person", text: "go" },
        { role: "assistant", text: "", calls: [{ id: "a", tool: "t", args: "{}" }] },
      ],
      route: { agent: "engineering", why: "", candidates: [] },
    });
    const update = await think(parts, () => run)({ works: [work], usage: noUsage(), shape }, {});
    expect(asked[0]?.work.messages.at(-1)).toMatchObject({ role: "tool", call: "a", ok: false });
    expect(update).toMatchObject({ works: [{ status: "done", answer: "Yes." }] });
    expect(work.messages).toHaveLength(2);
  });

  it("takes an answer whose stream ended without its last word for none", async () => {
    const cut = new PiecesModel([new AIMessageChunk("Half of")]);
    const { agents, start } = await bench({ models, openModel: () => cut });
    const outcome = await agents.start(start("hello"));
    expect(outcome).toMatchObject({ kind: "answer", planner: "offline" });
    expect(outcome).toHaveProperty("text", expect.stringContaining("cut off") as string);
  });

  it("takes the whole stream's words", async () => {
    const whole = new PiecesModel([
      new AIMessageChunk("All "),
      new AIMessageChunk({ content: "of it.", ...ended }),
    ]);
    const { agents, start } = await bench({ models, openModel: () => whole });
    expect(await agents.start(start("hello"))).toMatchObject({ kind: "answer", text: "All of it." });
  });
});
