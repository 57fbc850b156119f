import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, WriteTool } from "../../src/core/tool.ts";
import { canonical, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { channelTarget } from "./entities.ts";
import type { SlackPort } from "./port.ts";

const input = z.strictObject({ channel: words("Slack id of the channel, such as C0123ABCD", 40) });
const args = z.object({ channel: z.string(), name: z.string() });

/** Puts away a channel that Steward made: its messages stay, nobody writes there any more, and it can be reopened. */
export const channelArchive = (slack: SlackPort): WriteTool => ({
  name: "slack_channel_archive",
  title: "Archive a Slack channel",
  description:
    "Archives a channel that Steward created, such as one of an incident that is over; it can be reopened in Slack. " +
    'For example {"channel":"C0123ABCD"}.',
  system: "slack",
  effect: "write",
  risks: [1],
  lagMs: 5_000,
  input,
  slots: { channel: "channel" },
  examples: [
    "archive the slack channel {channel}",
    "close the incident channel {channel}",
    "put the channel {channel} away",
    "archive {channel} in slack",
    "we are done with the channel {channel}, archive it",
    "shut the slack channel {channel}",
  ],
  targetTypes: ["SlackChannel"],
  policyArgs: {},
  step: () => "Looking at the channel",
  resolve: async (given, context) => {
    const { channel } = canonical(input, given);
    const { name } = await ownChannel(slack, channel, context);
    return {
      args: { channel, name },
      target: channelTarget(channel, name),
      policyArgs: {},
      risk: 1,
      version: "in use",
      preview: { sentence: `Archive the channel #${line(name, 80)}`, fields: [] },
    };
  },
  version: async (given, context) => {
    const place = await slack.place(canonical(args, given).channel, context);
    return place === undefined ? "gone" : place.archived ? "archived" : "in use";
  },
  run: async (given, context) => {
    const { channel, name } = canonical(args, given);
    await slack.archive(channel, context);
    return { text: `#${plain(name)} is archived; it can be reopened in Slack.`, sources: [], untrusted: [] };
  },
  find: async (given, context) => {
    const { channel, name } = canonical(args, given);
    const place = await slack.place(channel, context);
    if (place === undefined)
      return { kind: "unknown", why: `#${line(name, 80)} is not to be seen any more.` };
    if (!place.archived) return { kind: "not_done" };
    return {
      kind: "done",
      output: { text: `#${plain(name)} is archived.`, sources: [], untrusted: [] },
    };
  },
});

async function ownChannel(
  slack: SlackPort,
  channel: string,
  context: CallContext,
): Promise<{ name: string }> {
  const place = await slack.place(channel, context);
  if (place?.name === undefined || !place.joined) {
    throw new TerminalError(
      "slack_not_in",
      `channel: you and I are in no channel “${line(channel, 40)}”. Give the id of a channel that we are both in.`,
    );
  }
  if (!place.own) {
    throw new TerminalError(
      "not_ours",
      `#${line(place.name, 80)} was not created by Steward, so it is not archived by it. Somebody archives it in Slack.`,
    );
  }
  if (place.archived) throw new TerminalError("archived", `#${line(place.name, 80)} is archived already.`);
  return { name: place.name };
}
