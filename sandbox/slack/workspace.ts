import { randomUUID } from "node:crypto";
import type { Clock } from "../http/clock.ts";
import { Availability } from "./availability.ts";
import { Conversation, isTopLevel } from "./conversation.ts";
import { Ephemerals } from "./ephemerals.ts";
import { ControlError } from "./slack-error.ts";
import { FileStore } from "./file-store.ts";
import { OpenViews } from "./open-views.ts";
import { Statuses } from "./statuses.ts";
import { Timestamps } from "./timestamps.ts";
import { Sessions } from "./sessions.ts";
import { Streams } from "./streams.ts";
import { Triggers } from "./triggers.ts";
import type { Change, Channel, Message, Metadata, Person, ReactionBy, Seed, Usergroup } from "./types.ts";

/** What the author decides about a new message. */
export interface Draft {
  readonly user: string;
  readonly text: string;
  readonly blocks?: Message["blocks"];
  readonly attachments?: Message["attachments"];
  readonly metadata?: Metadata;
  readonly thread_ts?: string;
  readonly broadcast?: boolean;
  readonly username?: string;
  readonly unfurl?: Message["unfurl"];
  /** Ids of files that come with it. */
  readonly files?: readonly string[];
  /** A stream will write into it. */
  readonly streaming?: boolean;
  /** Posted by a bot without a user, in the old form. */
  readonly classic?: boolean;
}

/** Something that a person looks at, in Slack's form. */
export interface Viewed {
  /** `slack#/types/channel_id` and the like. */
  readonly type: string;
  readonly value: unknown;
  readonly team_id?: string | undefined;
}

/** Suggested prompts of one channel or thread. */
export interface Prompts {
  readonly title?: string;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

/**
 * The state of one Slack workspace, in memory. It keeps what it is told and tells `changed` of every change; it knows
 * nothing of HTTP, and the rules of the Web API stand in handlers/.
 */
export class Workspace {
  readonly seed: Seed;
  readonly people: Map<string, Person>;
  readonly usergroups: Usergroup[];
  readonly ephemerals: Ephemerals;
  readonly statuses: Statuses;
  readonly streams: Streams;
  readonly sessions: Sessions;
  readonly triggers: Triggers;
  readonly views: OpenViews;
  readonly files: FileStore;
  /** Where the simulator is reached, without a trailing slash. */
  readonly url: () => string;
  readonly titles = new Map<string, string>();
  readonly prompts = new Map<string, Prompts>();
  readonly availability = new Availability();
  /** What each person is looking at, most relevant first. */
  readonly viewed = new Map<string, readonly Viewed[]>();
  readonly #actionTokens = new Map<string, string>();
  readonly #conversations = new Map<string, Conversation>();
  readonly #lastRead = new Map<string, string>();
  readonly #stamps: Timestamps;
  readonly #changed: (change: Change) => void;

  constructor(seed: Seed, clock: Clock, changed: (change: Change) => void, url: () => string = () => "") {
    this.seed = seed;
    this.url = url;
    this.files = new FileStore(() => clock.now());
    this.#changed = changed;
    this.people = new Map(seed.people.map((person) => [person.id, person]));
    this.usergroups = [...seed.usergroups];
    this.#stamps = new Timestamps(() => clock.now());
    this.ephemerals = new Ephemerals(this.#stamps, changed);
    this.statuses = new Statuses(clock, ({ channel, thread_ts }) =>
      this.#tellStatus(channel, thread_ts, "", []),
    );
    this.streams = new Streams(this, clock);
    this.sessions = new Sessions(clock, (session) =>
      changed({ type: "session.changed", channel: session.channel, session }),
    );
    this.triggers = new Triggers(clock, seed.team.id);
    this.views = new OpenViews(clock, (user) => changed({ type: "view.changed", channel: imOf(user), user }));
    for (const channel of seed.channels) {
      this.#conversations.set(
        channel.id,
        new Conversation({ ...channel, members: new Set(channel.members) }),
      );
    }
    this.#plant(clock.now());
  }

  conversation(id: string): Conversation | undefined {
    return this.#conversations.get(id);
  }

