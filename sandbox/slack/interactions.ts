import type { Clock } from "../http/clock.ts";
import { actionOf, stateOf, type Target } from "./elements.ts";
import type { Answer, ProductLink, Signing } from "./product-link.ts";
import type { Origin, ResponseUrls } from "./response-urls.ts";
import { messageShape } from "./shapes.ts";
import { ControlError, SlackError } from "./slack-error.ts";
import type { Records } from "./records.ts";
import type { Block } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** A person's act on a message. */
export interface Click extends Target {
  readonly as: string;
  readonly channel: string;
  /** The message's ts; with `ephemeral` that of a message only this person sees. */
  readonly ts: string;
  readonly ephemeral?: boolean | undefined;
  /** Choices made in the message before the act: `state.values` entries, over the initial ones. */
  readonly state?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

export interface SlashCommand {
  readonly as: string;
  readonly channel: string;
  readonly command: string;
  readonly text: string;
  /** Slack refuses commands in threads; so does the sandbox. */
  readonly thread_ts?: string | undefined;
}

/** How the product took a click or command. Slack never sends these twice. */
export interface Taken {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly trigger_id: string;
  readonly ackMs: number;
  /** What Slack shows the person: `operation_timeout`, `dispatch_failed`. */
  readonly error?: string;
}

/** Anything at all, signed as asked: for tests of what the product refuses. Exactly one of the three is given. */
export interface Forgery {
  /** An interactivity payload. */
  readonly payload?: unknown;
  /** The fields of a slash command. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** A whole Events API envelope. */
  readonly event?: unknown;
  readonly signing?: Signing | undefined;
}

interface Parts {
  readonly workspace: () => Workspace;
  readonly link: ProductLink;
  readonly urls: ResponseUrls;
  readonly records: Records;
  readonly clock: Clock;
  /** Of the simulator. */
  readonly url: () => string;
  readonly commands: readonly string[];
}

/** Slash commands and clicks: what a person's client sends to the app through Slack. */
export class Interactions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async slash(given: SlashCommand): Promise<Taken> {
    const { commands, urls, link } = this.#parts;
    if (given.thread_ts !== undefined) throw new ControlError(`${given.command} is not supported in threads`);
    if (!commands.includes(given.command)) {
      throw new ControlError(
        `${given.command} is not a command of this workspace: there are ${commands.join(", ")}`,
      );
    }
    const { channel, person, team, app } = this.#scene(given.as, given.channel);
    const origin: Origin = { channel: channel.id, user: person.id };
    const trigger_id = this.#parts.workspace().triggers.mint(person.id);
    const names = { public: channel.name, private: "privategroup", im: "directmessage", mpim: channel.name };
    const form = new URLSearchParams({
      token: "sandbox",
      team_id: team.id,
      team_domain: team.domain,
      channel_id: channel.id,
      channel_name: names[channel.kind],
      user_id: person.id,
      user_name: person.name,
      command: given.command,
      text: given.text,
      api_app_id: app.appId,
      is_enterprise_install: "false",
      response_url: this.#parts.url() + urls.mint(origin),
      trigger_id,
    });
    const answer = await link.send({
      body: form.toString(),
      contentType: "application/x-www-form-urlencoded",
      fresh: true,
    });
    if (answer.failure === undefined) this.#show(origin, answer.body);
    return taken(answer, trigger_id);
  }

