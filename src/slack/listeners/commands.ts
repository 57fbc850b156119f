import type { App, BlockAction, ButtonAction, SlashCommand } from "@slack/bolt";
import { StewardError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Principal } from "../../core/principal.ts";
import type { Tool } from "../../core/tool.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { ChannelSetting } from "../../gate/policy/channels.ts";
import type { GateDecisions } from "../../gate/types.ts";
import type { Intake, People } from "../../turn/types.ts";
import type { boundValues } from "../bound-value.ts";
import { commands as known, nearestName, readCommand } from "../commands.ts";
import { workspaceKey } from "../envelope.ts";
import { plainText } from "../inbound.ts";
import { noSuchTool, openCallForm } from "../forms/open.ts";
import { connect, type ConnectParts, disconnect } from "../connect/commands.ts";
import { connectMcp, disconnectMcp, type McpConnectParts, withMcpClients } from "../connect/mcp.ts";
import type { FormParts } from "../forms/parts.ts";
import type { Log } from "../log.ts";
import type { LinkPolicy } from "../markdown/rich-text.ts";
import { nothingRecorded, type Openings } from "../opening.ts";
import { drawApprovals, drawHelp, drawOverview, drawWords } from "../views/lists.ts";
import { namedAgent, type NamedAgent } from "../orders.ts";
import { drawHere } from "../views/here.ts";
import type { Message } from "../views/parts.ts";
import { drawRuns, type RunView } from "../views/runs.ts";

/** What the slash command needs. */
export interface CommandParts {
  bot: string;
  intake: Intake;
  people: People;
  decisions: GateDecisions;
  openings: Openings;
  /** Tools this person could be allowed to use. */
  visible(principal: Principal, conversation: ConversationRef): Promise<Tool[]>;
  /** What runs or waits in somebody's name. */
  runsOf(person: { workspace: string; user: string }): Promise<RunView[]>;
  /** How a channel is set, and where that is written. */
  settings(workspace: string, channel: string): Promise<ChannelSetting>;
  /** The names that a request may begin with. */
  agents(): readonly NamedAgent[];
  forms: FormParts;
  /** People's own accounts elsewhere. */
  connect: ConnectParts;
  mcp: McpConnectParts;
  bound: ReturnType<typeof boundValues>;
  mayLink: LinkPolicy;
  log: Log;
}

const uncertain =
  "I cannot say whether this was recorded. Look for an answer in our direct messages before you ask again.";

/** Registers `/steward`. Slack never sends a command twice: it is stored before it is acknowledged, or says that it was not. */
export const listenToCommands = (app: App, parts: CommandParts): void => {
  // A link: Slack tells of the press all the same.
  app.action<BlockAction<ButtonAction>>({ type: "block_actions", action_id: "connect" }, ({ ack }) => ack());
  app.command("/steward", async ({ command, ack }) => {
    if (await openedForm(command, parts, ack)) return;
    let message: Message;
    try {
      message = await answer(command, parts);
    } catch (error) {
      parts.log.error({ err: error }, "a slash command failed");
      message = drawWords(nothingRecorded);
    }
    await ack({ response_type: "ephemeral", text: message.text, blocks: message.blocks });
  });
};

/**
 * Opens a form for a call whose arguments are missing or wrong: at once, since the trigger lives for three seconds, and
 * before anything is looked up. The command is acknowledged as soon as it is open; false: it is answered in words.
 */
const openedForm = async (
  command: SlashCommand,
  parts: CommandParts,
  ack: () => Promise<void>,
): Promise<boolean> => {
  const asked = readCommand(plainText(command.text, parts.bot));
  if (asked.kind !== "do") return false;
  const tool = parts.forms.tools.find(({ name }) => name === asked.tool);
  if (tool === undefined || (asked.problems.length === 0 && tool.input.safeParse(asked.args).success)) {
    return false;
  }
  let acknowledged = false;
  const opener = {
    ...{ trigger: command.trigger_id, user: command.user_id },
    workspace: workspaceKey(command.team_id, command.enterprise_id),
  };
  const opened = await openCallForm(
    parts.forms,
    opener,
    async () => {
      await ack();
      acknowledged = true;
      const { args, problems: notes } = asked;
      return { tool: tool.name, args, notes, conversation: null };
    },
    tool.name,
  );
  return opened || acknowledged;
};

