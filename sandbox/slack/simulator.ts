import { randomBytes } from "node:crypto";
import { Clock } from "../http/clock.ts";
import { FaultBook } from "../http/faults.ts";
import { Feed } from "../http/feed.ts";
import { AgentControl } from "./agent-control.ts";
import { Backstage } from "./backstage.ts";
import { Broadcast } from "./broadcast.ts";
import { controlRoutes } from "./control.ts";
import { ACK_TIMEOUT_MS, COMMANDS, EVENTS, RETRY_DELAYS_MS, SCOPES } from "./defaults.ts";
import { Deliveries } from "./deliveries.ts";
import { faultOf } from "./faults.ts";
import { Forms } from "./forms.ts";
import { Interactions, needPerson } from "./interactions.ts";
import { servePage } from "./page.ts";
import { ProductLink } from "./product-link.ts";
import { RateLimits } from "./rate.ts";
import { Records } from "./records.ts";
import { ResponseUrls } from "./response-urls.ts";
import { northwind } from "./seed.ts";
import { serveFiles } from "./serve-files.ts";
import { listen, type Listening } from "./server.ts";
import type { NewFile, Said, Saying, SlackOptions, SlackSim } from "./sim.ts";
import { ControlError } from "./slack-error.ts";
import { Sockets } from "./sockets.ts";
import { typedText } from "./typed-text.ts";
import type { Change, Seed } from "./types.ts";
import { changeView } from "./views.ts";
import { type Wait, Watch } from "./watch.ts";
import { callMethod } from "./web-api.ts";
import { Workspace } from "./workspace.ts";

/** The simulator put together. `start` before anything else. */
export class Simulator implements SlackSim {
  readonly signingSecret: string;
  readonly botToken: string;
  readonly appToken = "xapp-1-sandbox-steward";
  readonly sockets: Sockets;
  readonly teamId: string;
  readonly botUserId: string;

  readonly #clock = new Clock();
  readonly #feed = new Feed(() => this.#clock.iso());
  readonly #faults = new FaultBook();
  readonly #records = new Records(() => this.#clock.iso());
  readonly #watch = new Watch(() => this.#report());
  readonly #limits: RateLimits;
  readonly #link: ProductLink;
  readonly #deliveries: Deliveries;
  readonly #broadcast: Broadcast;
  readonly #urls: ResponseUrls;
  readonly #interactions: Interactions;
  readonly forms: Forms;
  readonly agent: AgentControl;
  readonly backstage: Backstage;
  readonly #scopes: ReadonlySet<string>;
  readonly #events: ReadonlySet<string>;
  readonly #commands: readonly string[];
  readonly #seed: Seed;
  #workspace: Workspace;
  #listening: Listening | undefined;

