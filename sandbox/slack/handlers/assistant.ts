import { z } from "zod";
import { invalidArguments } from "../arguments.ts";
import { type ApiHandler, assistantThread, reachable } from "./context.ts";

const loadingMessages = z.array(z.string().min(1).max(50)).min(1).max(10);
const promptList = z.array(z.strictObject({ title: z.string().min(1), message: z.string().min(1) })).max(4);

export const setStatus: ApiHandler = (args, api) => {
  const { channel, ...rest } = place(args, api);
  const messages = args.json("loading_messages");
  const parsed = loadingMessages.safeParse(messages ?? ["…"]);
  if (!parsed.success)
    throw invalidArguments(["[ERROR] 1 to 10 texts of 1 to 50 characters [json-pointer:/loading_messages]"]);
  api.workspace.setStatus(
    channel,
    rest.thread,
    args.text("status"),
    messages === undefined ? [] : parsed.data,
  );
  return {};
};

export const setTitle: ApiHandler = (args, api) => {
  const { channel, thread } = place(args, api);
  api.workspace.setTitle(channel, thread, args.text("title"));
  return {};
};

export const setSuggestedPrompts: ApiHandler = (args, api) => {
  const conversation = reachable(api, args.text("channel_id"));
  const given = args.optional("thread_ts");
  const thread = given === undefined ? undefined : assistantThread(conversation, given);
  const parsed = promptList.safeParse(args.json("prompts"));
  if (!parsed.success)
    throw invalidArguments(["[ERROR] up to 4 of {title, message} [json-pointer:/prompts]"]);
  const title = args.optional("title");
  api.workspace.setPrompts(conversation.channel.id, thread, {
    ...(title !== undefined && { title }),
    prompts: parsed.data,
  });
  return {};
};

function place(...[args, api]: Parameters<ApiHandler>): { channel: string; thread: string } {
  const conversation = reachable(api, args.text("channel_id"));
  return { channel: conversation.channel.id, thread: assistantThread(conversation, args.text("thread_ts")) };
}
