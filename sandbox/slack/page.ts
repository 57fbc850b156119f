import type { ServerResponse } from "node:http";
import type { Feed } from "../http/feed.ts";
import { json } from "../http/reply.ts";
import { routeTable } from "../http/routes.ts";
import type { Call, Reply, Route } from "../http/types.ts";
import { serveEvents } from "./event-stream.ts";
import { needPerson } from "./interactions.ts";
import type { ProductLink } from "./product-link.ts";
import { ControlError } from "./slack-error.ts";
import { channelContents, maySeeChange, workspaceView } from "./views.ts";
import type { Workspace } from "./workspace.ts";

/** What the control interface shows. */
interface Shown {
  readonly workspace: () => Workspace;
  readonly feed: Feed;
  readonly link: ProductLink;
  readonly commands: readonly string[];
  /** The commands beside state and change feed. */
  readonly routes: readonly Route[];
}

/**
 * Serves /control/: `GET state?as=&channel=` (the workspace as that person sees it, and one channel's contents),
 * `GET events?as=` (the change feed), and the commands of control.ts. Without `as` everything is shown.
 */
export function servePage(
  shown: Shown,
): (call: Call, response: ServerResponse) => Promise<Reply | undefined> {
  const find = routeTable(shown.routes);
  return async (call, response) => {
    const as = call.query.get("as") ?? undefined;
    if (call.path === "/control/state") return state(shown, as, call.query.get("channel") ?? undefined);
    if (call.path === "/control/events") {
      const last = call.headers["last-event-id"] ?? call.query.get("after");
      const after = typeof last === "string" ? Number(last) || 0 : undefined;
      serveEvents(shown.feed, response, after, ({ type, data }) => {
        return as === undefined || maySeeChange(shown.workspace(), as, { ...(data as object), type });
      });
      return undefined;
    }
    const found = find(call.method, call.path);
    return found ? found.handle(call) : json(404, { error: `no command ${call.method} ${call.path}` });
  };
}

function state(
  { workspace, feed, link, commands }: Shown,
  as: string | undefined,
  channel: string | undefined,
): Reply {
  try {
    const now = workspace();
    if (as !== undefined) needPerson(now, as);
    if (as !== undefined && channel !== undefined && !now.maySee(as, now.need(channel).channel)) {
      throw new ControlError(`${as} may not see ${channel}`);
    }
    return json(200, {
      ...workspaceView(now, as),
      commands,
      product: { url: link.url ?? null, delivery: link.state },
      // Where to follow the change feed from.
      last_event_id: feed.since(0).at(-1)?.id ?? 0,
      ...(channel !== undefined && { channel: channelContents(now, channel, as) }),
    });
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return json(400, { error: error.message });
  }
}
