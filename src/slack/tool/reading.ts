import { z } from "zod";
import type { SlackMessage, SlackPlace, SlackPort } from "../../../tools/slack/port.ts";
import { TerminalError } from "../../core/errors.ts";
import type { Directory } from "../../gate/types.ts";
import { type SlackCalls, SlackRefusedError } from "../delivery/schedule.ts";
import { plainText } from "../inbound.ts";
import type { AskerTokens } from "./ports.ts";

/** What reading Slack for somebody takes. */
export interface ReadingParts {
  calls: SlackCalls;
  directory: Directory;
  askers: Pick<AskerTokens, "of">;
  bot(): string;
}

/** Messages of a thread that are read: its beginning, and the newest. */
const threadMax = 200;

const searchSchema = z.object({
  results: z.object({
    messages: z
      .array(
        z.object({
          author_name: z.string(),
          author_user_id: z.string(),
          channel_id: z.string(),
          channel_name: z.string(),
          message_ts: z.string(),
          content: z.string(),
          permalink: z.string(),
        }),
      )
      .default([]),
  }),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const infoSchema = z.object({
  channel: z.object({
    name: z.string().optional(),
    creator: z.string().optional(),
    is_archived: z.boolean().optional(),
    is_im: z.boolean().optional(),
    is_mpim: z.boolean().optional(),
    is_private: z.boolean().optional(),
  }),
});
const repliesSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      username: z.string().optional(),
      text: z.string().optional(),
    }),
  ),
  has_more: z.boolean().optional(),
});
const linkSchema = z.object({ permalink: z.string() });

/** Slack's ways of saying that the right to search is no longer one. */
const tokenCodes = ["invalid_action_token", "missing_action_token", "action_token_expired"];
/** Slack's ways of saying that there is nothing of the kind that we may see. */
const unseenCodes = ["channel_not_found", "not_in_channel", "thread_not_found", "message_not_found"];

const refusedAs = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof SlackRefusedError && codes.includes(error.slackCode);

const noRight = (): TerminalError =>
  new TerminalError(
    "slack_search_right",
    "Slack lets me search only right after your own words to me. Mention me, or write to me directly, and ask again.",
  );

/** Searches as the person whose newest words brought the right to it. */
export const searchIn =
  ({ calls, askers, bot }: ReadingParts): SlackPort["search"] =>
  async ({ words, after, max }, { principal }) => {
    const token = await askers.of(principal);
    if (token === undefined) throw noRight();
    const reply = await calls
      .call("assistant.search.context", {
        ...{ query: words, action_token: token, limit: max },
        ...{ channel_types: ["public_channel"], content_types: ["messages"] },
        ...(after !== undefined && { after }),
      })
      .catch((error: unknown) => {
        throw refusedAs(error, tokenCodes) ? noRight() : error;
      });
    const { results, response_metadata } = searchSchema.parse(reply);
    const more = (response_metadata?.next_cursor ?? "") !== "";
    const messages = results.messages.map((found): SlackMessage => ({
      by: found.author_name === "" ? found.author_user_id : found.author_name,
      channel: found.channel_name,
      ts: found.message_ts,
      text: plainText(found.content, bot()),
      url: found.permalink,
    }));
    return { messages: messages.slice(0, max), more };
  };

/** What Slack says of a conversation, and whether the asking person is in it. */
export const placeIn =
  ({ calls, directory, bot }: ReadingParts): SlackPort["place"] =>
  async (channel, { principal }): Promise<SlackPlace | undefined> => {
    try {
      const { channel: found } = infoSchema.parse(await calls.call("conversations.info", { channel }));
      const { name, creator, is_archived, is_im, is_mpim, is_private } = found;
      return {
        name: is_im === true || is_mpim === true ? undefined : name,
        // A private channel is always said to be one; silence about it opens nothing.
        closed: is_im === true || is_mpim === true || is_private !== false,
        joined: await directory.inChannel(principal.workspace, channel, principal.user),
        archived: is_archived === true,
        own: creator === bot(),
      };
    } catch (error) {
      if (refusedAs(error, unseenCodes)) return undefined;
      throw error;
    }
  };

/** Names of people by their ids, each asked once. */
const namesOf = async (
  directory: Directory,
  workspace: string,
  users: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const found = await Promise.all(
    [...new Set(users)].map(async (user): Promise<[string, string]> => {
      const person = await directory.person(workspace, user).catch(() => undefined);
      return [user, person?.name ?? user];
    }),
  );
  return new Map(found);
};

/** A thread, its first messages. */
export const threadIn =
  ({ calls, directory, bot }: ReadingParts): SlackPort["thread"] =>
  async (channel, ts, { principal }) => {
    try {
      const reply = await calls.call("conversations.replies", { channel, ts, limit: threadMax });
      const { messages, has_more } = repliesSchema.parse(reply);
      const { permalink } = linkSchema.parse(
        await calls.call("chat.getPermalink", { channel, message_ts: ts }),
      );
      const writers = messages.flatMap(({ user }) => (user === undefined ? [] : [user]));
      const names = await namesOf(directory, principal.workspace, writers);
      return {
        cut: has_more === true,
        messages: messages.map((message) => ({
          by: names.get(message.user ?? "") ?? message.username ?? "somebody",
          ts: message.ts,
          text: plainText(message.text ?? "", bot()),
          url: permalink,
        })),
      };
    } catch (error) {
      if (refusedAs(error, unseenCodes)) return { cut: false, messages: [] };
      throw error;
    }
  };
