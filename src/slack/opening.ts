import { randomUUID } from "node:crypto";
import { z } from "zod";
import { messageOf } from "../core/errors.ts";
import { findPosted, metadataOf } from "./delivery/find-posted.ts";
import { type SlackCalls, SlackRefusedError } from "./delivery/schedule.ts";
import type { Log } from "./log.ts";
import { escaped, mention, paragraph, words } from "./views/parts.ts";
import type { Workspaces } from "./workspaces.ts";

const openedSchema = z.object({ channel: z.object({ id: z.string() }) });
const postedSchema = z.object({ ts: z.string() });

/** Slack waits three seconds for a command's acknowledgement; some of them are for storing. */
const openingMs = 1_800;

/** Slack takes one message a second and channel: the person may just have had another one here. */
const busyMs = 1_100;

/** Said to who asked, and in the place of a line that opened a thread for nothing. */
export const nothingRecorded = "Nothing was recorded. Please try again in a moment.";

/** Where the answer to a slash command or a form goes. */
interface Opening {
  channel: string;
  /** The opening line's ts: the thread. */
  root: string;
}

/** An opening line whose request was never stored, or that is one of several for it. */
export interface StrayOpening {
  id: string;
  workspace: string;
  channel: string;
  openedAt: Date;
  /** Where its request is stored; null: nowhere. */
  conversation: string | null;
}

/** What is kept of opening lines. */
export interface OpeningStore {
  /** Stores that a line will be posted for this request: before it is. */
  intend(opening: { id: string; request: string; workspace: string; channel: string }): Promise<void>;
  /** Forgets the lines whose requests are stored; gives the others that are older than any storing may take. */
  strays(): Promise<StrayOpening[]>;
  settled(id: string): Promise<void>;
}

/** What a thread is opened for. */
interface OpeningRequest {
  /** The id under which the request will be stored. */
  request: string;
  workspace: string;
  user: string;
  /** What was asked, in people's words. */
  shown: string;
  /** For all to see; left out: in the person's direct messages. */
  channel: string | undefined;
  /** How they asked; left out: by the slash command. */
  by?: string;
}

/** The lines that threads of slash commands and forms hang from. */
export interface Openings {
  /** Posts the line. `undefined`: we are not a member there. Throws when Slack is slow, busy or away: nothing is recorded. */
  open(asked: OpeningRequest): Promise<Opening | undefined>;
  /** Takes the line back when its request could not be stored, or is not wanted any more. */
  withdraw(opening: Opening, text: string): Promise<void>;
  /** Takes back what a process that died left: a line whose request was never stored says so. */
  sweep(): Promise<void>;
}

interface Parts {
  calls: SlackCalls;
  store: OpeningStore;
  within: Workspaces["within"];
  /** Called when a line stands and its request is not stored yet. */
  crash(point: "opened"): void;
  log: Log;
}

/** Rejects when the work takes longer than a command may wait; what was begun may still appear in Slack. */
const inTime = <T>(work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("Slack is too slow to open a thread in time.")), openingMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};

/** Opens threads. The intent is stored before the line is posted: a kill between the two leaves nothing unexplained. */
export const createOpenings = ({ calls, store, within, crash, log }: Parts): Openings => {
  const post = async (
    { request, workspace, user, shown, by = "/steward" }: OpeningRequest,
    channel: string,
  ) => {
    const id = randomUUID();
    await store.intend({ id, request, workspace, channel });
    try {
      const reply = await calls.call(
        "chat.postMessage",
        {
          channel,
          text: `<@${user}> by ${by}: ${escaped(shown)}`,
          blocks: [paragraph([mention(user), words(` by ${by}: `), words(shown)])],
          unfurl_links: false,
          unfurl_media: false,
          metadata: metadataOf(id, 0),
        },
        { channel, patienceMs: busyMs },
      );
      crash("opened");
      return { channel, root: postedSchema.parse(reply).ts };
    } catch (error) {
      if (error instanceof SlackRefusedError) await store.settled(id);
      const outside =
        error instanceof SlackRefusedError &&
        ["not_in_channel", "channel_not_found"].includes(error.slackCode);
      if (outside) return undefined;
      throw error;
    }
  };
  const withdraw = async ({ channel, root }: Opening, text: string): Promise<void> => {
    const blocks = [paragraph([words(text)])];
    await calls.call("chat.update", { channel, ts: root, text, blocks }, { channel });
  };
  const takeBack = async ({
    id,
    workspace,
    channel,
    openedAt,
    conversation,
  }: StrayOpening): Promise<void> => {
    const found = await findPosted(id, { channel, threadTs: null, since: openedAt }, calls);
    const root = found.get(0);
    const hangs = root !== undefined && conversation !== `${workspace}/${channel}/${root}`;
    if (hangs) await withdraw({ channel, root }, nothingRecorded);
    await store.settled(id);
  };
  return {
    open: (asked) =>
      inTime(
        (async () => {
          if (asked.channel !== undefined) return post(asked, asked.channel);
          const opened = await calls.call("conversations.open", { users: asked.user }, { patient: false });
          return post(asked, openedSchema.parse(opened).channel.id);
        })(),
      ),
    withdraw,
    sweep: async () => {
      for (const stray of await store.strays()) {
        try {
          await within(stray.workspace, () => takeBack(stray));
        } catch (error) {
          log.warn(
            { opening: stray.id, reason: messageOf(error) },
            "an opening line could not be taken back yet",
          );
        }
      }
    },
  };
};
