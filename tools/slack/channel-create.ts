import { z } from "zod";
import { messageOf, TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain } from "../text.ts";
import { workspaceTarget } from "./entities.ts";
import type { SlackPort } from "./port.ts";

/** More than these are not brought in by one call. */
const peopleMax = 30;
/** From so many on a channel reaches a crowd: the owners decide. */
const crowd = 10;

const input = z.strictObject({
  channel: words("Name of the new channel: small letters, digits, - and _, such as incident-card-auth", 80),
  topic: words("What it is about; shown at its top", 250).optional(),
  people: words(
    "Who is brought in besides the asking person: Slack ids or e-mail addresses, with commas",
    2_000,
  ).optional(),
});

const args = z.object({
  channel: z.string(),
  topic: z.string().optional(),
  /** Slack ids, the asking person first. */
  people: z.array(z.object({ user: z.string(), name: z.string() })),
});
type Args = z.infer<typeof args>;

const looks = /^(?=.*[a-z0-9])[a-z0-9_-]{1,80}$/;

/** "Open an incident channel with Boris and Elif": a public channel, its topic, and the people who are needed. */
export const channelCreate = (slack: SlackPort): WriteTool => ({
  name: "slack_channel_create",
  title: "Create a Slack channel",
  description:
    "Creates a public channel in Slack, such as one for an incident, sets its topic and brings people in. " +
    'For example {"channel":"incident-card-auth","topic":"Error rate on card-auth","people":"boris@example.com, elif@example.com"}.',
  system: "slack",
  effect: "write",
  risks: [1, 2],
  lagMs: 5_000,
  input,
  slots: { channel: "text", topic: "text" },
  examples: [
    "create a slack channel {channel}",
    "open an incident channel {channel}",
    "make a channel called {channel} about {topic}",
    "start a slack channel {channel} for {topic}",
    "set up an incident channel named {channel}",
    "new slack channel {channel}",
    "we need a channel {channel} for this incident",
  ],
  targetTypes: ["SlackWorkspace"],
  policyArgs: { people: "Long" },
  step: ({ channel }) => `Preparing the channel #${line(said(channel) ?? "", 60)}`,
  resolve: async (given, context) => {
    const wish = canonical(input, given);
    const name = wish.channel.replace(/^#/, "");
    if (!looks.test(name)) {
      throw new TerminalError(
        "bad_argument",
        `channel: “${line(name, 80)}” is no name for a channel. Use small letters, digits, - and _, such as ${line(suggested(name), 80)}.`,
      );
    }
    const found = await Promise.all(named(wish.people).map((who) => personOf(slack, who, context)));
    const asker = { user: context.principal.user, name: context.principal.name };
    const people = [asker, ...found].filter(
      ({ user }, at, all) => all.findIndex((one) => one.user === user) === at,
    );
    await requireFree(slack, name);
    return {
      args: { channel: name, people, ...(wish.topic !== undefined && { topic: wish.topic }) },
      target: workspaceTarget,
      policyArgs: { people: people.length },
      risk: people.length >= crowd ? 2 : 1,
      version: "free",
      preview: {
        sentence: `Create the public channel #${name}`,
        fields: [
          ...(wish.topic === undefined ? [] : [{ label: "Topic", value: line(wish.topic, 250) }]),
          { label: "Brings in", value: people.map((one) => line(one.name, 60)).join(", ") },
        ],
      },
    };
  },
  version: async (given) => {
    const taken = await slack.channelNamed(canonical(args, given).channel);
    return taken === undefined ? "free" : `taken by ${taken.id}`;
  },
  run: (given, context) => create(slack, canonical(args, given), context),
  find: async (given) => {
    const wish = canonical(args, given);
    const channel = await slack.channelNamed(wish.channel);
    if (channel === undefined) return { kind: "not_done" };
    // Nobody else makes channels as Steward, and the name was free when this was asked.
    if (!channel.own) return { kind: "not_done" };
    const text = "It is there; whether everybody was brought in is to be seen in its list of members.";
    return { kind: "done", output: outputOf(slack, channel.id, wish, [text]) };
  },
  undo: async (_, output) => {
    const id = output.data?.["channel"];
    return typeof id === "string" ? { tool: "slack_channel_archive", args: { channel: id } } : undefined;
  },
});

/** Those named in one text. Throws where they are too many for one call. */
function named(people = ""): string[] {
  const each = people.split(/[,;\s]+/).filter(Boolean);
  if (each.length <= peopleMax) return each;
  throw new TerminalError(
    "bad_argument",
    `people: ${each.length} were named; at most ${peopleMax} are brought in at once. The others join by themselves.`,
  );
}

const suggested = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "") || "incident-1";

async function personOf(slack: SlackPort, who: string, context: CallContext) {
  const person = await slack.person(who, context);
  if (person === undefined || !person.active || person.bot) {
    throw new TerminalError(
      "no_person",
      `people: nobody of this workspace is “${line(who, 80)}”. Give an e-mail address or a Slack id.`,
    );
  }
  if (person.guest || person.external) {
    throw new TerminalError(
      "outsider",
      `people: ${line(person.name, 80)} is from outside, and is not brought into a public channel by Steward. Somebody invites them in Slack.`,
    );
  }
  return { user: person.user, name: person.name };
}

async function requireFree(slack: SlackPort, name: string): Promise<void> {
  const taken = await slack.channelNamed(name);
  if (taken === undefined) return;
  throw new TerminalError("name_taken", `There is a channel #${name} already. Choose another name.`);
}

/** The channel is the write; who or what could not be added to it is said, and does not undo it. */
async function create(slack: SlackPort, wish: Args, context: CallContext): Promise<ToolOutput> {
  const id = await slack.createChannel(wish.channel, context);
  const notes: string[] = [];
  const added = async (what: string, work: Promise<void>) => {
    await work.catch((error: unknown) => {
      notes.push(`${plain(what, 80)}: ${plain(messageOf(error), 200)}`);
    });
  };
  if (wish.topic !== undefined) await added("Its topic is not set", slack.setTopic(id, wish.topic, context));
  for (const { user, name } of wish.people) {
    await added(`${name} is not in it`, slack.invite(id, user, context));
  }
  return outputOf(slack, id, wish, notes);
}

function outputOf(slack: SlackPort, id: string, { channel }: Args, notes: readonly string[]): ToolOutput {
  const url = slack.link(id);
  return {
    text: [`The channel ${link(`#${plain(channel)}`, url)} is there.`, ...notes].join("\n\n"),
    sources: [{ label: `#${channel}`, url }],
    data: { channel: id },
    untrusted: [],
  };
}
