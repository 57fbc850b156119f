import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import { z } from "zod";
import { messageOf, TerminalError } from "../../core/errors.ts";
import { slackClient } from "../client.ts";
import { scheduleCalls } from "../delivery/schedule.ts";
import type { Log } from "../log.ts";
import type { SocketTimes, TakeEnvelope } from "./connection.ts";
import { holdSockets, type Sockets } from "./sockets.ts";

const openedSchema = z.object({ url: z.string().regex(/^wss?:\/\//) });

/** Slack pings every few seconds; its own clients call a socket dead after as long. */
const times: SocketTimes = { helloMs: 10_000, pingMs: 5_000, staleMs: 20_000 };
const socketsHeld = 2;

/** Bolt's receiver over sockets: the same bodies as over HTTP, without signatures. */
interface SocketReceiver extends Receiver {
  /** How many sockets are open now. */
  live(): number;
}

/** Socket Mode behind Bolt's seam. What is not acknowledged Slack sends again, as over HTTP. */
export const socketReceiver = (appToken: string, apiUrl: string, log: Log): SocketReceiver => {
  const calls = scheduleCalls(slackClient(appToken, apiUrl, log));
  let bolt: App | undefined;
  const take: TakeEnvelope = async ({ body, retryNum, retryReason }, ack) => {
    try {
      await bolt?.processEvent({
        // The wrapped app takes anything (see receiver.ts); Bolt's type knows objects only.
        body: body as ReceiverEvent["body"],
        ack: (response) => ack(response),
        ...(retryNum !== undefined && { retryNum }),
        ...(retryReason !== undefined && { retryReason }),
      });
    } catch (error) {
      log.error({ err: error }, `what came over a socket was not acknowledged: ${messageOf(error)}`);
    }
  };
  const sockets: Sockets = holdSockets({
    count: socketsHeld,
    address: async () => {
      const opened = openedSchema.safeParse(
        await calls.call("apps.connections.open", {}, { patient: false }),
      );
      if (opened.success) return opened.data.url;
      throw new TerminalError("slack_socket", "Slack gave no address for a socket.");
    },
    take,
    times,
    log,
  });
  return {
    init(app) {
      bolt = app;
    },
    start: () => sockets.start(),
    stop: () => sockets.stop(),
    live: () => sockets.live(),
  };
};
