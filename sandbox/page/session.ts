import { api, type App, RefusedError } from "./api.ts";
import { applyChange } from "./changes.ts";
import { Deeds } from "./deeds.ts";
import { Forms } from "./forms.ts";
import { type Facts, type Moved, movedRows } from "./moved.ts";
import { openStream, type Stream } from "./stream.ts";
import { crmFacts, gitlabFacts, rowOf, servicesFacts } from "./system-facts.ts";
import type {
  About,
  AuditRow,
  Change,
  Channel,
  Contents,
  Crm,
  GitLab,
  Message,
  Services,
  Views,
  WaitingCard,
  Workspace,
} from "./types.ts";

/** Everything the page shows. A new object for every change; parts that did not change stay the same objects. */
export interface View {
  /** Who types and clicks. */
  readonly me: string;
  readonly channel: string;
  /** The thread that the next message goes to; left out: the channel. */
  readonly thread?: string | undefined;
  readonly workspace?: Workspace;
  readonly contents?: Contents | undefined;
  /** Modals and App Home of who types. */
  readonly views: Views;
  /** Of the direct messages: what was said, or the App Home. */
  readonly tab: "messages" | "home";
  /** What the app's manifest offers in menus. */
  readonly app: App;
  readonly link: "connecting" | "live" | "lost";
  readonly about?: About;
  /** Cards that wait, by person. */
  readonly waiting: Readonly<Record<string, readonly WaitingCard[]>>;
  readonly gitlab?: GitLab;
  readonly crm?: Crm;
  readonly services?: Services;
  /** Rows of the systems that changed while this page looked. */
  readonly moved: ReadonlyMap<string, Moved>;
  /** Oldest first. */
  readonly audit: readonly AuditRow[];
  /** The last refusal, in words; gone with the next act. */
  readonly trouble?: string | undefined;
  /** A message to be brought into view. */
  readonly pointed?: { readonly ts: string; readonly at: number } | undefined;
  /** A row of the systems to be brought into view; without a key the systems themselves. */
  readonly row?: { readonly key: string | undefined; readonly at: number };
  /** Words put into the message field for the person. */
  readonly filled?: { readonly text: string; readonly at: number } | undefined;
  /** A message of the person's own, put into the field to be edited. */
  readonly editing?: Message | undefined;
}

/** Systems whose rows are compared with those before. */
type Compared = "gitlab" | "crm" | "services";

const FIRST_PERSON = "U0ANNA";
const REREAD_MS = 150;
const NO_VIEWS: Views = { modals: [], home: null };

