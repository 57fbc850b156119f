import type { ServerResponse } from "node:http";
import type { Change, Feed } from "../http/feed.ts";

/** Between signs of life, ms: proxies and browsers close silent streams. */
const SIGN_MS = 15_000;

/**
 * Serves the feed as server-sent events, as far as `visible`. `after` is the reader's Last-Event-ID: what came since
 * is sent first; where that is no longer kept, a `feed.gap` tells the reader to load the state anew.
 */
export function serveEvents(
  feed: Feed,
  response: ServerResponse,
  after: number | undefined,
  visible: (change: Change) => boolean,
): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": changes of the workspace\n\n");
  const send = (change: Change) => {
    if (!visible(change)) return;
    response.write(`id: ${change.id}\nevent: ${change.type}\ndata: ${JSON.stringify(change)}\n\n`);
  };
  if (after !== undefined) {
    const [oldest] = feed.since(0);
    if (oldest && oldest.id > after + 1) response.write("event: feed.gap\ndata: {}\n\n");
    feed.since(after).forEach(send);
  }
  const sign = setInterval(() => response.write(": still here\n\n"), SIGN_MS);
  sign.unref();
  const unwatch = feed.watch(send);
  response.on("close", () => {
    unwatch();
    clearInterval(sign);
  });
}
