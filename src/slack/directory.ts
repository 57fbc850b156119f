import { z } from "zod";
import type { Principal } from "../core/principal.ts";
import type { ChannelFacts } from "../gate/policy/channels.ts";
import type { Directory } from "../gate/types.ts";
import type { People } from "../turn/types.ts";
import { type SlackCalls, SlackRefusedError } from "./delivery/schedule.ts";
import { cached } from "./cache.ts";

const userSchema = z.object({
  user: z.object({
    id: z.string(),
    name: z.string().optional(),
    real_name: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    team_id: z.string().optional(),
    tz: z.string().optional(),
    profile: z
      .object({
        email: z.string().optional(),
        real_name: z.string().optional(),
        display_name: z.string().optional(),
      })
      .optional(),
  }),
});
const membersSchema = z.object({
  members: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const channelSchema = z.object({
  channel: z.object({
    name: z.string().optional(),
    is_im: z.boolean().optional(),
    is_mpim: z.boolean().optional(),
    is_private: z.boolean().optional(),
    is_ext_shared: z.boolean().optional(),
  }),
});
/** What Slack says of a channel; neither its id nor every event tells a private one. */
export interface SlackChannelFacts extends ChannelFacts {
  /** For its members alone: a private channel or a direct message. */
  closed: boolean;
}
const usersSchema = z.object({ users: z.array(z.string()) });

/** People are looked up anew after this long; a deactivated person is out within it. */
const personSeconds = 120;
const membershipSeconds = 30;
/** Pages of channel members that are read; beyond, membership is unknown, which is "not a member". */
const memberPagesMax = 5;

/**
 * `home` is the team that the token belongs to: whoever is of another one is external, whatever workspace a payload
 * names, and so is whoever acts from another one: ids are known to be unique within a workspace only, and our token
 * tells of our own. Slack's `is_stranger` is false for people of other organisations who share a channel with us.
 */
const principalOf = (workspace: string, home: string, reply: z.infer<typeof userSchema>): Principal => {
  const { user } = reply;
  const email = user.profile?.email;
  const teams = [workspace.split(".").at(-1), user.team_id ?? home];
  return {
    kind: "person",
    workspace,
    user: user.id,
    name: user.profile?.real_name || user.real_name || user.profile?.display_name || user.name || user.id,
    ...(email !== undefined && email !== "" && { email }),
    timezone: user.tz ?? "UTC",
    guest: user.is_restricted === true || user.is_ultra_restricted === true,
    external: user.is_stranger === true || teams.some((team) => team !== home),
    bot: user.is_bot === true,
    active: user.deleted !== true,
  };
};

/** Nobody that Slack does not know may do anything; asked for all the same, so that it can be said. */
const unknownPerson = (error: unknown): undefined => {
  const codes = ["user_not_found", "users_not_found", "user_not_visible"];
  if (error instanceof SlackRefusedError && codes.includes(error.slackCode)) return undefined;
  throw error;
};

/** People, groups and memberships from Slack, cached briefly. Failures throw: the gate then denies. */
export const slackDirectory = (
  calls: SlackCalls,
  home: string,
): Directory & People & { channelFacts(workspace: string, channel: string): Promise<SlackChannelFacts> } => {
  const person = cached(personSeconds, async (workspace: string, user: string) => {
    try {
      return principalOf(workspace, home, userSchema.parse(await calls.call("users.info", { user })));
    } catch (error) {
      return unknownPerson(error);
    }
  });
  const byEmail = cached(personSeconds, async (workspace: string, email: string) => {
    try {
      return principalOf(
        workspace,
        home,
        userSchema.parse(await calls.call("users.lookupByEmail", { email })),
      );
    } catch (error) {
      return unknownPerson(error);
    }
  });
  const usergroup = cached(membershipSeconds, async (_workspace: string, id: string) => {
    const reply = await calls.call("usergroups.users.list", { usergroup: id });
    return usersSchema.parse(reply).users;
  });
  const members = cached(membershipSeconds, async (_workspace: string, channel: string) => {
    const found: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < memberPagesMax; page++) {
      const args = { channel, limit: 200, ...(cursor !== undefined && { cursor }) };
      const reply = membersSchema.parse(await calls.call("conversations.members", args));
      found.push(...reply.members);
      cursor = reply.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") break;
    }
    return found;
  });
  const facts = cached(
    personSeconds,
    async (_workspace: string, channel: string): Promise<SlackChannelFacts> => {
      const reply = channelSchema.parse(await calls.call("conversations.info", { channel }));
      const { name, is_im, is_mpim, is_private, is_ext_shared } = reply.channel;
      return {
        ...(is_im !== true && name !== undefined && { name }),
        shared: is_ext_shared === true,
        // A private channel is always said to be one; silence about it opens nothing.
        closed: is_im === true || is_mpim === true || is_private !== false,
      };
    },
  );

  return {
    person,
    personByEmail: byEmail,
    usergroup,
    inChannel: async (workspace, channel, user) => (await members(workspace, channel)).includes(user),
    channelFacts: facts,
    async principal(workspace, user) {
      const found = await person(workspace, user);
      // Someone whom Slack does not know is nobody: inactive, so that every policy denies.
      return (
        found ?? {
          kind: "person",
          workspace,
          user,
          name: user,
          timezone: "UTC",
          guest: true,
          external: true,
          bot: false,
          active: false,
        }
      );
    },
  };
};
