import bolt, { type App as BoltApp, type CustomRoute, type Receiver } from "@slack/bolt";
import { boltLogger } from "./bolt-logger.ts";
import type { Log } from "./log.ts";
import { guardNullBody } from "./null-body.ts";
import { routesServer } from "./routes.ts";
import { socketReceiver } from "./socket/receiver.ts";

/** How Slack reaches us: it posts to our address, or speaks over sockets that we open. */
export type DoorKind = { kind: "http"; signingSecret: string } | { kind: "socket"; appToken: string };

/** The way in, behind Bolt's receiver; pages and health are served beside it either way. */
export interface Door {
  receiver: Receiver;
  /** Answers the port of the pages; Slack is let in. */
  start(app: BoltApp, port: number, host?: string): Promise<number>;
  /** Takes nothing new. */
  stop(app: BoltApp): Promise<void>;
  /** Open sockets; undefined where Slack posts. */
  sockets(): number | undefined;
}

interface DoorParts {
  apiUrl: string;
  routes: CustomRoute[];
  /** Keeps a body of unknown shape. */
  note(body: unknown): Promise<void>;
  log: Log;
}

/** Where Slack posts everything: events, commands, clicks. */
const endpoint = "/slack/events";

const httpDoor = (signingSecret: string, { routes, note, log }: DoorParts): Door => {
  const receiver = new bolt.HTTPReceiver({
    signingSecret,
    endpoints: endpoint,
    customRoutes: routes,
    logger: boltLogger(log),
  });
  receiver.requestListener = guardNullBody({ signingSecret, endpoint, note, next: receiver.requestListener });
  return {
    receiver,
    async start(app, port, host) {
      const server = (await app.start({ port, ...(host !== undefined && { host }) })) as {
        address(): unknown;
      };
      const address = server.address();
      return typeof address === "object" && address !== null && "port" in address
        ? Number(address.port)
        : port;
    },
    stop: async (app) => void (await app.stop()),
    sockets: () => undefined,
  };
};

const socketDoor = (appToken: string, { apiUrl, routes, log }: DoorParts): Door => {
  const receiver = socketReceiver(appToken, apiUrl, log);
  const pages = routesServer(routes);
  return {
    receiver,
    async start(app, port, host) {
      const listening = await pages.listen(port, host);
      try {
        await app.start();
      } catch (error) {
        await pages.close();
        throw error;
      }
      return listening;
    },
    async stop(app) {
      await app.stop();
      await pages.close();
    },
    sockets: () => receiver.live(),
  };
};

/** Makes the way in; nothing listens or connects before `start`. */
export const openDoor = (kind: DoorKind, parts: DoorParts): Door =>
  kind.kind === "http" ? httpDoor(kind.signingSecret, parts) : socketDoor(kind.appToken, parts);
