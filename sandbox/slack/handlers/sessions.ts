import { invalidArguments } from "../arguments.ts";
import { isTopLevel } from "../conversation.ts";
import { SlackError } from "../slack-error.ts";
import type { SessionStatus } from "../types.ts";
import { type ApiHandler, isMember, reachable } from "./context.ts";

const TITLE_MAX = 200;
const STATUSES: readonly SessionStatus[] = ["processing", "active", "suspended", "closed"];

/** Creates or updates the session of a thread. It takes the place of the thread's status line: the last writer wins. */
export const setStatus: ApiHandler = (args, api) => {
  const { channel, thread } = place(args, api);
  const status = STATUSES.find((each) => each === args.text("status"));
  if (status === undefined) {
    throw new SlackError("invalid_status", {
      violation: `${args.text("status")} is none of ${STATUSES.join(", ")}`,
    });
  }
  const initiator = args.optional("initiator_user_id");
  if (initiator !== undefined && !api.workspace.people.has(initiator)) throw new SlackError("user_not_found");
  const title = args.optional("title");
  if (title !== undefined && title.length > TITLE_MAX) throw tooLong();
  const fresh = api.workspace.sessions.get(channel, thread) === undefined;
  api.workspace.sessions.set(channel, thread, status, initiator);
  if (fresh && title !== undefined && title !== "") api.workspace.setTitle(channel, thread, title);
  api.workspace.clearStatus(channel, thread);
  return {};
};

export const rename: ApiHandler = (args, api) => {
  const { channel, thread } = place(args, api);
  if (!api.workspace.sessions.get(channel, thread)) throw new SlackError("session_not_found");
  const title = args.text("title");
  if (title.length > TITLE_MAX) throw new SlackError("invalid_name", { violation: tooLong().message });
  api.workspace.setTitle(channel, thread, title);
  return {};
};

const tooLong = () => invalidArguments([`[ERROR] at most ${TITLE_MAX} characters [json-pointer:/title]`]);

function place(...[args, api]: Parameters<ApiHandler>): { channel: string; thread: string } {
  const conversation = reachable(api, args.text("channel_id"));
  // An app that is not declared an agent.
  if (!api.agent) throw new SlackError("not_authorized");
  if (!isMember(api, conversation)) throw new SlackError("channel_not_found");
  const thread = args.optional("thread_ts");
  if (thread === undefined) {
    throw new SlackError("thread_ts_required", {
      violation: "sessions of channels and direct messages are threads'",
    });
  }
  const parent = conversation.get(thread);
  if (parent && !isTopLevel(parent))
    throw invalidArguments([`[ERROR] ${thread} is a reply, not a parent [json-pointer:/thread_ts]`]);
  return { channel: conversation.channel.id, thread };
}
