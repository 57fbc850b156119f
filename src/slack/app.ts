import bolt, { type App as BoltApp, type AuthorizeResult, type CustomRoute } from "@slack/bolt";
import { z } from "zod";
import { boltLogger } from "./bolt-logger.ts";
import { clientOptions } from "./client.ts";
import { messageOf, TerminalError } from "../core/errors.ts";
import { type SlackCalls, SlackRefusedError } from "./delivery/schedule.ts";
import { type Door, type DoorKind, openDoor } from "./door.ts";
import { readEnvelope, workspaceKey } from "./envelope.ts";
import type { FormParts } from "./forms/parts.ts";
import type { Log } from "./log.ts";
import { type ActionParts, listenToActions } from "./listeners/actions.ts";
import { type AnswerParts, listenToAnswers } from "./listeners/answers.ts";
import { type CommandParts, listenToCommands } from "./listeners/commands.ts";
import { type EventParts, noteUnknown, storeEvent } from "./listeners/events.ts";
import { listenToForms, type ViewParts } from "./listeners/views.ts";
import { storedFirst } from "./receiver.ts";
import { NotInstalledError, type Workspaces } from "./workspaces.ts";

/** Who Steward is in this workspace. */
export interface Self {
  bot: string;
  botId: string;
  team: string;
  enterprise?: string;
  /** The workspace's own address, where Slack told it. */
  url?: string;
}

const authSchema = z.object({
  user_id: z.string(),
  bot_id: z.string(),
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  url: z.string().optional().catch(undefined),
});

/** The first call of all: what is wrong with it is for an operator to mend. */
const signIn = async (calls: SlackCalls): Promise<z.infer<typeof authSchema>> => {
  let reply: unknown;
  try {
    reply = await calls.call("auth.test", {});
  } catch (error) {
    const check =
      error instanceof SlackRefusedError
        ? "Check SLACK_BOT_TOKEN: it is the bot token of the app as installed in the workspace."
        : "Check SLACK_API_URL, and that it can be reached from here.";
    throw new TerminalError("slack_sign_in", `${messageOf(error)}. ${check}`, { cause: error });
  }
  const auth = authSchema.safeParse(reply);
  if (auth.success) return auth.data;
  throw new TerminalError(
    "slack_sign_in",
    "What answers at SLACK_API_URL names no bot user: check the address, and that SLACK_BOT_TOKEN is a bot token.",
  );
};

/** Asks Slack who the token belongs to; throws when Slack refuses it or does not answer, and the start then stops. */
export const whoAmI = async (calls: SlackCalls): Promise<Self> => {
  const auth = await signIn(calls);
  return {
    bot: auth.user_id,
    botId: auth.bot_id,
    team: auth.team_id,
    ...(typeof auth.enterprise_id === "string" && { enterprise: auth.enterprise_id }),
    ...(auth.url !== undefined && { url: auth.url }),
  };
};

export interface SlackParts {
  workspaces: Workspaces;
  door: DoorKind;
  apiUrl: string;
  routes: CustomRoute[];
  events: Omit<EventParts, "bot">;
  commands: Omit<CommandParts, "bot" | "forms">;
  actions: Omit<ActionParts, "note" | "forms"> & Pick<ViewParts, "answerQuestion">;
  forms: FormParts;
  answers: Omit<AnswerParts, "bot">;
  log: Log;
}

/** The Slack app: `start` lets Slack in and serves the pages, `stop` takes nothing new and waits for what is under way. */
export interface SlackApp {
  start(port: number, host?: string): Promise<number>;
  stop(): Promise<void>;
  /** Open sockets; undefined where Slack posts to us. */
  sockets(): number | undefined;
}

/** Wires Bolt: one door, events stored before they are acknowledged, a command and buttons. */
export const openSlackApp = (parts: SlackParts): SlackApp => {
  const { workspaces, log } = parts;
  const { self } = workspaces;
  const underWay = new Set<Promise<unknown>>();
  const store = storeEvent({
    ...parts.events,
    get bot() {
      return self.bot;
    },
  });
  const note = noteUnknown(parts.events);
  const door = openDoor(parts.door, { apiUrl: parts.apiUrl, routes: parts.routes, note, log });
  const receiver = storedFirst(
    door.receiver,
    (body, retry) =>
      tracked(
        underWay,
        seenFrom(body, workspaces, () => store(body, retry), log),
      ),
    (body) => tracked(underWay, note(body)),
  );
  const app = new bolt.App({
    receiver,
    authorize: (source) => authorized(source, workspaces),
    clientOptions: clientOptions(parts.apiUrl, log),
    convoStore: false,
    deferInitialization: false,
    logger: boltLogger(log),
  });
  app.use(async ({ context, next }) => {
    await tracked(underWay, workspaces.within(String(context["workspace"]), next));
  });
  // oxlint-disable-next-line promise/no-promise-in-callback -- Bolt's type asks for a promise
  app.error((error) => Promise.resolve(log.error({ err: error }, "a listener failed")));
  listenToCommands(app, {
    ...parts.commands,
    forms: parts.forms,
    get bot() {
      return self.bot;
    },
  });
  listenToForms(app, { ...parts.actions, forms: parts.forms });
  listenToActions(app, { ...parts.actions, note, forms: parts.forms });
  listenToAnswers(app, {
    ...parts.answers,
    get bot() {
      return self.bot;
    },
  });
  return {
    start: (port, host) => door.start(app, port, host),
    stop: () => close(app, door, underWay),
    sockets: () => door.sockets(),
  };
};

/** Stores an event as seen from its workspace; one where the app is not installed is acknowledged and not kept. */
const seenFrom = async (
  body: unknown,
  workspaces: Workspaces,
  store: () => Promise<void>,
  log: Log,
): Promise<void> => {
  const envelope = readEnvelope(body);
  if (envelope === undefined) return store();
  try {
    await workspaces.within(envelope.workspace, store);
  } catch (error) {
    if (!(error instanceof NotInstalledError)) throw error;
    log.info({ workspace: envelope.workspace }, "an event of a workspace without an installation");
  }
};

/** Whose token a command, click or form is answered with: that of the workspace where the app was used. */
const authorized = async (
  { teamId, enterpriseId }: { teamId?: string | undefined; enterpriseId?: string | undefined },
  workspaces: Workspaces,
): Promise<AuthorizeResult> => {
  const workspace = teamId === undefined ? (enterpriseId ?? "") : workspaceKey(teamId, enterpriseId);
  const { token, self } = await workspaces.seat(workspace);
  return { botToken: token, botId: self.botId, botUserId: self.bot, teamId: self.team, workspace };
};

/** Bolt's stop closes the door only; listeners that are still running are awaited here. */
const close = async (app: BoltApp, door: Door, underWay: Set<Promise<unknown>>): Promise<void> => {
  await door.stop(app);
  await Promise.allSettled(underWay);
};

const tracked = async <T>(underWay: Set<Promise<unknown>>, work: Promise<T>): Promise<T> => {
  underWay.add(work);
  try {
    return await work;
  } finally {
    underWay.delete(work);
  }
};
