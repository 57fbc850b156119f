import type { Principal } from "../../core/principal.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { Intake } from "../../turn/types.ts";
import type { EventEnvelope } from "../envelope.ts";
import { type Heard, hear } from "../inbound.ts";
import { namedAgent, type NamedAgent } from "../orders.ts";
import type { AskerTokens } from "../tool/ports.ts";
import { momentOf, type StopParts, whoever } from "./stops.ts";

/** What the handler of messages needs. */
export interface MessageParts extends StopParts {
  bot: string;
  intake: Intake;
  /** Whether Steward takes part in this thread, so that no further mention is needed. */
  part(conversation: string): Promise<"none" | "in" | "muted">;
  /** Whether a question in this conversation is open to this person. */
  isAsked(conversation: string, person: { workspace: string; user: string }): Promise<boolean>;
  /** People talked to each other in a thread. */
  overhear(conversation: string): Promise<void>;
  /** The names that a message may begin with. */
  agents(): readonly NamedAgent[];
  /** Bot users that are answered in a channel; the reviewed file says. */
  botsIn(workspace: string, channel: string): Promise<readonly string[]>;
  editMessage(edit: {
    id: string;
    item: string;
    text: string;
    agent?: string;
    editedAt: string;
  }): Promise<string>;
  deleteMessage(item: string): Promise<string>;
  muteThread(order: {
    id: string;
    conversation: ConversationRef;
    by: Principal;
    muted: boolean;
  }): Promise<void>;
  /** Keeps the rights to search that come with people's words. */
  askers: Pick<AskerTokens, "keep">;
  /** Tells who has just written that something else goes first. Best effort; not waited for. */
  sayQueued(said: { conversation: ConversationRef; user: string; text: string }): void;
}

/** What a message was, for the count. */
type Kind = "ask" | "order" | "edit" | "delete" | "ignored" | "unknown";
type Spoken = Extract<Heard, { kind: "ask" | "maybe" | "edited" }>;
type OfKind<K extends Heard["kind"]> = Extract<Heard, { kind: K }>;

/** Not waited for: it must cost no acknowledgement, and words without it are taken all the same. */
const keepSearch = ({ askers, log }: MessageParts, { conversation, user, searchToken }: Spoken): void => {
  if (searchToken === undefined) return;
  askers
    .keep({ workspace: conversation.workspace, user }, searchToken)
    .catch((error: unknown) => log.warn({ err: error }, "a right to search could not be kept"));
};

const accept = async (
  { intake, agents }: MessageParts,
  said: Spoken,
  shared: boolean,
): Promise<{ fresh: boolean }> => {
  const named = namedAgent(said.text, agents());
  return intake.accept({
    kind: "ask",
    id: said.id,
    conversation: said.conversation,
    person: { workspace: said.conversation.workspace, user: said.user },
    text: named?.rest ?? said.text,
    origin: "chat",
    ...(named !== undefined && { agent: named.agent }),
    // In the middle of a thread there may be things to read first.
    ...(said.inThread && { threadFrom: said.id.slice(said.id.lastIndexOf("/") + 1) }),
    ...(shared && { shared }),
    ...(said.files.length > 0 && { files: said.files }),
    ...(said.kind === "edited" && { editedAt: said.editedAt }),
  });
};

const takeSaid = async (
  parts: MessageParts,
  said: OfKind<"ask" | "maybe">,
  shared: boolean,
): Promise<Kind> => {
  const { conversation, inThread, mentioned, user } = said;
  if (said.bot && !(await parts.botsIn(conversation.workspace, conversation.channel)).includes(user)) {
    return "ignored";
  }
  // A mention is always meant; everything else in a thread only where Steward takes part and nobody muted it.
  if (inThread && !mentioned) {
    const part = await parts.part(conversation.key);
    if (part === "muted" || (part === "none" && said.kind === "maybe")) return "ignored";
  }
  keepSearch(parts, said);
  const { fresh } = await accept(parts, said, shared);
  if (fresh && inThread) parts.sayQueued(said);
  return "ask";
};

/** "Ok" answers the question that is open to who says it; else it is talk among people. */
const takeAssent = async (parts: MessageParts, said: OfKind<"assent">, shared: boolean): Promise<Kind> => {
  const { conversation, user } = said;
  if (await parts.isAsked(conversation.key, { workspace: conversation.workspace, user })) {
    return takeSaid(parts, { ...said, kind: "maybe", bot: false }, shared);
  }
  if (conversation.kind !== "dm") await parts.overhear(conversation.key);
  return "ignored";
};

const takeOrder = async (parts: MessageParts, said: OfKind<"order">, eventTs: unknown): Promise<Kind> => {
  const { conversation, order, user, id, mentioned } = said;
  const direct = conversation.kind === "dm";
  if (!mentioned) {
    const part = await parts.part(conversation.key);
    const meant = part === "in" || (part === "muted" && order === "unmute");
    if (!meant) return "ignored";
  }
  const by = await whoever(parts, conversation.workspace, user);
  if (order === "stop") {
    await parts.stopThread({
      ...{ id, conversation, by },
      at: momentOf(typeof eventTs === "string" ? eventTs : undefined),
      answerAlways: mentioned || direct,
    });
    return "order";
  }
  await parts.muteThread({ id, conversation, by, muted: order === "mute" });
  return "order";
};

const takeEdit = async (
  parts: MessageParts,
  edited: OfKind<"edited">,
  event: string,
  shared: boolean,
): Promise<Kind> => {
  const named = namedAgent(edited.text, parts.agents());
  const became = await parts.editMessage({
    id: `${edited.conversation.workspace}/event/${event}`,
    item: edited.id,
    text: named?.rest ?? edited.text,
    editedAt: edited.editedAt,
    ...(named !== undefined && { agent: named.agent }),
  });
  // Slack tells of no mention that an edit brought in: a message that names Steward only now is asked now.
  if (became !== "absent" || !edited.mentioned || edited.namedBefore) return "edit";
  await accept(parts, edited, shared);
  return "ask";
};

/** Stores what is asked, ordered, changed or taken back; everything else that is said is acknowledged and not kept. */
export const takeMessage =
  (parts: MessageParts) =>
  async (envelope: EventEnvelope): Promise<Kind> => {
    const heard = hear(envelope, parts.bot);
    switch (heard.kind) {
      case "ask":
      case "maybe":
        return takeSaid(parts, heard, envelope.shared);
      case "order":
        return takeOrder(parts, heard, envelope.event["ts"]);
      case "edited":
        return takeEdit(parts, heard, envelope.id, envelope.shared);
      case "deleted":
        await parts.deleteMessage(heard.id);
        return "delete";
      case "assent":
        return takeAssent(parts, heard, envelope.shared);
      case "overheard":
        await parts.overhear(heard.conversation.key);
        return "ignored";
      case "ignored":
      case "unknown":
        return heard.kind;
      default:
        return heard satisfies never;
    }
  };
