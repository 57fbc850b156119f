import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../http/clock.ts";
import { json } from "../http/reply.ts";
import type { Reply } from "../http/types.ts";
import { checkBlocks } from "./blocks.ts";
import type { Call, Records } from "./records.ts";
import { SlackError } from "./slack-error.ts";
import type { Block } from "./types.ts";
import type { Workspace } from "./workspace.ts";

const USES = 5;
const LIFE_MS = 30 * 60_000;

/** What a response URL was made for. */
export interface Origin {
  readonly channel: string;
  readonly user: string;
  /** The message whose button was clicked; a slash command has none. */
  readonly message?: { readonly ts: string; readonly ephemeral: boolean; readonly thread_ts?: string };
}

const answerSchema = z.strictObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.array(z.unknown()).optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
  mrkdwn: z.boolean().optional(),
  metadata: z.unknown().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
});

/** The one-person web hooks that come with clicks and slash commands: five answers within half an hour. */
export class ResponseUrls {
  readonly #open = new Map<string, { readonly origin: Origin; readonly until: number; left: number }>();
  readonly #clock: Clock;
  readonly #records: Records;
  readonly #workspace: () => Workspace;

  constructor(options: { clock: Clock; records: Records; workspace: () => Workspace }) {
    this.#clock = options.clock;
    this.#records = options.records;
    this.#workspace = options.workspace;
  }

  /** The path of a new URL. */
  mint(origin: Origin): string {
    const key = randomBytes(12).toString("hex");
    this.#open.set(key, { origin, until: this.#clock.now() + LIFE_MS, left: USES });
    return `/response/${this.#workspace().seed.team.id}/${key}`;
  }

  /** Takes one answer: 404 where the URL is unknown, used up or too old, as Slack does. */
  use(path: string, body: unknown, call: Call): Reply {
    const hook = this.#open.get(path.split("/").at(-1) ?? "");
    if (!hook) return refuse(call, 404, "no_such_url");
    if (hook.until < this.#clock.now()) return refuse(call, 404, "expired_url");
    if (hook.left === 0) return refuse(call, 404, "used_url");
    hook.left -= 1;
    try {
      call.ts = this.answer(hook.origin, body);
      call.result = "ok";
      return json(200, { ok: true });
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      this.#records.violation("response_url", error.code, error.message);
      return refuse(call, 400, error.code, error.extra);
    }
  }

  /** Shows an answer to a click or command; the ts of what it made or changed. Refuses with a SlackError. */
  answer(origin: Origin, body: unknown): string | undefined {
    const parsed = answerSchema.safeParse(body);
    if (!parsed.success)
      throw new SlackError("invalid_arguments", { violation: z.prettifyError(parsed.error) });
    const {
      text = "",
      response_type = "ephemeral",
      replace_original,
      delete_original,
      thread_ts,
    } = parsed.data;
    const blocks = parsed.data.blocks === undefined ? undefined : checkBlocks(parsed.data.blocks);
    if (delete_original) return this.#delete(origin);
    if (text.trim() === "" && !blocks?.length)
      throw new SlackError("no_text", { violation: "no text and no blocks" });
    if (replace_original && origin.message)
      return this.#replace(origin.message, origin.channel, text, blocks);
    return this.#post(origin, { text, blocks, visible: response_type === "in_channel", thread_ts });
  }

  reset(): void {
    this.#open.clear();
  }

  #post(
    origin: Origin,
    said: { text: string; blocks: Block[] | undefined; visible: boolean; thread_ts: string | undefined },
  ): string {
    const workspace = this.#workspace();
    const { channel, user, message } = origin;
    // A private answer to a click in a thread shows there; a visible one stands in the channel unless told.
    const thread_ts = said.thread_ts ?? (said.visible ? undefined : message?.thread_ts);
    const content = {
      text: said.text,
      ...(said.blocks && { blocks: said.blocks }),
      ...(thread_ts !== undefined && { thread_ts }),
    };
    if (said.visible) return workspace.post(channel, { ...content, user: workspace.seed.app.botUserId }).ts;
    return workspace.ephemerals.post({ ...content, channel, user }).ts;
  }

  #replace(
    message: NonNullable<Origin["message"]>,
    channel: string,
    text: string,
    blocks: Block[] | undefined,
  ): string {
    const workspace = this.#workspace();
    if (message.ephemeral) workspace.ephemerals.replace(message.ts, { text, ...(blocks && { blocks }) });
    else workspace.edit(channel, message.ts, workspace.seed.app.botUserId, { text, blocks: blocks ?? [] });
    return message.ts;
  }

  #delete({ message, channel }: Origin): string | undefined {
    if (!message) return undefined;
    if (message.ephemeral) this.#workspace().ephemerals.remove(message.ts);
    else this.#workspace().remove(channel, message.ts);
    return message.ts;
  }
}

function refuse(
  call: Call,
  status: number,
  error: string,
  extra: Readonly<Record<string, unknown>> = {},
): Reply {
  call.result = error;
  return json(status, { ok: false, error, ...extra });
}