/** The page's one state: what the sandbox tells, and what a person does. It lives as long as the page. */
export class Session {
  #view: View = {
    ...{ me: FIRST_PERSON, channel: "", link: "connecting" },
    ...{ waiting: {}, moved: new Map(), audit: [] },
    ...{ views: NO_VIEWS, tab: "messages", app: { shortcuts: [] } },
  };
  readonly #watchers = new Set<() => void>();
  #stream: Stream | undefined;
  #reading = 0;
  #rereading = false;
  /** What a person does with messages, in modals and in the App Home. */
  readonly deeds = new Deeds({ view: () => this.#view, attempt: (act) => this.#try(act) });
  readonly forms = new Forms({ me: () => this.#view.me, attempt: (act) => this.#try(act) });
  #facts: Partial<Record<Compared, ReadonlyMap<string, Facts>>> = {};

  readonly view = (): View => this.#view;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Shows what the address says: `#/person/channel`. */
  start(): void {
    const [, me, channel] = location.hash.split("/");
    void this.#go(me || FIRST_PERSON, channel ?? "", "visible");
    // Without it there are no shortcuts in the menus, and everything else works.
    api.app().then(
      (app) => this.#set({ app }),
      () => {},
    );
  }

  /** Types and clicks as somebody else: in the same channel where they may write there. */
  switchTo(me: string): void {
    if (me !== this.#view.me) void this.#go(me, this.#view.channel, "own");
  }

  openChannel(channel: string): void {
    this.#set({ tab: "messages" });
    if (channel !== this.#view.channel) void this.#go(this.#view.me, channel, "visible");
  }

  /** Opens Steward's own place: the app is told which tab is looked at, as in Slack. */
  openApp(channel: string, tab: View["tab"]): void {
    this.openChannel(channel);
    this.#set({ tab });
    void this.#try(() => api.open(this.#view.me, tab).then(() => undefined));
  }

  /** Brings a message into view, as this person. */
  async show(card: Pick<WaitingCard, "channel" | "ts">, me = this.#view.me): Promise<void> {
    if (me !== this.#view.me || card.channel !== this.#view.channel)
      await this.#go(me, card.channel, "visible");
    this.#set({ pointed: { ts: card.ts, at: Date.now() } });
  }

  /** Puts words into the message field of a channel, as this person. */
  async fill(me: string, channel: string, text: string): Promise<void> {
    if (me !== this.#view.me || channel !== this.#view.channel) await this.#go(me, channel, "visible");
    this.#set({ thread: undefined, filled: { text, at: Date.now() } });
  }

  /** Shows where a link into one of the sandbox's systems leads: they have no pages of their own. */
  showRow(url: string): void {
    const { gitlab } = this.#view;
    this.#set({ row: { key: gitlab && rowOf(url, gitlab), at: Date.now() } });
  }

  replyIn(thread: string | undefined): void {
    this.#set({ thread, trouble: undefined });
  }

  /** Puts a message of one's own into the field; undefined: no longer. */
  edit(editing: Message | undefined): void {
    this.#set({ editing });
  }

  /** Runs an act; what it answers or throws in words is shown. */
  async #try(act: () => Promise<string | undefined>): Promise<boolean> {
    this.#set({ trouble: undefined });
    try {
      const trouble = await act();
      this.#set({ trouble });
      return trouble === undefined;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.#set({ trouble: error.message });
      return false;
    }
  }

  /** Reads the workspace as a person sees it and follows it from there. */
  async #go(me: string, channel: string, which: Which): Promise<void> {
    const turn = ++this.#reading;
    try {
      const { dm, state } = await readAs(me, channel, which);
      if (turn !== this.#reading) return;
      const chosen = state.channel?.id ?? dm;
      history.replaceState(null, "", `#/${me}/${chosen}`);
      const fresh = me !== this.#view.me || chosen !== this.#view.channel;
      this.#set({
        me,
        channel: chosen,
        workspace: state,
        contents: state.channel,
        trouble: undefined,
        ...(fresh && {
          thread: undefined,
          pointed: undefined,
          filled: undefined,
          editing: undefined,
          tab: this.#tabOf(chosen, dm),
        }),
      });
      await this.#readViews();
      this.#follow(me, state.last_event_id);
      this.#markRead();
    } catch {
      // The sandbox is not there (yet): said by `link`, tried again with the stream.
      if (turn !== this.#reading) return;
      this.#set({ link: "lost" });
      setTimeout(() => turn === this.#reading && void this.#go(me, channel, which), 1_500);
    }
  }

  /** The App Home stands in the direct messages alone. */
  #tabOf(channel: string, dm: string): View["tab"] {
    return channel === dm ? this.#view.tab : "messages";
  }

  async #readViews(): Promise<void> {
    const { me } = this.#view;
    const views = await api.views(me);
    if (me === this.#view.me) this.#set({ views });
  }

  #follow(me: string, after: number): void {
    this.#stream?.close();
    this.#stream = openStream(me, after, {
      link: (link) => this.#set({ link }),
      about: (about) => this.#takeAbout(about),
      waiting: (waiting) => this.#set({ waiting }),
      gitlab: (gitlab) => this.#set({ gitlab, ...this.#compare("gitlab", gitlabFacts(gitlab)) }),
      crm: (crm) => this.#set({ crm, ...this.#compare("crm", crmFacts(crm)) }),
      services: (services) => this.#set({ services, ...this.#compare("services", servicesFacts(services)) }),
      audit: (rows) => this.#takeAudit(rows),
      slack: (change) => this.#take(change),
      gap: () => this.#again(),
    });
  }

  #compare(system: Compared, facts: ReadonlyMap<string, Facts>): Pick<View, "moved"> {
    const moved = movedRows(this.#facts[system], facts, this.#view.moved, Date.now());
    this.#facts[system] = facts;
    return { moved };
  }

  /** A sandbox that was started anew has forgotten the workspace: so does the page. */
  #takeAbout(about: About): void {
    const before = this.#view.about;
    this.#set({ about });
    if (before === undefined || before.started === about.started) return;
    this.#facts = {};
    this.#set({ audit: [], moved: new Map() });
    this.#again();
  }

  #takeAudit(rows: readonly AuditRow[]): void {
    const known = new Set(this.#view.audit.map(({ id }) => id));
    const fresh = rows.filter(({ id }) => !known.has(id));
    if (fresh.length === 0) return;
    this.#set({ audit: [...this.#view.audit, ...fresh].toSorted((a, b) => a.id - b.id) });
  }

  #take(change: Change): void {
    const { contents, channel } = this.#view;
    if (change.type === "view.changed") {
      // What is missed here is read with the next change.
      this.#readViews().catch(() => {});
      return;
    }
    const mine = change.data.channel === channel;
    if (mine && contents) {
      const next = applyChange(contents, change);
      if (next === "stale") return this.#again();
      this.#set({ contents: next });
      if (change.type === "message.posted") this.#markRead();
      return;
    }
    // Unread counts and the list of channels stand in the state alone.
    if (!/^(ephemeral|status|title|prompts|reaction|product|stream|session)\./.test(change.type))
      this.#again();
  }

  /** Reads everything anew, soon: several reasons at once are one reading. */
  #again(): void {
    if (this.#rereading) return;
    this.#rereading = true;
    setTimeout(() => {
      this.#rereading = false;
      void this.#go(this.#view.me, this.#view.channel, "visible");
    }, REREAD_MS);
  }

  #markRead(): void {
    const { me, channel, workspace } = this.#view;
    if (document.visibilityState !== "visible" || !workspace) return;
    this.#set({ workspace: { ...workspace, channels: workspace.channels.map((one) => seen(one, channel)) } });
    // A mark that was not made is made with the next message.
    void api.read(me, channel).catch(() => {});
  }

  #set(news: Partial<View>): void {
    this.#view = { ...this.#view, ...news };
    for (const watcher of this.#watchers) watcher();
  }
}

const seen = (one: Channel, channel: string): Channel =>
  one.id === channel && one.unread > 0 ? { ...one, unread: 0 } : one;

/** Which channels will do: those a person is in, or all that they may look into. */
type Which = "own" | "visible";

/** The workspace as a person sees it, with the channel that was asked for where it will do, or one of theirs. */
async function readAs(me: string, wanted: string, which: Which) {
  const { channel: dm } = await api.dm(me);
  const { channels } = await api.state(me);
  const fits = channels.some(({ id, is_mine }) => id === wanted && (is_mine || which === "visible"));
  const own = channels.find((one) => one.kind !== "im" && one.is_mine)?.id ?? dm;
  return { dm, state: await api.state(me, fits ? wanted : own) };
}
