import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { count, line, link, plain, quoted, sized } from "../text.ts";
import { workspaceTarget } from "./entities.ts";
import type { SlackPort } from "./port.ts";

const rowsMax = 20;
const dayMs = 86_400_000;
/** Characters of one message: where it stands is linked. */
const messageCharsMax = 400;

const input = z.strictObject({
  query: words("Words or a question; Slack looks for what is meant, too", 500),
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .describe("Only messages of the last so many days")
    .optional(),
});

/** "What was said about the deploy window?": messages of public channels, as the asking person finds them. */
export const messageSearch = (slack: SlackPort): ReadTool => ({
  name: "slack_message_search",
  title: "Search Slack",
  description:
    "Searches messages of public channels in Slack as the asking person, with who said it, where, and a link. " +
    'For example {"query":"deploy window of ledger-api","days":7}.',
  system: "slack",
  effect: "read",
  input,
  slots: { query: "text" },
  examples: [
    "search slack for {query}",
    "what was said in slack about {query}",
    "find the slack message about {query}",
    "where did we talk about {query}",
    "did anybody mention {query} in slack",
    "look up {query} in our slack channels",
    "who wrote about {query} in slack",
    "find the discussion of {query} in slack",
  ],
  targetTypes: ["SlackWorkspace"],
  policyArgs: {},
  step: ({ query }) => `Searching Slack for ${line(said(query) ?? "", 60)}`,
  resolve: (given) => {
    const { query, days } = canonical(input, given);
    const args = { query, ...(days !== undefined && { days }) };
    return Promise.resolve({ args, target: workspaceTarget, policyArgs: {} });
  },
  run: (given, context) => search(slack, canonical(input, given), context),
});

async function search(
  slack: SlackPort,
  { query, days }: z.infer<typeof input>,
  context: CallContext,
): Promise<ToolOutput> {
  const after = days === undefined ? undefined : Math.floor((context.now().getTime() - days * dayMs) / 1000);
  const asked = { words: query, max: rowsMax, ...(after !== undefined && { after }) };
  const { messages, more } = await slack.search(asked, context);
  const found = `**${messages.length === 0 ? "No message" : count(messages.length, "message")} in public channels for “${plain(query, 80)}”**`;
  const end = more ? "There are more: ask with other words, or for fewer days." : "";
  const rows = messages.map(
    ({ by, channel = "", ts, text, url }) =>
      `${plain(by, 60)} in ${link(`#${plain(channel, 80)}`, url)}, ${new Date(Number(ts) * 1000).toISOString()}:\n${quoted(text, messageCharsMax)}`,
  );
  return {
    text: sized([`${found}.`, ...rows, end].filter(Boolean).join("\n\n"), "short", "Ask for fewer days."),
    sources: messages.map(({ by, channel = "", url }) => ({
      label: `${line(by, 40)} in #${line(channel, 60)}`,
      url,
    })),
    untrusted: messages.map(({ by, channel = "" }) => `message of ${line(by, 40)} in #${line(channel, 60)}`),
  };
}
