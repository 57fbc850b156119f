import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import canonicalize from "canonicalize";
import { messageOf, StewardError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { personKey } from "../core/principal.ts";
import type { WriteTool } from "../core/tool.ts";
import type { ConversationRef } from "../core/turn.ts";
import { answerOf } from "./outcome.ts";
import type { RequestState } from "./ports.ts";
import { type CallAnswer, type Caller, type CallParts, placeOf } from "./types.ts";

/** A call waits so long for its card to be asked for; clients give up after a minute. */
const waitMs = 12_000;
const lookEveryMs = 150;

const underWay: readonly RequestState["state"][] = ["beginning", "stored", "queued", "running"];

const refusal = (text: string): CallAnswer => ({ text, failed: true });

/** What is wrong with arguments, in one sentence a client's model can mend. */
const wrongArguments = (tool: WriteTool, args: JsonObject): string | undefined => {
  const parsed = tool.input.safeParse(args);
  if (parsed.success) return undefined;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || tool.name}: ${issue.message}`);
  return `Nothing was asked for. ${issues.join(" ")}`;
};

/** Waits until a request stands before people, or ended; at most so long. */
const settled = async (parts: CallParts, id: string, caller: Caller, signal: AbortSignal) => {
  const until = performance.now() + (parts.waitMs ?? waitMs);
  for (;;) {
    const state = await parts.requests.state(id, caller.principal);
    const over = signal.aborted || performance.now() >= until;
    if (state === undefined || !underWay.includes(state.state) || over) return state;
    await pause(lookEveryMs);
  }
};

/** What became of a request of this person. */
export const requestFor = async (
  parts: CallParts,
  caller: Caller,
  id: string,
  signal: AbortSignal,
): Promise<CallAnswer> => {
  const state = await settled(parts, id, caller, signal);
  if (state === undefined) return refusal("There is no such request of yours.");
  const [actions, where] = await Promise.all([
    state.turn === null ? [] : parts.actionsOf(state.turn),
    state.conversation === null
      ? []
      : parts.linksOf(caller.principal, { ...state.conversation, turn: state.turn }),
  ]);
  return answerOf(state, actions, where);
};

/** Stores what a client asked for as a request in its person's direct messages: from there it is like any other. */
const store = async (
  parts: CallParts,
  caller: Caller,
  tool: WriteTool,
  args: JsonObject,
  request: { id: string; inbox: string },
): Promise<void> => {
  const { workspace, user } = caller.principal;
  const shown = `${tool.name} ${JSON.stringify(args).slice(0, 600)}`;
  const thread = await parts.openThread({ id: request.inbox, workspace, user, shown });
  const conversation: ConversationRef = {
    ...{ key: `${workspace}/${thread.channel}/${thread.threadTs}`, workspace, kind: "dm", ...thread },
  };
  try {
    // Another program's model put these words together, from texts that nobody here has seen.
    await parts.marks.add(conversation, [`what the MCP client of token ${caller.token} has read`]);
    await parts.audit.append({
      kind: "mcp.asked",
      actor: personKey(caller.principal),
      conversation: conversation.key,
      fields: { token: caller.token, tool: tool.name, request: request.id },
    });
    await parts.intake.accept({
      ...{ id: request.inbox, conversation, person: { workspace, user }, origin: "mcp" },
      ...{ kind: "call", tool: tool.name, args, text: `${tool.title}, asked for by an MCP client` },
    });
  } catch (error) {
    // It may be stored all the same: then its thread has to stay.
    if (!(error instanceof StewardError && error.code === "intake_late")) {
      await parts.closeThread(thread).catch(() => {});
      throw error;
    }
  }
};

/** A write of a client: asked for once while the same stands open, never done here. */
export const askFor = (parts: CallParts) => {
  /** Slack takes a message a second into one person's direct messages: theirs go one by one. */
  const lines = new Map<string, Promise<unknown>>();
  const inLine = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = lines.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    lines.set(key, mine);
    try {
      return await mine;
    } finally {
      if (lines.get(key) === mine) lines.delete(key);
    }
  };

  return async (
    caller: Caller,
    tool: WriteTool,
    args: JsonObject,
    signal: AbortSignal,
  ): Promise<CallAnswer> => {
    const { principal } = caller;
    const wrong =
      wrongArguments(tool, args) ??
      (await parts.objection({ tool: tool.name, args }, { principal, conversation: placeOf(caller) }));
    if (wrong !== undefined) return refusal(wrong);
    const id = randomUUID();
    const request = { id, inbox: `${principal.workspace}/mcp/${id}` };
    const digest = createHash("sha256")
      .update(canonicalize([tool.name, args]) ?? "")
      .digest();
    const begun = await parts.requests.begin({ ...request, token: caller.token, person: principal, digest });
    if (begun.fresh) {
      try {
        await inLine(personKey(principal), () => store(parts, caller, tool, args, request));
      } catch (error) {
        parts.log.error({ err: error, request: id }, "a request of an MCP client could not be stored");
        await parts.requests.forget(id).catch((failed: unknown) => {
          parts.log.info({ request: id, reason: messageOf(failed) }, "it counts as open for a minute");
        });
        return refusal("Nothing was recorded: Slack or the records are busy or away. Try again in a moment.");
      }
    }
    const answer = await requestFor(parts, caller, begun.id, signal);
    return begun.fresh
      ? answer
      : { ...answer, text: `The same call is asked for already; it is not asked twice.\n${answer.text}` };
  };
};
