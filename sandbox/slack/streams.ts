import type { Clock } from "../http/clock.ts";
import { Streamed } from "./chunks.ts";
import { ControlError, SlackError } from "./slack-error.ts";
import type { Block, Metadata, Stream, StreamState } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** The server closes a stream so long after its start, even while it is written to (as operators report it), ms. */
const LIFE_MS = 5 * 60_000;

interface Kept extends Omit<Stream, "size"> {
  state: StreamState;
  content: Streamed;
}

/** What a message gets beside what was streamed, at the end. */
interface Ending {
  readonly blocks?: readonly Block[];
  readonly metadata?: Metadata;
}

/** Where a stream begins: in which thread, for whom. */
export interface Opening {
  readonly channel: string;
  readonly thread_ts: string | undefined;
  /** The one who sees it live; undefined in direct messages, where there is nobody else. */
  readonly recipient: string | undefined;
  readonly plan: boolean;
  readonly username?: string | undefined;
}

const keyOf = (channel: string, ts: string) => `${channel}:${ts}`;

/** The streamed messages of the workspace, open and ended. */
export class Streams {
  readonly #byMessage = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #workspace: Workspace;

  constructor(workspace: Workspace, clock: Clock) {
    this.#workspace = workspace;
    this.#clock = clock;
  }

  get(channel: string, ts: string): Stream | undefined {
    const kept = this.#byMessage.get(keyOf(channel, ts));
    return kept && shown(kept);
  }

  list(): Stream[] {
    return [...this.#byMessage.values()].map(shown);
  }

  /** Posts the message and opens its stream; its ts. */
  start(
    { channel, thread_ts, recipient, plan, username }: Opening,
    markdown: string | undefined,
    chunks: unknown,
  ): string {
    const content = new Streamed(plan).with(markdown, chunks);
    const first = content.content();
    const { ts } = this.#workspace.post(channel, {
      user: this.#workspace.seed.app.botUserId,
      ...first,
      streaming: true,
      ...(thread_ts !== undefined && { thread_ts }),
      ...(username !== undefined && { username }),
    });
    const stream: Kept = { channel, ts, thread_ts, recipient, first, state: "open", content };
    this.#byMessage.set(keyOf(channel, ts), stream);
    this.#clock.after(LIFE_MS, () => this.#end(stream, "expired"));
    return ts;
  }

  /** Adds to an open stream. */
  append(channel: string, ts: string, markdown: string | undefined, chunks: unknown): void {
    const stream = this.#needOpen(channel, ts, "stopped_by_user");
    if (markdown === undefined && chunks === undefined) {
      throw new SlackError("markdown_text_or_chunks_required", {
        violation: "neither markdown_text nor chunks",
      });
    }
    stream.content = stream.content.with(markdown, chunks);
    this.#workspace.revise(channel, ts, stream.content.content(), stream.recipient ?? "all");
  }

  /** Adds the last of an open stream and ends it. */
  stop(channel: string, ts: string, markdown: string | undefined, chunks: unknown, ending: Ending): void {
    const stream = this.#needOpen(channel, ts, "message_not_in_streaming_state");
    stream.content = stream.content.with(markdown, chunks);
    this.#end(stream, "stopped", ending);
  }

  /** The server ends a stream, whatever the app thinks. */
  expire(channel: string, ts: string): void {
    const stream = this.#byMessage.get(keyOf(channel, ts));
    if (stream?.state !== "open") throw new ControlError(`no open stream ${ts} in ${channel}`);
    this.#end(stream, "expired");
  }

  /** Its message is gone: there is nothing to stream into. */
  drop(channel: string, ts: string): void {
    const stream = this.#byMessage.get(keyOf(channel, ts));
    if (stream?.state === "open") stream.state = "stopped";
  }

  /** A person stops whatever is streamed in a thread; the messages it stood in. */
  stopThread(channel: string, thread_ts: string): string[] {
    const open = [...this.#byMessage.values()].filter(
      (stream) =>
        stream.state === "open" &&
        stream.channel === channel &&
        (stream.thread_ts ?? stream.ts) === thread_ts,
    );
    for (const stream of open) this.#end(stream, "stopped_by_user");
    return open.map(({ ts }) => ts);
  }

  #end(stream: Kept, state: Exclude<StreamState, "open">, { blocks = [], metadata }: Ending = {}): void {
    if (stream.state !== "open") return;
    stream.state = state;
    const { channel, ts, content } = stream;
    const streamed = content.content();
    this.#workspace.revise(channel, ts, {
      text: streamed.text,
      blocks: [...streamed.blocks, ...blocks],
      ...(metadata && { metadata }),
      streaming_state: state === "expired" ? "errored" : "completed",
    });
  }

  #needOpen(channel: string, ts: string, stoppedByUser: string): Kept {
    const stream = this.#byMessage.get(keyOf(channel, ts));
    if (stream?.state === "stopped_by_user") throw new SlackError(stoppedByUser);
    if (stream?.state !== "open") throw new SlackError("message_not_in_streaming_state");
    return stream;
  }
}

const shown = ({ content, ...stream }: Kept): Stream => ({ ...stream, size: content.size });