  async click(given: Click): Promise<Taken> {
    const payload = this.payloadOf(given);
    return taken(await this.#interact(payload), payload.trigger_id);
  }

  /** The block_actions payload of a click, not sent. */
  payloadOf(given: Click): Record<string, unknown> & { trigger_id: string } {
    const { workspace, urls, clock, url } = this.#parts;
    const { channel, person, team, app } = this.#scene(given.as, given.channel);
    const shown = this.#shown(given);
    const thread = shown.thread_ts === undefined ? {} : { thread_ts: shown.thread_ts };
    const actionTs = (clock.now() / 1000).toFixed(6);
    const action = actionOf(shown.blocks, given, actionTs);
    const ephemeral = given.ephemeral === true;
    const origin: Origin = {
      channel: channel.id,
      user: person.id,
      message: { ts: given.ts, ephemeral, ...thread },
    };
    const message = workspace().conversation(channel.id)?.get(given.ts);
    const values = stateOf(shown.blocks);
    for (const [block, parts] of Object.entries(given.state ?? {}))
      values[block] = { ...values[block], ...parts };
    return {
      type: "block_actions",
      user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
      api_app_id: app.appId,
      token: "sandbox",
      container: {
        type: "message",
        message_ts: given.ts,
        channel_id: channel.id,
        is_ephemeral: ephemeral,
        ...thread,
      },
      trigger_id: workspace().triggers.mint(person.id),
      team: { id: team.id, domain: team.domain },
      enterprise: null,
      is_enterprise_install: false,
      channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
      // Slack leaves ephemeral messages out.
      ...(!ephemeral &&
        message && { message: messageShape(workspace(), workspace().need(channel.id), message) }),
      state: { values },
      response_url: url() + urls.mint(origin),
      actions: [action],
    };
  }

  /** Sends what it is given, signed as asked. */
  async forge({ payload, form, event, signing = "good" }: Forgery): Promise<Answer> {
    if (event !== undefined) {
      return this.#parts.link.send({ body: JSON.stringify(event), contentType: "application/json", signing });
    }
    if (form !== undefined) {
      const body = new URLSearchParams(form).toString();
      return this.#parts.link.send({
        body,
        contentType: "application/x-www-form-urlencoded",
        signing,
        fresh: true,
      });
    }
    if (payload === undefined) throw new ControlError("give a payload, a form or an event");
    return this.#interact(payload, signing);
  }

  #interact(payload: unknown, signing: Signing = "good"): Promise<Answer> {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    return this.#parts.link.send({
      body,
      contentType: "application/x-www-form-urlencoded",
      signing,
      fresh: true,
    });
  }

  #scene(as: string, channelId: string) {
    const workspace = this.#parts.workspace();
    const person = needPerson(workspace, as);
    const { channel } = workspace.need(channelId);
    if (!workspace.maySee(as, channel))
      throw new ControlError(`${person.realName} (${as}) may not see ${channelId}`);
    return { channel, person, team: workspace.seed.team, app: workspace.seed.app };
  }

  #shown({ as, channel, ts, ephemeral }: Click): { blocks: readonly Block[]; thread_ts: string | undefined } {
    const workspace = this.#parts.workspace();
    if (ephemeral === true) {
      const found = workspace.ephemerals.get(ts);
      if (!found || found.user !== as || found.channel !== channel) {
        throw new ControlError(`${as} sees no private message ${ts} in ${channel}`);
      }
      return { blocks: found.blocks ?? [], thread_ts: found.thread_ts };
    }
    const message = workspace.needMessage(channel, ts);
    return { blocks: message.blocks ?? [], thread_ts: message.thread_ts };
  }

  /** What the product put into its acknowledgement of a command: words, or a message. */
  #show(origin: Origin, body: string): void {
    if (body.trim() === "") return;
    try {
      this.#parts.urls.answer(origin, body.startsWith("{") ? JSON.parse(body) : { text: body });
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      this.#parts.records.violation("slash acknowledgement", error.code, error.message);
    }
  }
}

/** A person by id, or a ControlError that names those there are. */
export function needPerson(workspace: Workspace, id: string) {
  const person = workspace.people.get(id);
  if (person && !person.bot) return person;
  const known = [...workspace.people.values()]
    .filter((each) => !each.bot)
    .map((each) => `${each.id} (${each.realName})`);
  throw new ControlError(`no person ${id}: there are ${known.join(", ")}`);
}

/** What the person sees of how the product took what they did. */
export function taken(answer: Answer, trigger_id: string): Taken {
  const { status, ms, failure } = answer;
  if (failure === undefined) return { status, trigger_id, ackMs: ms };
  return {
    status,
    trigger_id,
    ackMs: ms,
    error: failure === "http_timeout" ? "operation_timeout" : "dispatch_failed",
  };
}
