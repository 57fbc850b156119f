import bolt, { type App as BoltApp, type CustomRoute } from "@slack/bolt";
import { z } from "zod";
import { clientOptions } from "./client.ts";
import { messageOf, TerminalError } from "../core/errors.ts";
import { type SlackCalls, SlackRefusedError } from "./delivery/schedule.ts";
import type { Log } from "./log.ts";
import { type ActionParts, listenToActions } from "./listeners/actions.ts";
import { type CommandParts, listenToCommands } from "./listeners/commands.ts";
import { type EventParts, noteUnknown, storeEvent } from "./listeners/events.ts";
import { guardNullBody } from "./null-body.ts";
import { storedFirst } from "./receiver.ts";

const { App, HTTPReceiver } = bolt;

/** Where Slack posts everything: events, commands, clicks. */
const endpoint = "/slack/events";

/** Who Steward is in this workspace. */
export interface Self {
  bot: string;
  botId: string;
  team: string;
  enterprise?: string;
}

const authSchema = z.object({
  user_id: z.string(),
  bot_id: z.string(),
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
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
  };
};

export interface SlackParts {
  token: string;
  signingSecret: string;
  apiUrl: string;
  self: Self;
  routes: CustomRoute[];
  events: Omit<EventParts, "bot">;
  commands: Omit<CommandParts, "bot">;
  actions: Omit<ActionParts, "note">;
  log: Log;
}

/** The Slack app over HTTP: `start` listens, `stop` takes nothing new and waits for what is under way. */
export interface SlackApp {
  start(port: number, host?: string): Promise<number>;
  stop(): Promise<void>;
}

/** Wires Bolt: one endpoint, events stored before they are acknowledged, a command and buttons. */
export const openSlackApp = (parts: SlackParts): SlackApp => {
  const { self, log } = parts;
  const { signingSecret } = parts;
  const inner = new HTTPReceiver({
    signingSecret,
    endpoints: endpoint,
    customRoutes: parts.routes,
    logger: quietLogger(log),
  });
  const underWay = new Set<Promise<unknown>>();
  const store = storeEvent({ ...parts.events, bot: self.bot });
  const note = noteUnknown(parts.events);
  inner.requestListener = guardNullBody({ signingSecret, endpoint, note, next: inner.requestListener });
  const receiver = storedFirst(
    inner,
    (body, retry) => tracked(underWay, store(body, retry)),
    (body) => tracked(underWay, note(body)),
  );
  const app = new App({
    receiver,
    authorize: () =>
      Promise.resolve({ botToken: parts.token, botId: self.botId, botUserId: self.bot, teamId: self.team }),
    clientOptions: clientOptions(parts.apiUrl, log),
    convoStore: false,
    deferInitialization: false,
    logger: quietLogger(log),
  });
  app.use(async ({ next }) => {
    await tracked(underWay, next());
  });
  // oxlint-disable-next-line promise/no-promise-in-callback -- Bolt's type asks for a promise
  app.error((error) => Promise.resolve(log.error({ err: error }, "a listener failed")));
  listenToCommands(app, { ...parts.commands, bot: self.bot });
  listenToActions(app, { ...parts.actions, note });
  return { start: (port, host) => listen(app, port, host), stop: () => close(app, underWay) };
};

const listen = async (app: BoltApp, port: number, host?: string): Promise<number> => {
  const server = (await app.start({ port, ...(host !== undefined && { host }) })) as { address(): unknown };
  const address = server.address();
  return typeof address === "object" && address !== null && "port" in address ? Number(address.port) : port;
};

/** Bolt's stop closes the server only; listeners that are still running are awaited here. */
const close = async (app: BoltApp, underWay: Set<Promise<unknown>>): Promise<void> => {
  await app.stop();
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

const quietLogger = (log: Log): NonNullable<ConstructorParameters<typeof HTTPReceiver>[0]["logger"]> => ({
  debug() {},
  info() {},
  warn: (...message) => log.warn({}, message.map(String).join(" ")),
  error: (...message) => log.error({}, message.map(String).join(" ")),
  setLevel() {},
  getLevel: () => bolt.LogLevel.WARN,
  setName() {},
});
