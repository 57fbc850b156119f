import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, words } from "../input.ts";
import { count, line, link, plain, quoted, sized } from "../text.ts";
import { channelTarget } from "./entities.ts";
import type { SlackPort } from "./port.ts";

const input = z.strictObject({
  thread: words("Link to a message of the thread, as Slack copies it: https://….slack.com/archives/C…/p…"),
  detail: z.enum(["short", "full"]).describe("short: the gist of each message").default("short"),
});

const args = z.object({
  channel: z.string(),
  ts: z.string(),
  name: z.string().optional(),
  detail: z.enum(["short", "full"]),
});

const messageCharsMax = { short: 400, full: 3_000 } as const;

/** The thread that a link of Slack's leads to. */
function placeIn(given: string): { channel: string; ts: string } | undefined {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const found = /\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})$/.exec(url?.pathname ?? "");
  if (url === undefined || found === null) return undefined;
  const [, channel = "", seconds = "", rest = ""] = found;
  const parent = url.searchParams.get("thread_ts");
  return { channel, ts: parent !== null && /^\d{10}\.\d{6}$/.test(parent) ? parent : `${seconds}.${rest}` };
}

/** "Sum up this thread": a thread of a conversation that the asking person is in. */
export const threadRead = (slack: SlackPort): ReadTool => ({
  name: "slack_thread_read",
  title: "Read a Slack thread",
  description:
    "Reads a thread of Slack by the link to one of its messages; only of conversations the asking person is in. " +
    'For example {"thread":"https://example.slack.com/archives/C0123/p1700000000000100"}.',
  system: "slack",
  effect: "read",
  input,
  slots: { thread: "text" },
  examples: [
    "read the slack thread {thread}",
    "sum up this slack thread {thread}",
    "what was decided in {thread}",
    "summarise {thread}",
    "what does the discussion at {thread} say",
    "catch me up on {thread}",
  ],
  targetTypes: ["SlackChannel"],
  policyArgs: {},
  step: () => "Reading a thread in Slack",
  resolve: async (given, context) => {
    const { thread, detail } = canonical(input, given);
    const place = placeIn(thread);
    if (place === undefined) {
      throw new TerminalError(
        "bad_argument",
        `thread: “${line(thread, 80)}” is no link to a message. In Slack: the message's menu, *Copy link*.`,
      );
    }
    const name = await readableName(slack, place.channel, context);
    return {
      args: { ...place, detail, ...(name !== undefined && { name }) },
      target: channelTarget(place.channel, name),
      policyArgs: {},
    };
  },
  run: async (given, context) => {
    const wish = canonical(args, given);
    await readableName(slack, wish.channel, context);
    return read(slack, wish, context);
  },
});

/** The conversation's name, where the person may read it here. Throws in words where not, the same for all reasons to hide it. */
async function readableName(
  slack: SlackPort,
  channel: string,
  context: CallContext,
): Promise<string | undefined> {
  const place = await slack.place(channel, context);
  if (place?.joined !== true) {
    throw new TerminalError(
      "slack_not_in",
      "That thread is in a conversation that you or I are not in. Join it, invite me there with /invite, and ask again.",
    );
  }
  const { kind, channel: here } = context.place ?? {};
  if (place.closed && kind !== "dm" && here !== channel) {
    throw new TerminalError(
      "slack_read_along",
      "That thread is in a private conversation, and others read along here. Ask me in a direct message.",
    );
  }
  return place.name;
}

async function read(
  slack: SlackPort,
  { channel, ts, name, detail }: z.infer<typeof args>,
  context: CallContext,
): Promise<ToolOutput> {
  const { messages, cut } = await slack.thread(channel, ts, context);
  const [first] = messages;
  if (first === undefined) {
    throw new TerminalError("slack_no_thread", "There is no such message any more; perhaps it was deleted.");
  }
  const label = `thread in ${name === undefined ? "a direct message" : `#${line(name, 80)}`}`;
  const rows = messages.map(
    ({ by, ts: at, text }) =>
      `${plain(by, 60)}, ${new Date(Number(at) * 1000).toISOString()}:\n${quoted(text, messageCharsMax[detail])}`,
  );
  const head = `**${count(messages.length, "message")}${cut ? " (the beginning; there are more)" : ""} of the ${link(plain(label, 100), first.url)}**`;
  return {
    text: sized([head, ...rows].join("\n\n"), detail, 'Ask with detail "full".'),
    sources: [{ label, url: first.url }],
    untrusted: [label],
  };
}