const answer = async (command: SlashCommand, parts: CommandParts): Promise<Message> => {
  const workspace = workspaceKey(command.team_id, command.enterprise_id);
  const asked = readCommand(plainText(command.text, parts.bot));
  const principal = await parts.people.principal(workspace, command.user_id);
  const tools = () => parts.visible(principal, privateConversation(workspace, command.user_id));
  switch (asked.kind) {
    case "overview":
      return drawOverview(principal.name, await tools());
    case "help": {
      const offered = await tools();
      const names = [...Object.keys(known), ...offered.map((tool) => tool.name)];
      return drawHelp(asked.word, offered, nearestName(asked.word, names));
    }
    case "nearest":
      return drawWords(
        `There is no command ${asked.typed}. Did you mean ${asked.nearest.map((name) => `/steward ${name}`).join(" or ")}?`,
      );
    case "approvals":
      return drawApprovals(await parts.decisions.approvalsOf(principal), parts.mayLink, (action) =>
        parts.bound.bind(action, command.user_id),
      );
    case "stop":
      return drawRuns(await parts.runsOf({ workspace, user: command.user_id }), command.channel_id, (turn) =>
        parts.bound.bind(turn, command.user_id),
      );
    case "here":
      return here(await settingOf(command, workspace, parts), parts);
    case "connect": {
      if (asked.word === "mcp") return connectMcp(parts.mcp, principal);
      const message = await connect(parts.connect, principal, asked.word);
      return asked.word === "" ? withMcpClients(message, parts.mcp, principal) : message;
    }
    case "disconnect":
      if (/^mcp( |$)/.test(asked.word)) return disconnectMcp(parts.mcp, principal, asked.word.slice(4));
      return disconnect(parts.connect, principal, asked.word);
    case "do":
      return runTool(asked, command, workspace, await tools(), parts);
    case "ask":
      if (asked.here) {
        const setting = await settingOf(command, workspace, parts);
        if (setting?.mode === "off") return here(setting, parts);
      }
      return ask(asked.text, asked.here, command, workspace, parts);
    default:
      return asked satisfies never;
  }
};

const privateConversation = (workspace: string, user: string): ConversationRef => ({
  key: `${workspace}/${user}/0`,
  workspace,
  channel: user,
  threadTs: "0",
  kind: "dm",
});

const runTool = async (
  asked: { tool: string; args: JsonObject; problems: string[] },
  command: SlashCommand,
  workspace: string,
  tools: readonly Tool[],
  parts: CommandParts,
): Promise<Message> => {
  const tool = tools.find((one) => one.name === asked.tool);
  if (tool === undefined) {
    const names = tools.map((one) => one.name);
    return drawWords(noSuchTool(asked.tool, names));
  }
  const parsed = tool.input.safeParse(asked.args);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".") || tool.name}: ${issue.message}`);
  if (asked.problems.length + wrong.length > 0) {
    const shape = Object.entries(tool.input.shape).map(([name, schema]) =>
      schema.isOptional() ? `[${name}=…]` : `${name}=…`,
    );
    return drawWords(
      `Nothing was started. ${[...asked.problems, ...wrong].join(" ")} Write: /steward do ${tool.name} ${shape.join(" ")}`,
    );
  }
  const typed = `/steward ${command.text.trim()}`;
  return open(command.text.trim(), command, workspace, false, parts, (conversation) => ({
    kind: "call",
    tool: tool.name,
    args: asked.args,
    text: typed,
    ...conversation,
  }));
};

/** Undefined: Slack tells nothing of the channel, since we are no member there. */
const settingOf = async (
  command: SlashCommand,
  workspace: string,
  { settings, log }: CommandParts,
): Promise<ChannelSetting | undefined> => {
  try {
    return await settings(workspace, command.channel_id);
  } catch (error) {
    log.info({ err: error }, "a channel's setting could not be read");
    return undefined;
  }
};

const here = (setting: ChannelSetting | undefined, { agents }: CommandParts): Message =>
  setting === undefined
    ? drawWords("Slack tells me nothing about this channel: I am not a member. Invite me, then ask again.")
    : drawHere(setting, (name) => agents().find((agent) => agent.name === name)?.title ?? name);

const ask = (
  text: string,
  here: boolean,
  command: SlashCommand,
  workspace: string,
  parts: CommandParts,
): Promise<Message> =>
  open(text, command, workspace, here, parts, (conversation) => {
    const named = namedAgent(text, parts.agents());
    return {
      kind: "ask",
      text: named?.rest ?? text,
      origin: "slash",
      ...(named !== undefined && { agent: named.agent }),
      ...conversation,
    };
  });

type Stored = Parameters<Intake["accept"]>[0];
type Common = Pick<Stored, "id" | "conversation" | "person">;

/**
 * Opens the thread the answer goes to, and stores the request before the command is acknowledged. What is surely not
 * stored is taken back and said; what may be stored is said to be uncertain, so that nobody asks twice unawares.
 */
const open = async (
  shown: string,
  command: SlashCommand,
  workspace: string,
  here: boolean,
  parts: CommandParts,
  inbound: (common: Common) => Stored,
): Promise<Message> => {
  const { openings, intake } = parts;
  const id = `${workspace}/command/${command.trigger_id}`;
  const channelHere = here ? command.channel_id : undefined;
  const opening = await openings.open({
    ...{ request: id, workspace, user: command.user_id, shown, channel: channelHere },
  });
  if (opening === undefined) {
    return drawWords(
      "I am not a member of this channel. Invite me, or leave out --here and I answer in our direct messages.",
    );
  }
  const { channel, root } = opening;
  const conversation: ConversationRef = {
    key: `${workspace}/${channel}/${root}`,
    workspace,
    channel,
    threadTs: root,
    kind: here ? "channel" : "dm",
  };
  const common = {
    id,
    conversation,
    person: { workspace, user: command.user_id },
  };
  try {
    await intake.accept(inbound(common));
  } catch (error) {
    parts.log.error({ err: error }, "a slash command could not be stored");
    if (error instanceof StewardError && error.code === "intake_late") return drawWords(uncertain);
    await openings.withdraw(opening, nothingRecorded);
    return drawWords(nothingRecorded);
  }
  return drawWords(
    here ? "Working on it in a thread here." : "Working on it: the answer comes in our direct messages.",
  );
};
