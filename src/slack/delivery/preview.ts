import { randomUUID } from "node:crypto";
import type { KnownBlock } from "@slack/types";
import type { AgentEvent } from "../../agent/types.ts";
import type { Crash } from "../../core/crash.ts";
import { messageOf } from "../../core/errors.ts";
import type { Log } from "../log.ts";
import { withoutNewer } from "../views/older-blocks.ts";
import { Checklist, type Step } from "./checklist.ts";
import type { Means, Shown, Stage } from "./means.ts";
import type { PreviewStore } from "./ports.ts";
import { type Remembered, saysNoFeature } from "./remembered.ts";
import { SlackBusyError, type SlackCalls, SlackRefusedError } from "./schedule.ts";
import { stopStream } from "./streaming.ts";
import { wholeBlocks } from "./whole-blocks.ts";

/** New messages a minute and workspace, of Slack's 20 for streams; each becomes an answer by an edit, of Slack's 50. */
const perMinuteMax = { stream: 16, post: 8 } as const;
/** Messages one run may roll over to. */
const pagesMax = 6;
/** Blocks that one stream takes; Slack's limit is 50. */
const streamBlocksMax = 45;
/** After it could not be opened, it is tried again so much later. */
const againMs = 5_000;

/** Measures of a preview, from the configuration. */
interface PreviewLimits {
  /** Characters of one message. */
  pageChars: number;
  /** A stream is rolled over after so long, ms: the server closes it after five minutes. */
  streamMs: number;
}

export interface PreviewParts {
  calls: SlackCalls;
  previews: PreviewStore;
  /** In the order of preference. */
  means: readonly Means[];
  /** Workspaces without streaming. */
  noStreams: Remembered;
  /** Markdown through the output filter. */
  draw(markdown: string): KnownBlock[];
  limits: PreviewLimits;
  crash: Crash;
  log: Log;
}

/** The run whose work is shown. */
export interface ShownRun extends Stage {
  token: string;
  workspace: string;
}

interface OpenMessage {
  id: string;
  ts: string;
  means: Means;
  /** Monotonic ms. */
  since: number;
  chars: number;
  blocks: number;
  said: boolean;
}

/** What one call is to show, and where the text stands after it. */
interface Piece extends Shown {
  end: number;
}

const blocksRefused: readonly string[] = ["invalid_blocks", "invalid_chunks", "invalid_blocks_format"];
const full: readonly string[] = ["msg_too_long", "msg_blocks_too_many", "msg_blocks_too_long"];

/**
 * What people see of a run while it works: its steps, and the words of its answer as whole blocks that have passed the
 * output filter. A preview only: when the turn ends, its messages become the answer's pages, drawn from what is stored.
 * So nothing here may fail a turn, and what cannot be shown is left out. Calls are made one at a time.
 */
export class Preview {
  readonly #parts: PreviewParts;
  readonly #run: ShownRun;
  readonly #steps = new Checklist();
  #text = "";
  /** The text up to here has been shown. */
  #shown = 0;
  /** Up to here it was said before a call. */
  #aside = 0;
  /** The reply that is being heard. */
  #speaking = "";
  #page = 0;
  #message: OpenMessage | undefined;
  #wordless = false;
  #over = false;
  #used = false;
  #notBefore = 0;

  constructor(parts: PreviewParts, run: ShownRun) {
    this.#parts = parts;
    this.#run = run;
  }

  /** Whether a message of ours shows the run right now, and how. */
  get open(): Means["kind"] | undefined {
    return this.#message?.means.kind;
  }

  /** Whether there is, or may be, something to take back should no answer come. */
  get used(): boolean {
    return this.#used;
  }

  get paceMs(): number {
    return this.#message?.means.paceMs ?? 1_000;
  }

  event(event: AgentEvent): void {
    if (event.kind === "text") this.#hear(event);
    if (event.kind !== "step") return;
    this.#steps.note(event);
    // Words before a call were an aside; what the next message says is not joined to them.
    if (event.state === "running") {
      this.#text = this.#text.slice(0, this.#shown);
      this.#aside = this.#shown;
    }
  }

