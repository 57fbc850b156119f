import { checkBlocks } from "../blocks.ts";
import { SlackError } from "../slack-error.ts";
import { messageShape } from "../shapes.ts";
import { invalidArguments } from "../arguments.ts";
import { type Api, type ApiHandler, ownMessage, postable, reachable } from "./context.ts";
import { metadataOf } from "./content.ts";
import type { Conversation } from "../conversation.ts";
import { isTopLevel } from "../conversation.ts";
import type { SessionStatus } from "../types.ts";

/** Blocks of stopStream, beside those that chunks brought. */
const STOP_BLOCKS_MAX = 50;
const STATUSES: readonly SessionStatus[] = ["processing", "active", "suspended", "closed"];
/** Without this subscription people have no Stop. */
const STOP_EVENT = "agent_session_stopped";
const NO_STOP = "missing_agent_session_stopped_event_subscription";

export const startStream: ApiHandler = (args, api) => {
  const { workspace } = api;
  const conversation = postable(api, args.text("channel"));
  const { channel } = conversation;
  const recipient =
    channel.kind === "im" ? channel.user : recipientOf(args.optional("recipient_user_id"), api);
  const team = args.optional("recipient_team_id");
  if (channel.kind !== "im" && team === undefined) {
    throw new SlackError("missing_recipient_team_id", {
      violation: "recipient_team_id is needed in channels",
    });
  }
  const thread_ts = parentOf(conversation, args.optional("thread_ts"));
  const opening = {
    channel: channel.id,
    thread_ts,
    recipient: channel.kind === "im" ? undefined : recipient,
    plan: planned(args.optional("task_display_mode")),
    username: args.optional("username"),
  };
  const ts = workspace.streams.start(opening, args.optional("markdown_text"), args.json("chunks"));
  if (api.agent) workspace.sessions.set(channel.id, thread_ts ?? ts, "processing", recipient);
  const deaf = api.agent && !api.events.has(STOP_EVENT);
  return { channel: channel.id, ts, ...(deaf && { warning: NO_STOP }) };
};

export const appendStream: ApiHandler = (args, api) => {
  const { channel, ts } = streamOf(api, args.text("channel"), args.text("ts"));
  api.workspace.streams.append(channel.id, ts, args.optional("markdown_text"), args.json("chunks"));
  return { channel: channel.id, ts };
};

export const stopStream: ApiHandler = (args, api) => {
  const { workspace } = api;
  const { conversation, channel, ts } = streamOf(api, args.text("channel"), args.text("ts"));
  const status = statusOf(args.optional("session_status"));
  const given = args.json("blocks");
  if (given !== undefined && !Array.isArray(given))
    throw new SlackError("invalid_blocks", { violation: "blocks must be a list" });
  if (given !== undefined && given.length > STOP_BLOCKS_MAX) {
    throw new SlackError("msg_blocks_too_many", {
      violation: `${given.length} blocks, at most ${STOP_BLOCKS_MAX}`,
    });
  }
  const blocks = given === undefined ? [] : checkBlocks(given);
  const metadata = metadataOf(args.json("metadata"));
  workspace.streams.stop(channel.id, ts, args.optional("markdown_text"), args.json("chunks"), {
    blocks,
    ...(metadata !== undefined && metadata !== "clear" && { metadata }),
  });
  const message = workspace.needMessage(channel.id, ts);
  if (api.agent) workspace.sessions.set(channel.id, message.thread_ts ?? ts, status);
  return { channel: channel.id, ts, message: messageShape(workspace, conversation, message) };
};

function recipientOf(user: string | undefined, { workspace }: Api): string {
  if (user === undefined) {
    throw new SlackError("missing_recipient_user_id", {
      violation: "recipient_user_id is needed in channels",
    });
  }
  if (!workspace.people.has(user)) throw new SlackError("user_not_found");
  return user;
}

/** Streams answer in threads; where the parent is gone Slack has no better word than that it could not. */
function parentOf(conversation: Conversation, ts: string | undefined): string | undefined {
  if (ts === undefined || ts === "") return undefined;
  const parent = conversation.get(ts);
  if (parent && isTopLevel(parent)) return ts;
  throw new SlackError(
    "messaging_processing_failed",
    parent ? { violation: `thread_ts ${ts} is a reply, not a parent` } : {},
  );
}

function planned(mode: string | undefined): boolean {
  if (mode !== undefined && mode !== "plan" && mode !== "timeline")
    throw invalidArguments(["[ERROR] must be timeline or plan [json-pointer:/task_display_mode]"]);
  return mode === "plan";
}

function statusOf(given: string | undefined): SessionStatus {
  const status = STATUSES.find((each) => each === (given ?? "active"));
  if (status === undefined)
    throw invalidArguments([`[ERROR] must be one of ${STATUSES.join(", ")} [json-pointer:/session_status]`]);
  return status;
}

function streamOf(api: Api, channelId: string, ts: string) {
  const conversation = reachable(api, channelId);
  ownMessage(api, conversation, ts, "message_not_owned_by_app");
  return { conversation, channel: conversation.channel, ts };
}
