import type { Apis } from "../apis/index.ts";
import type { SystemServer } from "../http/server.ts";
import type { Feed } from "../http/feed.ts";
import { readApp } from "./app.ts";
import { AuditReader } from "./audit.ts";
import { follow } from "./follow.ts";
import { HealthWatch } from "./health.ts";
import { Hub } from "./hub.ts";
import type { PageServer } from "./serve.ts";
import { type Audience, WaitingList } from "./waiting.ts";

/** A system that the page's drawer shows. */
interface Shown extends Pick<SystemServer, "url"> {
  readonly feed: Feed;
  state(): unknown;
}

/** What stands behind the page. */
export interface HostParts {
  readonly server: PageServer;
  readonly page: Promise<string>;
  readonly slackUrl: string;
  readonly gitlab: Shown;
  readonly crm: Shown;
  readonly apis: Apis;
  /** Whether a language model is configured. */
  readonly model: boolean;
}

/** The page's host, at work. */
export interface Host {
  readonly health: HealthWatch;
  /** Follows the audit log of this database; call it before the product starts. */
  followAudit(databaseUrl: string): Promise<void>;
  stop(): Promise<void>;
}

/** Many changes come at once; the drawer is told of them together. */
const TOGETHER_MS = 40;

/** Serves the page and everything it shows. */
export async function startHost(parts: HostParts): Promise<Host> {
  const { server, page, slackUrl, gitlab, crm, apis, model } = parts;
  let audit: AuditReader | undefined;
  const stopping = new AbortController();
  const hub = new Hub(slackUrl, () => audit);
  const health = new HealthWatch(model, (about) => hub.tell("about", about));
  hub.tell("about", health.about);
  const unwatch = [
    showState(gitlab, (state) => hub.tell("gitlab", state)),
    showState(crm, (state) => hub.tell("crm", state)),
    ...[apis.payments, apis.mail, apis.onCall, apis.flags].map((api) =>
      showState(api, () => hub.tell("services", servicesOf(apis))),
    ),
  ];
  await followWaiting(slackUrl, stopping.signal, (waiting) => hub.tell("waiting", waiting));
  server.serve({
    page,
    hub,
    systems: { slack: slackUrl, gitlab: gitlab.url, crm: crm.url },
    about: () => health.about,
    audit: () => audit?.rows() ?? [],
    app: await readApp(),
  });
  return {
    health,
    followAudit: async (databaseUrl) => {
      audit = new AuditReader(databaseUrl, (rows) => hub.tellAudit(rows));
      await audit.start();
    },
    stop: async () => {
      stopping.abort();
      for (const stop of unwatch) stop();
      health.stop();
      hub.stop();
      await server.close();
      await audit?.stop();
    },
  };
}

/** What the drawer shows of the internal APIs. */
const servicesOf = ({ payments, mail, onCall, flags }: Apis) => ({
  ...payments.state(),
  ...mail.state(),
  ...onCall.state(),
  ...flags.state(),
});

function showState(system: Shown, show: (state: unknown) => void): () => void {
  let due: NodeJS.Timeout | undefined;
  const tell = () => {
    due = undefined;
    show(system.state());
  };
  tell();
  const unwatch = system.feed.watch(() => {
    due ??= setTimeout(tell, TOGETHER_MS);
  });
  return () => {
    unwatch();
    clearTimeout(due);
  };
}

async function followWaiting(
  slackUrl: string,
  signal: AbortSignal,
  tell: (waiting: unknown) => void,
): Promise<void> {
  const state = await fetch(`${slackUrl}/control/state`);
  const list = new WaitingList((await state.json()) as Audience);
  tell(list.byPerson());
  const heard = (event: { event: string; data: string }) => {
    const { data } = JSON.parse(event.data) as { data?: object };
    if (list.take(event.event, data ?? {})) tell(list.byPerson());
  };
  // Ends with the sandbox itself: the simulator runs in the same process.
  follow(`${slackUrl}/control/events`, signal, heard, "0").catch(() => {});
}
