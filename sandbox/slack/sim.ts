import type { Armed } from "../http/faults.ts";
import type { AgentControl } from "./agent-control.ts";
import type { Backstage } from "./backstage.ts";
import type { Attempt, Delivery, EventOrder } from "./deliveries.ts";
import type { SlackFault } from "./faults.ts";
import type { StoredFile } from "./file-store.ts";
import type { Forms } from "./forms.ts";
import type { Click, Forgery, SlashCommand, Taken } from "./interactions.ts";
import type { Answer } from "./product-link.ts";
import type { Call, Violation } from "./records.ts";
import type { SocketControl } from "./sockets.ts";
import type { Ephemeral, Message, Seed, Status } from "./types.ts";
import type { Wait } from "./watch.ts";

/** What startSlack takes. All may be left out. */
export interface SlackOptions {
  /** Of 127.0.0.1; 0 or left out: a free one. */
  readonly port?: number | undefined;
  /** Where the product listens for Slack; may be told later by `connect`. */
  readonly productUrl?: string | undefined;
  /** What the workspace is made of: Northwind Pay unless told. */
  readonly seed?: Seed | undefined;
  /** Left out: a new random one. */
  readonly signingSecret?: string | undefined;
  readonly botToken?: string | undefined;
  /** Slack's rate limits; on unless told. */
  readonly limits?: boolean | undefined;
  /** Slash commands of the app: `/steward` unless told. */
  readonly commands?: readonly string[] | undefined;
  /** Granted bot scopes. */
  readonly scopes?: readonly string[] | undefined;
  /** Subscribed bot events, in the manifest's names. */
  readonly events?: readonly string[] | undefined;
  /** False: the bot's own posts and edits are not sent back as events (for benches). */
  readonly botEvents?: boolean | undefined;
  /** Waits before Slack's three retries of an event, ms. Slack's own are 0, 60,000 and 300,000. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Where Slack sends: to the product's address (`http` unless told), or over the sockets that it opens. */
  readonly transport?: "http" | "socket" | undefined;
  /** How long the product has for an answer, ms: Slack's 3,000 unless told. */
  readonly ackTimeoutMs?: number | undefined;
}

/** What a person writes. */
export interface Saying {
  readonly as: string;
  readonly channel: string;
  readonly text: string;
  readonly thread_ts?: string | undefined;
  /** A reply that is also sent to the channel. */
  readonly broadcast?: boolean | undefined;
  /** Files that come with it. The text may then be empty. */
  readonly files?: readonly NewFile[] | undefined;
}

/** A file that a person brings. */
export interface NewFile {
  readonly name: string;
  /** Text, or bytes in base64. */
  readonly content: string;
  readonly base64?: boolean | undefined;
  /** Left out: by the name's ending. */
  readonly mimetype?: string | undefined;
}

/** A person's reaction: a name without colons. */
interface Reacting {
  readonly as: string;
  readonly channel: string;
  readonly ts: string;
  readonly name: string;
  /** Takes it away. */
  readonly remove?: boolean | undefined;
}

/** What was written, and the events that tell the product of it. */
export interface Said {
  readonly channel: string;
  readonly ts: string;
  readonly events: readonly { readonly event_id: string; readonly type: string }[];
}

/** How events are sent; what is left out stays as it is. */
interface EventDelivery {
  readonly order?: EventOrder | undefined;
  readonly duplicates?: boolean | undefined;
}

/** A running Slack simulator. The same can be done over HTTP under /control/ (control.ts). */
export interface SlackSim {
  /** Without a trailing slash. */
  readonly url: string;
  /** For SLACK_API_URL. */
  readonly apiUrl: string;
  readonly signingSecret: string;
  readonly botToken: string;
  /** For SLACK_APP_TOKEN. */
  readonly appToken: string;
  /** The sockets of Socket Mode. */
  readonly sockets: SocketControl;
  readonly teamId: string;
  readonly botUserId: string;

  /** Sessions, streams and Stop. */
  readonly agent: AgentControl;
  /** Other bots, groups, newcomers, previews, presence, and events held back. */
  readonly backstage: Backstage;

  /** Says where the product listens for Slack: its base URL, or the whole address of `/slack/events`. */
  connect(productUrl: string): void;
  /** `pid` is what a `kill` fault ends. */
  productProcess(pid: number): void;

  /** A person writes; `@steward`, URLs and mail addresses in the text become what Slack makes of them. */
  say(saying: Saying): Said;
  edit(by: { as: string; channel: string; ts: string; text: string }): void;
  delete(by: { as: string; channel: string; ts: string }): void;
  /** The id of a person's direct messages with the bot. */
  dm(as: string): string;
  /** A person opens the app; the id of their direct messages. */
  openHome(as: string, tab: "home" | "messages"): string;
  /** A person has seen everything in a channel. */
  read(as: string, channel: string): void;
  join(user: string, channel: string): void;
  leave(user: string, channel: string): void;
  slash(command: SlashCommand): Promise<Taken>;
  click(click: Click): Promise<Taken>;
  /** The payload that a click would send, to forge from. */
  clickPayload(click: Click): Record<string, unknown> & { trigger_id: string };
  forge(forgery: Forgery): Promise<Answer>;

  /** What people do in modals and in the App Home, and with shortcuts. */
  readonly forms: Forms;
  /** Files of the workspace: those of people, and those that the app uploaded. */
  files(): StoredFile[];
  /** What a file holds. */
  fileBytes(id: string): Buffer;
  /** A person brings a file without sending it yet: the id, for a form's file input. */
  addFile(as: string, file: NewFile): string;
  /** A person puts a reaction to a message, or takes theirs away. */
  react(by: Reacting): void;

  /** Messages of a channel, oldest first; replies are in `thread`. */
  messages(channel: string): Message[];
  /** A thread: its parent, then the replies. */
  thread(channel: string, ts: string): Message[];
  /** What was shown to one person alone (left out: to anyone). */
  ephemerals(channel: string, user?: string): Ephemeral[];
  status(channel: string, thread: string): Status | undefined;
  title(channel: string, thread: string): string | undefined;

  /** Web API calls received, and answers to response URLs (method `response_url`). */
  calls(method?: string): readonly Call[];
  /** What the app did against Slack's contract. A test that ends with any has failed. */
  violations(): readonly Violation[];
  deliveries(): Delivery[];
  redeliver(eventId: string): Promise<Attempt>;
  deliverEvents(how: EventDelivery): void;

  /** Arms a fault of the Web API; the id under which `faultsMet` counts it. */
  fault(fault: SlackFault): string;
  faults(): readonly Armed[];
  clearFaults(): void;
  limits(on: boolean): void;
  /** Moves the simulator's time forward: retries, statuses, response URLs, rate limits. */
  advance(ms: number): void;

  /** Looks anew whenever something happens, until `find` gives something. */
  waitFor<T>(find: () => T | undefined | null | false, wait?: Wait): Promise<T>;
  /** Back to the seed; address, secrets and the product's address stay. */
  reset(): void;
  stop(): Promise<void>;
}