  /** What a model says after it was cut off and asked again stands beside what it said before: it is not shown twice. */
  #hear({ message, delta }: Extract<AgentEvent, { kind: "text" }>): void {
    if (message !== this.#speaking) {
      this.#text = this.#text.slice(0, this.#shown);
      this.#wordless ||= this.#shown > this.#aside;
      this.#speaking = message;
    }
    this.#text += delta;
  }

  /** Shows what is new, if anything is. Never throws. */
  async show(): Promise<void> {
    if (this.#over || performance.now() < this.#notBefore) return;
    try {
      if (this.#isOld()) await this.#rollOver();
      const piece = this.#next() ?? (await this.#afterRollOver());
      if (piece === undefined) return;
      if (this.#message === undefined) await this.#open(piece);
      else await this.#add(this.#message, piece);
    } catch (error) {
      this.#over = true;
      this.#parts.log.debug({ turn: this.#run.turn, reason: messageOf(error) }, "a run is not shown live");
    }
  }

  #isOld(): boolean {
    const { means, since } = this.#message ?? {};
    return means?.kind === "stream" && performance.now() - (since ?? 0) > this.#parts.limits.streamMs;
  }

  /** Words that are whole but do not fit any more go into a further message. */
  async #afterRollOver(): Promise<Piece | undefined> {
    const { pageChars } = this.#parts.limits;
    const waits = !this.#wordless && wholeBlocks(this.#text.slice(this.#shown), pageChars) > 0;
    if (!waits || this.#message?.means.kind !== "stream") return undefined;
    await this.#rollOver();
    return this.#next();
  }

  #next(): Piece | undefined {
    const { draw, limits } = this.#parts;
    const room = limits.pageChars - (this.#message?.chars ?? 0);
    const rest = this.#text.slice(this.#shown);
    const end = this.#wordless ? this.#shown : this.#shown + wholeBlocks(rest, room);
    const steps = this.#steps.changed;
    if (end === this.#shown && steps.length === 0) return undefined;
    const drawn = (markdown: string) => (markdown.trim() === "" ? [] : withoutNewer(draw(markdown)));
    return {
      end,
      fresh: { steps, blocks: drawn(this.#text.slice(this.#shown, end)) },
      all: { steps: this.#steps.all, blocks: drawn(this.#text.slice(0, end)) },
    };
  }

  async #open(piece: Piece): Promise<void> {
    const { previews, noStreams, crash } = this.#parts;
    const { workspace } = this.#run;
    for (const means of this.#parts.means) {
      const absent = means.kind === "stream" ? noStreams.has(workspace) : this.#page > 0;
      const preview = { ...this.#run, id: randomUUID(), page: this.#page, means: means.kind };
      if (absent || !(await previews.intend(preview, perMinuteMax[means.kind]))) continue;
      this.#used = true;
      crash("stream-intended");
      const ts = await means.open(this.#run, preview.id, piece).catch(async (error: unknown) => {
        // Perhaps Slack opened it: the answer's sender or a sweep finds it.
        if (!(error instanceof SlackRefusedError)) {
          await previews.lost(preview.id);
          throw error;
        }
        await previews.settle(preview.id, "gone");
        this.#refused(error, means);
      });
      if (ts === undefined) {
        if (this.#wordless) return;
        continue;
      }
      crash("stream-opened");
      await previews.opened(preview.id, ts);
      const since = performance.now();
      this.#message = { id: preview.id, ts, means, since, chars: 0, blocks: 0, said: false };
      return this.#accepted(this.#message, piece);
    }
    this.#notBefore = performance.now() + againMs;
  }

  /** Slack did not open a message in this way. */
  #refused(error: SlackRefusedError, means: Means): void {
    if ([...blocksRefused, ...full].includes(error.slackCode)) this.#wordless = true;
    if (means.kind === "stream" && saysNoFeature(error.slackCode)) {
      this.#parts.noStreams.note(this.#run.workspace);
    }
  }

  async #add(message: OpenMessage, piece: Piece): Promise<void> {
    if (message.means.kind === "stream" && message.blocks + piece.fresh.blocks.length > streamBlocksMax) {
      await this.#rollOver();
      return this.#open(piece);
    }
    try {
      await message.means.add(this.#run, message.ts, piece);
    } catch (error) {
      // Slack asks to wait: shown with what comes next.
      if (error instanceof SlackBusyError) return;
      if (error instanceof SlackRefusedError) return this.#recover(message, piece, error);
      // Perhaps it was added: said twice would be worse than shown late, at the end.
    }
    await this.#accepted(message, piece);
  }

  async #recover(message: OpenMessage, piece: Piece, error: SlackRefusedError): Promise<void> {
    const { slackCode } = error;
    if (blocksRefused.includes(slackCode) && piece.fresh.blocks.length > 0) {
      this.#wordless = true;
    } else if (slackCode === "message_not_in_streaming_state") {
      // The server has closed it: what was not shown goes into a further one.
      await this.#close(message);
      await this.#open(piece);
    } else if (full.includes(slackCode) && message.means.kind === "stream") {
      await this.#rollOver();
      await this.#open(piece);
    } else throw error;
  }

  async #accepted(message: OpenMessage, piece: Piece): Promise<void> {
    this.#steps.shown(piece.fresh.steps);
    const chars = piece.end - this.#shown;
    this.#shown = piece.end;
    message.chars += chars + sizeOf(piece.fresh.steps);
    message.blocks += piece.fresh.blocks.length;
    if (chars === 0 || message.said) return;
    message.said = true;
    await this.#parts.previews.said(message.id);
  }

  async #rollOver(): Promise<void> {
    const message = this.#message;
    if (message === undefined) return;
    const { channel } = this.#run;
    await stopStream(this.#parts.calls, { channel, ts: message.ts, session: "processing" });
    await this.#close(message);
  }

  /** The message is complete; what follows stands in a further one, as long as there may be more. */
  async #close(message: OpenMessage): Promise<void> {
    await this.#parts.previews.settle(message.id, "stopped");
    this.#message = undefined;
    this.#page += 1;
    if (this.#page >= pagesMax) this.#over = true;
  }
}

/** Steps count towards a stream's size as the JSON they are sent as. */
const sizeOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + JSON.stringify(step).length + 30, 0);
