import type { ChannelSetting } from "../../gate/policy/channels.ts";
import { context, escaped, header, type Message, paragraph, words } from "./parts.ts";

const means: Record<ChannelSetting["mode"], string> = {
  on: "I read and answer here, and ask the right person before I change anything.",
  "read-only": "I read and answer here, and change nothing.",
  off: "I do not work here. Ask me in a direct message.",
};

const whereFrom = ({ source, shared, mode, data }: ChannelSetting): string => {
  if (source === undefined) {
    return shared
      ? "Another organisation shares this channel, and no entry in policies/channels.yml says what may be said here: off is the default."
      : "The default: policies/channels.yml has no entry for this channel.";
  }
  const closed = shared && mode === "off" && (data === "internal" || data === "confidential");
  return closed
    ? `${source} calls its data ${data}, and another organisation shares this channel: so it is off.`
    : `Written in ${source}.`;
};

/** How Steward is set in this channel, and where that is written. */
export const drawHere = (setting: ChannelSetting, titleOf: (agent: string) => string): Message => {
  const { mode, agent, incident, data, bots = [] } = setting;
  const facts = [
    ["Mode", mode],
    ["Agent", agent === undefined ? "the supervisor decides" : titleOf(agent)],
    ...(incident === true ? [["Incidents", "handled here"]] : []),
    ...(data === undefined ? [] : [["Data", data]]),
    ...(setting.shared ? [["Shared", "with another organisation"]] : []),
    ...(bots.length === 0 ? [] : [["Other bots answered", String(bots.length)]]),
  ];
  return {
    text: `Mode here: ${mode}. ${means[mode]}`,
    blocks: [
      header("How I am set here"),
      paragraph([words(means[mode])]),
      paragraph(
        facts.flatMap(([label = "", value = ""], at) => [
          words(`${at === 0 ? "" : "\n"}${label}: `, { bold: true }),
          words(value),
        ]),
      ),
      context(escaped(whereFrom(setting))),
    ],
  };
};
