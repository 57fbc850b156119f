import { TerminalError } from "../../src/core/errors.ts";
import type { Tool } from "../../src/core/tool.ts";
import { channelArchive } from "./channel-archive.ts";
import { channelCreate } from "./channel-create.ts";
import { messageSearch } from "./message-search.ts";
import type { SlackPort } from "./port.ts";
import { threadRead } from "./thread-read.ts";

/** Every tool for Slack itself. */
export const slackTools = (slack: SlackPort): Tool[] => [
  messageSearch(slack),
  threadRead(slack),
  channelCreate(slack),
  channelArchive(slack),
];

const nothing = () => Promise.reject(new TerminalError("not_connected", "Slack is not connected here."));

/** Reaches nothing, and says so. */
export const noSlack: SlackPort = {
  ...{ search: nothing, place: nothing, thread: nothing, person: nothing, channelNamed: nothing },
  ...{ createChannel: nothing, setTopic: nothing, invite: nothing, archive: nothing },
  link: () => "",
};
