import { z } from "zod";
import { invalidArguments } from "../arguments.ts";
import { fileShape, type StoredFile } from "../file-store.ts";
import { SlackError } from "../slack-error.ts";
import { type Api, type ApiHandler, isMember } from "./context.ts";

/** Slack takes files of up to a gigabyte, bytes. */
const SIZE_MAX = 1_000_000_000;

const shape = (api: Api, file: StoredFile) =>
  fileShape(file, api.workspace.seed.team.id, api.workspace.url());

export const info: ApiHandler = (args, api) => {
  const file = api.workspace.files.need(args.text("file"));
  if (!visible(api, file)) throw new SlackError("file_not_found");
  return { file: shape(api, file), comments: [], response_metadata: { next_cursor: "" } };
};

/** The bot sees its own files, and those shared where it is. */
function visible(api: Api, file: StoredFile): boolean {
  if (file.user === api.workspace.seed.app.botUserId) return true;
  return file.shares.some(({ channel }) => {
    const conversation = api.workspace.conversation(channel);
    return conversation !== undefined && isMember(api, conversation);
  });
}

export const uploadUrl: ApiHandler = (args, api) => {
  const length = args.number("length") ?? 0;
  if (!Number.isInteger(length) || length < 1 || length > SIZE_MAX) {
    throw invalidArguments(["[ERROR] must be greater than 0 [json-pointer:/length]"]);
  }
  const { botUserId } = api.workspace.seed.app;
  const { id, path } = api.workspace.files.announce(botUserId, args.text("filename"), length);
  return { upload_url: api.workspace.url() + path, file_id: id };
};

const listed = z.array(z.strictObject({ id: z.string(), title: z.string().optional() })).min(1);

export const completeUpload: ApiHandler = (args, api) => {
  const parsed = listed.safeParse(args.json("files"));
  if (!parsed.success)
    throw invalidArguments(["[ERROR] must be a list of {id, title} [json-pointer:/files]"]);
  const channels = [args.optional("channel_id"), ...(args.optional("channels") ?? "").split(",")].filter(
    (id): id is string => id !== undefined && id !== "",
  );
  const places = channels.map((id) => {
    const conversation = api.workspace.conversation(id);
    if (!conversation) throw new SlackError("channel_not_found");
    if (!isMember(api, conversation)) throw new SlackError("not_in_channel");
    const thread = args.optional("thread_ts");
    if (thread !== undefined && !conversation.get(thread)) {
      throw invalidArguments(["[ERROR] no such thread [json-pointer:/thread_ts]"]);
    }
    return conversation;
  });
  const files = parsed.data.map(({ id, title }) => api.workspace.files.complete(id, title));
  for (const conversation of places) {
    const thread_ts = args.optional("thread_ts");
    api.workspace.post(conversation.channel.id, {
      user: api.workspace.seed.app.botUserId,
      text: args.optional("initial_comment") ?? "",
      files: files.map(({ id }) => id),
      ...(thread_ts !== undefined && { thread_ts }),
    });
  }
  return { files: files.map(({ id }) => shape(api, api.workspace.files.need(id))) };
};

export const remove: ApiHandler = (args, api) => {
  const file = api.workspace.files.need(args.text("file"));
  if (file.user !== api.workspace.seed.app.botUserId) throw new SlackError("cant_delete_file");
  api.workspace.files.delete(file.id);
  return {};
};