  constructor(options: SlackOptions) {
    this.#seed = options.seed ?? northwind;
    this.#workspace = this.#fresh();
    this.teamId = this.#seed.team.id;
    this.botUserId = this.#seed.app.botUserId;
    this.signingSecret = options.signingSecret ?? randomBytes(16).toString("hex");
    this.botToken = options.botToken ?? "xoxb-sandbox-steward";
    this.#scopes = new Set(options.scopes ?? SCOPES);
    this.#events = new Set(options.events ?? EVENTS);
    this.#commands = options.commands ?? COMMANDS;
    this.#limits = new RateLimits(() => this.#clock.now(), options.limits ?? true);
    const deadlineMs = options.ackTimeoutMs ?? ACK_TIMEOUT_MS;
    this.sockets = new Sockets({
      clock: this.#clock,
      appId: this.#seed.app.appId,
      token: this.appToken,
      deadlineMs,
      told: this.#watch.tell,
    });
    this.#link = new ProductLink({
      secret: this.signingSecret,
      deadlineMs,
      sockets: options.transport === "socket" ? this.sockets : undefined,
      clock: this.#clock,
      told: () => this.#feed.publish("product.changed", { delivery: this.#link.state }),
    });
    this.#deliveries = new Deliveries({
      link: this.#link,
      clock: this.#clock,
      retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
      told: this.#watch.tell,
    });
    this.#broadcast = new Broadcast({
      deliveries: this.#deliveries,
      events: this.#events,
      botEvents: options.botEvents ?? true,
      nowMs: () => this.#clock.now(),
    });
    const workspace = () => this.#workspace;
    this.#urls = new ResponseUrls({ clock: this.#clock, records: this.#records, workspace });
    this.#interactions = new Interactions({
      workspace,
      link: this.#link,
      urls: this.#urls,
      records: this.#records,
      clock: this.#clock,
      url: () => this.url,
      commands: this.#commands,
    });
    this.forms = new Forms({
      workspace,
      link: this.#link,
      urls: this.#urls,
      records: this.#records,
      clock: this.#clock,
      url: () => this.url,
    });
    const nowMs = () => this.#clock.now();
    this.agent = new AgentControl({ workspace, broadcast: this.#broadcast, events: this.#events, nowMs });
    this.backstage = new Backstage({ workspace, deliveries: this.#deliveries, nowMs });
    if (options.productUrl !== undefined) this.connect(options.productUrl);
  }

  async start(port: number): Promise<this> {
    const web = {
      api: () => ({
        workspace: this.#workspace,
        scopes: this.#scopes,
        events: this.#events,
        ...this.agent.features,
        workspaceUrl: `https://${this.#seed.team.domain}.example.com/`,
      }),
      records: this.#records,
      limits: this.#limits,
      token: this.botToken,
      openConnection: (authorization: string | undefined) => this.sockets.open(authorization, this.url),
    };
    this.#listening = await listen(
      {
        faults: this.#faults,
        records: this.#records,
        api: (incoming, call) => callMethod(web, incoming, call),
        files: (request, response) =>
          serveFiles({ workspace: () => this.#workspace, token: this.botToken }, request, response),
        respond: (path, body, call) => this.#urls.use(path, body, call),
        control: servePage({
          workspace: () => this.#workspace,
          feed: this.#feed,
          link: this.#link,
          commands: this.#commands,
          routes: controlRoutes(this),
        }),
        upgrade: (request, socket, head) => this.sockets.upgrade(request, socket, head),
        told: this.#watch.tell,
      },
      port,
    );
    return this;
  }

  get url(): string {
    if (!this.#listening) throw new Error("the simulator has not been started");
    return `http://127.0.0.1:${this.#listening.port}`;
  }

  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  connect(productUrl: string): void {
    const url = new URL(productUrl);
    if (url.pathname === "/") url.pathname = "/slack/events";
    this.#link.url = url.href;
  }

  productProcess(pid: number): void {
    if (pid === process.pid) throw new ControlError(`${pid} is the sandbox itself: give the product's pid`);
    this.#faults.onKill = () => void process.kill(pid, "SIGKILL");
  }

  say({ as, channel, text, thread_ts, broadcast, files }: Saying): Said {
    this.#needMember(as, channel);
    const brought = files?.map((file) => this.addFile(as, file));
    const typed = typedText(text, this.#workspace.people.values());
    const { ts } = this.#workspace.post(channel, {
      user: as,
      text: typed,
      ...(brought && { files: brought }),
      ...(broadcast && { broadcast }),
      ...(thread_ts !== undefined && { thread_ts }),
    });
    return { channel, ts, events: this.#deliveries.latest(ts) };
  }

  edit({ as, channel, ts, text }: { as: string; channel: string; ts: string; text: string }): void {
    this.#needAuthor(as, channel, ts);
    this.#workspace.edit(channel, ts, as, { text: typedText(text, this.#workspace.people.values()) });
  }

  delete({ as, channel, ts }: { as: string; channel: string; ts: string }): void {
    this.#needAuthor(as, channel, ts);
    this.#workspace.remove(channel, ts);
  }

  dm(as: string): string {
    needPerson(this.#workspace, as);
    return this.#workspace.openIm(as).channel.id;
  }

  openHome(as: string, tab: "home" | "messages"): string {
    const channel = this.dm(as);
    this.#broadcast.home(this.#workspace, channel, as, tab);
    return channel;
  }

  read(as: string, channel: string): void {
    this.#workspace.read(channel, this.#needUser(as));
  }

  join(user: string, channel: string): void {
    this.#workspace.setMember(channel, this.#needUser(user), true);
  }

  leave(user: string, channel: string): void {
    this.#workspace.setMember(channel, this.#needUser(user), false);
  }

  slash(command: Parameters<SlackSim["slash"]>[0]) {
    return this.#interactions.slash(command);
  }

  click(click: Parameters<SlackSim["click"]>[0]) {
    return this.#interactions.click(click);
  }

  clickPayload(click: Parameters<SlackSim["click"]>[0]) {
    return this.#interactions.payloadOf(click);
  }

  forge(forgery: Parameters<SlackSim["forge"]>[0]) {
    return this.#interactions.forge(forgery);
  }

  addFile(as: string, { name, content, base64 = false, mimetype }: NewFile): string {
    const bytes = Buffer.from(content, base64 ? "base64" : "utf8");
    return this.#workspace.files.add(needPerson(this.#workspace, as).id, name, bytes, mimetype).id;
  }

  files() {
    return this.#workspace.files.list();
  }

  fileBytes(id: string): Buffer {
    return this.#workspace.files.bytes(id);
  }

  react({ as, channel, ts, name, remove = false }: Parameters<SlackSim["react"]>[0]): void {
    const { id } = needPerson(this.#workspace, as);
    const { channel: place } = this.#workspace.need(channel);
    if (!this.#workspace.maySee(id, place)) throw new ControlError(`${as} may not see ${channel}`);
    const done = this.#workspace.react(channel, ts, { user: id, name, added: !remove });
    if (!done) throw new ControlError(`${as} has ${remove ? "no" : "already the"} reaction ${name} there`);
  }

  messages(channel: string) {
    return this.#workspace.need(channel).topLevel();
  }

  thread(channel: string, ts: string) {
    return [this.#workspace.needMessage(channel, ts), ...this.#workspace.need(channel).replies(ts)];
  }

  ephemerals(channel: string, user?: string) {
    return this.#workspace.ephemerals.list(channel, user);
  }

  status(channel: string, thread: string) {
    return this.#workspace.statuses.get(channel, thread);
  }

  title(channel: string, thread: string) {
    return this.#workspace.titles.get(`${channel}:${thread}`);
  }

  calls(method?: string) {
    return this.#records.calls(method);
  }

  violations() {
    return this.#records.violations();
  }

  deliveries() {
    return this.#deliveries.list();
  }

  redeliver(eventId: string) {
    return this.#deliveries.redeliver(eventId);
  }

  deliverEvents({ order, duplicates }: Parameters<SlackSim["deliverEvents"]>[0]): void {
    this.#deliveries.order = order ?? this.#deliveries.order;
    this.#deliveries.duplicates = duplicates ?? this.#deliveries.duplicates;
  }

  fault(fault: Parameters<SlackSim["fault"]>[0]): string {
    return this.#faults.add(faultOf(fault)).id;
  }

  faults() {
    return this.#faults.list();
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  limits(on: boolean): void {
    this.#limits.on = on;
  }

  advance(ms: number): void {
    this.#clock.advance(ms);
  }

  waitFor<T>(find: () => T | undefined | null | false, wait?: Wait): Promise<T> {
    return this.#watch.for(find, wait);
  }

  reset(): void {
    this.#clock.reset();
    this.#deliveries.reset();
    this.#faults.clear();
    this.#records.reset();
    this.#limits.reset();
    this.agent.reset();
    this.#urls.reset();
    this.forms.reset();
    this.#workspace = this.#fresh();
    this.#feed.publish("workspace.reset", {});
    this.#watch.tell();
  }

  async stop(): Promise<void> {
    this.#deliveries.reset();
    this.#clock.reset();
    this.#link.close();
    this.sockets.close();
    this.#watch.stop();
    await this.#listening?.close();
  }

  /** A workspace as seeded; what changes in it goes to the page, to the product and to those who wait. */
  #fresh(): Workspace {
    const workspace: Workspace = new Workspace(
      this.#seed,
      this.#clock,
      (change: Change) => {
        this.#feed.publish(change.type, changeView(workspace, change));
        this.#broadcast.change(workspace, change);
        this.#watch.tell();
      },
      () => this.url,
    );
    return workspace;
  }

  #needUser(user: string): string {
    return user === this.botUserId ? user : needPerson(this.#workspace, user).id;
  }

  #needMember(as: string, channelId: string): void {
    const { id } = needPerson(this.#workspace, as);
    if (this.#workspace.need(channelId).channel.members.has(id)) return;
    throw new ControlError(
      `${as} is not in ${channelId}: people write only where they are members (join first)`,
    );
  }

  #needAuthor(as: string, channel: string, ts: string): void {
    if (this.#workspace.needMessage(channel, ts).user !== as)
      throw new ControlError(`${ts} is not a message of ${as}`);
  }

  /** For the error of a wait that ends in vain. */
  #report(): string {
    const calls = this.#records
      .calls()
      .slice(-8)
      .map(({ method, result }) => `${method} ${result}`);
    const late = this.#deliveries
      .list()
      .filter(({ state }) => state !== "delivered")
      .slice(-4);
    const lines = late.map(
      ({ type, ts, state, attempts }) => `${type} ${ts ?? ""} ${state} after ${attempts.length}`,
    );
    const wrong = this.#records
      .violations()
      .slice(-4)
      .map(({ method, detail }) => `${method}: ${detail}`);
    const list = (items: readonly string[]) => items.join("; ") || "none";
    return `Last calls: ${list(calls)}. Undelivered events: ${list(lines)}. Violations: ${list(wrong)}.`;
  }
}
