import { z } from "zod";
import { Clock } from "../http/clock.ts";
import { command } from "../http/control.ts";
import { Feed } from "../http/feed.ts";
import { startSystem, type SystemServer } from "../http/server.ts";
import { api, authState, noRoute, type CrmTokens } from "./guard.ts";
import { crmRoutes } from "./routes.ts";
import { seed } from "./seed.ts";
import { drawerState, type CrmState } from "./state.ts";
import { Store } from "./store.ts";
import { OBJECT_TYPES, type ObjectType, type Source } from "./types.ts";

/** The private app's token; `pat-sandbox-reader` may only read. */
const CRM_TOKEN = "pat-sandbox-steward";

export interface CrmOptions {
  readonly port?: number;
  readonly tokens?: CrmTokens;
  /** How late new records reach the search; HubSpot: seconds. */
  readonly searchLagMs?: number;
}

/** A running sandbox CRM. */
export interface Crm extends SystemServer {
  readonly token: string;
  readonly clock: Clock;
  readonly feed: Feed;
  state(): CrmState;
  /** Changes a record as an owner (by email) does in the browser. */
  editAs(email: string, type: ObjectType, id: string, properties: Readonly<Record<string, string>>): void;
  /** Adds a record as an owner does in the browser, linked with another (`companies/3001`); answers with its id. */
  addAs(
    email: string,
    type: ObjectType,
    properties: Readonly<Record<string, string>>,
    linkedWith: string,
    id?: string,
  ): string;
}

/** Starts a stateful CRM with HubSpot's paths and seed data on a free port of 127.0.0.1. */
export async function startCrm(options: CrmOptions = {}): Promise<Crm> {
  const clock = new Clock();
  const feed = new Feed(() => clock.iso());
  const tokens = options.tokens ?? { [CRM_TOKEN]: "crm.write", "pat-sandbox-reader": "crm.read" };
  const build = () => {
    const fresh = new Store(clock);
    seed(fresh);
    fresh.feed = feed;
    return fresh;
  };
  let store = build();
  const inBrowser = (email: string): Source => {
    const owner = store.owners.find((one) => one.email === email);
    if (!owner)
      throw new Error(`no owner ${email}: there are ${store.owners.map((one) => one.email).join(", ")}`);
    return { sourceType: "CRM_UI", sourceId: `userId:${owner.userId}` };
  };
  const editAs: Crm["editAs"] = (email, type, id, properties) =>
    store.update(store.get(type, id), properties, inBrowser(email));
  const addAs: Crm["addAs"] = (email, type, properties, linkedWith, id) => {
    const old = id === undefined ? undefined : { id, at: clock.iso() };
    const record = store.create(type, properties, inBrowser(email), old);
    const [other, otherId = ""] = linkedWith.split("/");
    store.associate(record, store.get(OBJECT_TYPES.find((one) => one === other) ?? type, otherId));
    return record.id;
  };
  const edit = z.strictObject({
    as: z.string(),
    type: z.enum(OBJECT_TYPES),
    id: z.string(),
    properties: z.record(z.string(), z.string()),
  });
  const server = await startSystem({
    clock,
    feed,
    port: options.port,
    routes: crmRoutes(
      api(() => store, tokens),
      options.searchLagMs ?? 0,
    ),
    unknown: noRoute,
    auth: (call) => authState(call, tokens),
    state: () => drawerState(store),
    reset: () => {
      store = build();
    },
    commands: [
      command("POST", "edit", edit, ({ as, type, id, properties }) => editAs(as, type, id, properties)),
    ],
  });
  return { ...server, token: CRM_TOKEN, clock, feed, state: () => drawerState(store), editAs, addAs };
}