  channels(): Channel[] {
    return [...this.#conversations.values()].map((conversation) => conversation.channel);
  }

  /** The im of a person with the bot; opened where there is none yet. */
  openIm(user: string): { readonly channel: Channel; readonly fresh: boolean } {
    const id = imOf(user);
    const known = this.#conversations.get(id)?.channel;
    if (known) return { channel: known, fresh: false };
    const { botUserId } = this.seed.app;
    const created = Math.trunc(Number(this.#stamps.next()));
    const channel: Channel = {
      id,
      name: user,
      kind: "im",
      topic: "",
      purpose: "",
      created,
      user,
      members: new Set([user, botUserId]),
    };
    this.#conversations.set(id, new Conversation(channel));
    this.#changed({ type: "channel.opened", channel: id, user });
    return { channel, fresh: true };
  }

  /** The group direct messages of several people with the bot; opened where there are none yet. */
  openGroup(users: readonly string[]): { readonly channel: Channel; readonly fresh: boolean } {
    const names = users.map((user) => this.people.get(user)?.name ?? user).sort();
    const id = `G0${users
      .map((user) => user.replace(/^[UW]0?/, ""))
      .sort()
      .join("")}`;
    const known = this.#conversations.get(id)?.channel;
    if (known) return { channel: known, fresh: false };
    const created = Math.trunc(Number(this.#stamps.next()));
    const name = `mpdm-${names.join("--")}-1`;
    const members = new Set([...users, this.seed.app.botUserId]);
    const channel: Channel = { id, name, kind: "mpim", topic: "", purpose: "", created, members };
    this.#conversations.set(id, new Conversation(channel));
    for (const user of users) this.#changed({ type: "channel.opened", channel: id, user });
    return { channel, fresh: true };
  }

  /** A token that lets the app search as far as this person sees. */
  actionToken(user: string): string {
    const token = this.#actionTokens.get(user) ?? randomUUID();
    this.#actionTokens.set(user, token);
    return token;
  }

  /** Whose token it is. */
  askerOf(token: string): string | undefined {
    return [...this.#actionTokens].find(([, known]) => known === token)?.[0];
  }

  /** A channel becomes one that another company is in, too, or ceases to be. */
  share(channelId: string, external: boolean): void {
    this.changeChannel(channelId, { external });
  }

  /** Keeps what was written before anybody looked: no event tells of it. The ids, in order. */
  plant(channelId: string, drafts: readonly Draft[]): string[] {
    const conversation = this.need(channelId);
    return drafts.map((draft) => {
      const message = this.#message(draft, this.#stamps.next());
      const parent =
        draft.thread_ts === undefined ? undefined : this.#threadOf(conversation, draft.thread_ts);
      conversation.put(parent ? { ...message, parent_user_id: parent.user } : message);
      if (parent) conversation.put(parent);
      return message.ts;
    });
  }

  /** A channel made by the app, with itself in it. */
  newChannel(name: string, kind: "public" | "private"): Channel {
    const { botUserId } = this.seed.app;
    const id = `C0NEW${String(this.#conversations.size).padStart(4, "0")}`;
    const created = Math.trunc(Number(this.#stamps.next()));
    const members = new Set([botUserId]);
    const channel: Channel = { id, name, kind, topic: "", purpose: "", created, creator: botUserId, members };
    this.#conversations.set(id, new Conversation(channel));
    this.#changed({ type: "channel.members", channel: id, members: [botUserId] });
    return channel;
  }

  /** Changes what a channel is said to be; its messages stay. */
  changeChannel(channelId: string, more: Pick<Partial<Channel>, "topic" | "archived" | "external">): Channel {
    const conversation = this.need(channelId);
    const channel = { ...conversation.channel, ...more };
    this.#conversations.set(channelId, conversation.as(channel));
    this.#changed({ type: "channel.members", channel: channelId, members: [...channel.members] });
    return channel;
  }

  /** Adds or removes a member (a person, or the bot). */
  setMember(channelId: string, user: string, member: boolean): void {
    const { channel } = this.need(channelId);
    if (channel.kind === "im")
      throw new ControlError(`${channelId} is a direct message: it has no members to change`);
    if (member) channel.members.add(user);
    else channel.members.delete(user);
    this.#changed({ type: "channel.members", channel: channelId, members: [...channel.members] });
  }

  /** The conversation, or a ControlError that names those there are. */
  need(id: string): Conversation {
    const found = this.#conversations.get(id);
    if (found) return found;
    const known = this.channels().map((channel) => `${channel.id} (#${channel.name})`);
    throw new ControlError(`no channel ${id}: there are ${known.join(", ")}`);
  }

  /** Keeps a new message and returns it. Its thread's status is cleared where the app wrote it, as Slack does. */
  post(channelId: string, draft: Draft): Message {
    const conversation = this.need(channelId);
    const message = this.#message(draft, this.#stamps.next());
    const parent = draft.thread_ts === undefined ? undefined : this.#threadOf(conversation, draft.thread_ts);
    const kept: Message = parent ? { ...message, parent_user_id: parent.user } : message;
    conversation.put(kept);
    if (parent) conversation.put(parent);
    for (const file of kept.files ?? []) this.files.share(file, channelId, kept.ts);
    this.#changed({ type: "message.posted", channel: channelId, message: kept, ...(parent && { parent }) });
    if (kept.bot_id === this.seed.app.botId && kept.thread_ts) this.clearStatus(channelId, kept.thread_ts);
    return kept;
  }

  /** Replaces parts of a message and removes those that are `gone`. */
  edit(
    channelId: string,
    ts: string,
    by: string,
    parts: Partial<Message>,
    gone: readonly "metadata"[] = [],
  ): Message {
    const conversation = this.need(channelId);
    const previous = this.needMessage(channelId, ts);
    const message: { -readonly [K in keyof Message]: Message[K] } = {
      ...previous,
      ...parts,
      edited: { user: by, ts: this.#stamps.next() },
    };
    for (const part of gone) delete message[part];
    conversation.put(message);
    this.#changed({ type: "message.changed", channel: channelId, message, previous });
    return message;
  }

  /**
   * Changes a message without marking it as edited, as Slack does for streams and previews. `live`: a stream grew, and
   * only this person (or `all`) sees it; no event tells of it.
   */
  revise(channelId: string, ts: string, parts: Partial<Message>, live?: string): void {
    const conversation = this.need(channelId);
    const previous = this.needMessage(channelId, ts);
    const message = { ...previous, ...parts };
    conversation.put(message);
    this.#changed(
      live === undefined
        ? { type: "message.changed", channel: channelId, message, previous }
        : { type: "stream.changed", channel: channelId, message, user: live === "all" ? undefined : live },
    );
  }

  /** Removes a message; a parent with replies leaves a tombstone, as in Slack. */
  remove(channelId: string, ts: string): void {
    const conversation = this.need(channelId);
    const previous = this.needMessage(channelId, ts);
    if (conversation.replies(ts).length > 0) {
      const { type, team, thread_ts } = previous;
      const text = "This message was deleted.";
      conversation.put({
        type,
        ts,
        team,
        user: "USLACKBOT",
        text,
        subtype: "tombstone",
        ...(thread_ts && { thread_ts }),
      });
    } else conversation.delete(previous);
    this.streams.drop(channelId, ts);
    this.#changed({ type: "message.deleted", channel: channelId, previous });
  }

  /** The message, or a ControlError. */
  needMessage(channelId: string, ts: string): Message {
    const message = this.need(channelId).get(ts);
    if (!message) throw new ControlError(`no message ${ts} in ${channelId}`);
    return message;
  }

  /** Puts or takes away one reaction; false where it was, or was not, there already. */
  react(channelId: string, ts: string, by: ReactionBy): boolean {
    const message = this.needMessage(channelId, ts);
    const before = message.reactions ?? [];
    const known = before.find((reaction) => reaction.name === by.name);
    if ((known?.users.includes(by.user) ?? false) === by.added) return false;
    const others = (known?.users ?? []).filter((user) => user !== by.user);
    const users = by.added ? [...others, by.user] : others;
    const reactions = [
      ...before.filter((reaction) => reaction.name !== by.name),
      ...(users.length > 0 ? [{ name: by.name, users, count: users.length }] : []),
    ];
    this.need(channelId).put({ ...message, reactions });
    this.#changed({ type: "reaction.changed", channel: channelId, ts, reactions, by, author: message.user });
    return true;
  }

  setStatus(channel: string, thread_ts: string, status: string, loading_messages: readonly string[]): void {
    if (status === "") return this.clearStatus(channel, thread_ts);
    this.statuses.set({ channel, thread_ts, status, loading_messages });
    this.#tellStatus(channel, thread_ts, status, loading_messages);
  }

  clearStatus(channel: string, thread_ts: string): void {
    if (this.statuses.clear(channel, thread_ts)) this.#tellStatus(channel, thread_ts, "", []);
  }

  setTitle(channel: string, thread_ts: string, title: string): void {
    this.titles.set(`${channel}:${thread_ts}`, title);
    this.#changed({ type: "title.changed", channel, thread_ts, title });
  }

  setPrompts(channel: string, thread_ts: string | undefined, prompts: Prompts): void {
    this.prompts.set(thread_ts === undefined ? channel : `${channel}:${thread_ts}`, prompts);
    this.#changed({ type: "prompts.changed", channel, user: this.need(channel).channel.user ?? "" });
  }

  /** Marks everything in a channel as read by a person. */
  read(channel: string, user: string): void {
    this.#lastRead.set(`${channel}:${user}`, this.need(channel).all().at(-1)?.ts ?? "0");
    this.#changed({ type: "channel.read", channel, user });
  }

  /** How many messages of others stand in a channel since the person read it. */
  unread(channel: string, user: string): number {
    const since = this.#lastRead.get(`${channel}:${user}`) ?? "0";
    return this.need(channel)
      .topLevel()
      .filter((message) => message.ts > since && message.user !== user).length;
  }

  /** Whether a person may look into a channel: members, and everyone but guests into public ones. */
  maySee(user: string, channel: Channel): boolean {
    if (channel.members.has(user)) return true;
    return channel.kind === "public" && this.people.get(user)?.restricted !== true;
  }

  #message(draft: Draft, ts: string): Message {
    const { app, team } = this.seed;
    const { user, text, blocks, attachments, metadata, thread_ts, username, unfurl } = draft;
    const bot = user === app.botUserId ? app : this.seed.bots.find(({ userId }) => userId === user);
    const subtype =
      draft.classic === true
        ? "bot_message"
        : draft.files
          ? "file_share"
          : draft.broadcast && thread_ts !== undefined && "thread_broadcast";
    return {
      type: "message",
      ts,
      user,
      // Of somebody from another company: theirs.
      team: this.people.get(user)?.foreignTeam ?? team.id,
      text,
      ...(bot ? { bot_id: bot.botId, app_id: bot.appId } : { client_msg_id: randomUUID() }),
      ...(subtype !== undefined && subtype !== false && { subtype }),
      ...(blocks && { blocks }),
      ...(attachments && { attachments }),
      ...(draft.files && { files: draft.files }),
      ...(metadata && { metadata }),
      ...(thread_ts !== undefined && { thread_ts }),
      ...(username !== undefined && { username }),
      ...(unfurl && { unfurl }),
      ...(draft.streaming && { streaming_state: "in_progress" as const }),
    };
  }

  /** The parent as it stands once it has a thread. */
  #threadOf(conversation: Conversation, ts: string): Message {
    const parent = conversation.get(ts);
    if (!parent || (!isTopLevel(parent) && parent.ts !== ts)) {
      throw new ControlError(`no message ${ts} in ${conversation.channel.id} to reply to`);
    }
    return { ...parent, thread_ts: ts };
  }

  #tellStatus(channel: string, thread_ts: string, status: string, loading_messages: readonly string[]): void {
    this.#changed({ type: "status.changed", channel, thread_ts, status, loading_messages });
  }

  /** Old messages are read by everyone: nothing of the seed is unread. */
  #plant(nowMs: number): void {
    const threads = new Map<string, string>();
    const ordered = [...this.seed.messages].sort((a, b) => b.minutesAgo - a.minutesAgo);
    for (const { channel, user, text, minutesAgo, reply } of ordered) {
      const conversation = this.need(channel);
      const thread = reply ? threads.get(channel) : undefined;
      const draft: Draft = { user, text, ...(thread !== undefined && { thread_ts: thread }) };
      const message = this.#message(draft, this.#stamps.next(nowMs - minutesAgo * 60_000));
      const parent = thread === undefined ? undefined : this.#threadOf(conversation, thread);
      conversation.put(parent ? { ...message, parent_user_id: parent.user } : message);
      if (parent) conversation.put(parent);
      else threads.set(channel, message.ts);
      for (const person of this.people.keys()) this.#lastRead.set(`${channel}:${person}`, message.ts);
    }
  }
}

/** The id of a person's im with the bot. */
const imOf = (user: string) => `D0${user.replace(/^[UW]0?/, "")}`;
