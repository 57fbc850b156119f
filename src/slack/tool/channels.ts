import { z } from "zod";
import type { SlackPort } from "../../../tools/slack/port.ts";
import type { Capability } from "../../core/capability.ts";
import { credentialName } from "../../core/capability.ts";
import { TerminalError } from "../../core/errors.ts";
import type { CallContext } from "../../core/tool.ts";
import { type SlackCalls, SlackRefusedError } from "../delivery/schedule.ts";

/** What changing channels takes: Slack's calls, and who knows whether a write may be sent. */
export interface ChannelParts {
  calls: SlackCalls;
  guard(capability: Capability | undefined, credential: string): string | undefined;
  bot(): string;
}

/** Pages of channels that are looked through for a name. */
const pagesMax = 20;
const rowsOfPage = 1000;

const createdSchema = z.object({ channel: z.object({ id: z.string() }) });
const listSchema = z.object({
  channels: z.array(
    z.object({ id: z.string(), name: z.string().optional(), creator: z.string().optional() }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Slack's refusals in people's words. */
const meanings: Record<string, string> = {
  name_taken: "A channel of that name exists, perhaps an archived or a private one. Choose another name.",
  restricted_action:
    "Your workspace lets only some people make or archive channels; an admin allows it to Steward.",
  cannot_create_channel: "Steward may not create channels here; an admin of the workspace allows it.",
  missing_scope:
    "Steward was installed without the right to manage channels (channels:manage); install it again.",
  already_archived: "It is archived already.",
  user_is_restricted: "Guests are invited by an admin.",
  cant_archive_general: "The general channel cannot be archived.",
};

/** Throws unless the executor lent the right to exactly this write: Slack's own client does not ask for it. */
const mayWrite = ({ guard }: ChannelParts, { capability }: CallContext): void => {
  const why = guard(capability, credentialName({ system: "slack", as: "service" }));
  if (why === undefined) return;
  throw new TerminalError("no_capability", `A write to Slack was refused before anything was sent: ${why}.`);
};

const inWords = (error: unknown): unknown => {
  if (!(error instanceof SlackRefusedError)) return error;
  const meaning = meanings[error.slackCode];
  return meaning === undefined ? error : new TerminalError("slack_refused", meaning, { cause: error });
};

type Write = Pick<SlackPort, "createChannel" | "setTopic" | "invite" | "archive">;

/** Makes and changes channels, each call once, and only where the executor calls. */
export const channelWrites = (parts: ChannelParts): Write => {
  const send = async (method: string, args: Record<string, string>, context: CallContext) => {
    mayWrite(parts, context);
    try {
      return await parts.calls.call(method, args);
    } catch (error) {
      throw inWords(error);
    }
  };
  return {
    createChannel: async (name, context) =>
      createdSchema.parse(await send("conversations.create", { name }, context)).channel.id,
    setTopic: async (channel, topic, context) => {
      await send("conversations.setTopic", { channel, topic }, context);
    },
    invite: async (channel, users, context) => {
      await send("conversations.invite", { channel, users }, context).catch((error: unknown) => {
        if (error instanceof SlackRefusedError && error.slackCode === "already_in_channel") return;
        throw error;
      });
    },
    archive: async (channel, context) => {
      await send("conversations.archive", { channel }, context);
    },
  };
};

/** Looks a name up among the channels in use; Slack has no call for it. */
export const channelNamedIn =
  ({ calls, bot }: Pick<ChannelParts, "calls" | "bot">): SlackPort["channelNamed"] =>
  async (name) => {
    let cursor: string | undefined;
    for (let page = 0; page < pagesMax; page += 1) {
      const args = { limit: rowsOfPage, exclude_archived: true, types: "public_channel" };
      const reply = await calls.call("conversations.list", {
        ...args,
        ...(cursor !== undefined && { cursor }),
      });
      const { channels, response_metadata } = listSchema.parse(reply);
      const found = channels.find((channel) => channel.name === name);
      if (found !== undefined) return { id: found.id, own: found.creator === bot() };
      cursor = response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") return undefined;
    }
    // Too many to look through: Slack itself refuses a name that is taken.
    return undefined;
  };
