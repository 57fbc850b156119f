import type { SlackPort } from "../../../tools/slack/port.ts";
import type { Workspaces } from "../workspaces.ts";
import { type ChannelParts, channelNamedIn, channelWrites } from "./channels.ts";
import type { AskerTokens } from "./ports.ts";
import { placeIn, searchIn, threadIn } from "./reading.ts";

/** Slack for its tools: of the workspace that the running work came from, and as far as the asking person sees. */
export const slackForTools = (
  { calls, directory, self }: Workspaces,
  askers: Pick<AskerTokens, "of">,
  guard: ChannelParts["guard"],
): SlackPort => {
  const bot = () => self.bot;
  const reading = { calls, directory, askers, bot };
  return {
    search: searchIn(reading),
    place: placeIn(reading),
    thread: threadIn(reading),
    person: (who, { principal: { workspace } }) =>
      who.includes("@") && !who.startsWith("@")
        ? directory.personByEmail(workspace, who)
        : directory.person(workspace, who.replace(/^<?@|>$/g, "")),
    channelNamed: channelNamedIn({ calls, bot }),
    ...channelWrites({ calls, guard, bot }),
    // Slack's own address for "open this in the app", whatever the workspace is called.
    link: (channel) =>
      `https://slack.com/app_redirect?channel=${encodeURIComponent(channel)}&team=${self.team}`,
  };
};
