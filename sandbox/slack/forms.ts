import type { Clock } from "../http/clock.ts";
import { elementsOf } from "./blocks.ts";
import { actionOf, optionsOf, type Target } from "./elements.ts";
import { inputProblems } from "./form-check.ts";
import { needPerson, type Taken, taken } from "./interactions.ts";
import { type OpenView, type Place, viewShape } from "./open-views.ts";
import type { Answer, ProductLink } from "./product-link.ts";
import type { Records } from "./records.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { ControlError, SlackError } from "./slack-error.ts";
import { messageShape } from "./shapes.ts";
import { optionsAnswer, type Suggested, submissionAnswer } from "./view-answers.ts";
import type { Workspace } from "./workspace.ts";

/** A part of the view that a person sees: by block_id, by action_id, or by the label of its input. */
interface Part {
  readonly block_id?: string | undefined;
  readonly action_id?: string | undefined;
  readonly label?: string | undefined;
}

/** How a submission ended. `errors`: what stands under the inputs now, whoever put it there. */
export interface Submitted extends Taken {
  readonly response_action?: string;
  readonly errors: Readonly<Record<string, string>>;
}

/** Where a person is: in the modal they see (unless told otherwise), or in the App Home. */
type Surface = "modal" | "home";

interface Parts {
  readonly workspace: () => Workspace;
  readonly link: ProductLink;
  readonly urls: ResponseUrls;
  readonly records: Records;
  readonly clock: Clock;
  /** Of the simulator. */
  readonly url: () => string;
}

/** What people do in modals and in the App Home, and with shortcuts. Slack sends none of it twice. */
export class Forms {
  readonly #parts: Parts;
  /** Options looked up, by view, block and action. */
  readonly #offered = new Map<string, readonly Place["element"][]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A person's modals, the one they see last. */
  modals(as: string): readonly Record<string, unknown>[] {
    return this.#views.modals(needPerson(this.#workspace, as).id).map((view) => this.#shown(view));
  }

  /** The modal that a person sees, in Slack's shape, with `errors`: what stands under its inputs. */
  modal(as: string): Record<string, unknown> | undefined {
    return this.modals(as).at(-1);
  }

  /** A person's App Home; undefined while the app has published none. */
  home(as: string): Record<string, unknown> | undefined {
    const view = this.#views.home(needPerson(this.#workspace, as).id);
    return view && this.#shown(view);
  }

  /**
   * Writes or chooses something in the modal. Options go by their value, several values and files' ids by commas,
   * external ones only after `options` listed them; an empty value takes the choice away.
   */
  enter({ as, value, ...part }: Part & { readonly as: string; readonly value: string }): void {
    const view = this.#need(as, "modal");
    const place = placeOf(view, part);
    this.#views.choose(view, place, value, this.#choices(view, place));
  }

  /** Presses the modal's submit button. What Slack's own client refuses is not sent. */
  async submit({ as }: { readonly as: string }): Promise<Submitted> {
    const view = this.#need(as, "modal");
    const errors = inputProblems(view);
    this.#views.complain(view, errors);
    if (Object.keys(errors).length > 0) return { status: 0, trigger_id: "", ackMs: 0, errors };
    const trigger_id = this.#workspace.triggers.mint(view.user);
    const answer = await this.#send({
      type: "view_submission",
      ...this.#who(view.user),
      trigger_id,
      view: this.#shape(view),
      response_urls: this.#responseUrls(view),
    });
    const outcome = taken(answer, trigger_id);
    if (outcome.error !== undefined) return { ...outcome, errors: {} };
    return { ...outcome, ...this.#followed(view, answer) };
  }

  /** Closes the modal that is seen, or all of them. */
  async close({
    as,
    all = false,
  }: {
    readonly as: string;
    readonly all?: boolean | undefined;
  }): Promise<void> {
    const seen = this.#need(as, "modal");
    const whole = all || (seen.draft.type === "modal" && seen.draft.clear_on_close === true);
    for (const view of this.#views.close(seen.user, whole)) {
      if (view.draft.type !== "modal" || view.draft.notify_on_close !== true) continue;
      await this.#send({
        type: "view_closed",
        ...this.#who(view.user),
        view: this.#shape(view),
        is_cleared: whole,
      });
    }
  }

  /** Presses or chooses something in a view that sends it at once (block_actions). */
  async act({
    as,
    on = "modal",
    ...target
  }: Target & { readonly as: string; readonly on?: Surface | undefined }): Promise<Taken> {
    const view = this.#need(as, on);
    const action = actionOf(view.draft.blocks, target, (this.#parts.clock.now() / 1000).toFixed(6));
    const place = placeOf(view, { block_id: String(action["block_id"]), action_id: target.action_id });
    if (target.value !== undefined) this.#views.choose(view, place, target.value, this.#choices(view, place));
    const trigger_id = this.#workspace.triggers.mint(view.user);
    const answer = await this.#send({
      type: "block_actions",
      ...this.#who(view.user),
      container: { type: "view", view_id: view.id },
      trigger_id,
      view: this.#shape(this.#need(as, on)),
      actions: [action],
    });
    return taken(answer, trigger_id);
  }

  /** Types into an external select: the options that the app offers for it. */
  async options({
    as,
    query = "",
    message,
    on = "modal",
    ...part
  }: Part & {
    readonly as: string;
    readonly query?: string | undefined;
    readonly on?: Surface | undefined;
    /** The message that holds the select, rather than a view. */
    readonly message?: { readonly channel: string; readonly ts: string } | undefined;
  }): Promise<Suggested> {
    const { id } = needPerson(this.#workspace, as);
    const view = message ? undefined : this.#need(as, on);
    const place = placeIn(view?.draft.blocks ?? this.#message(message).blocks ?? [], part);
    const answer = await this.#send({
      type: "block_suggestion",
      ...this.#who(id),
      action_id: place.element["action_id"],
      block_id: place.block.block_id,
      value: query,
      ...(view
        ? { container: { type: "view", view_id: view.id }, view: this.#shape(view) }
        : this.#messageFields(message)),
    });
    const suggested = this.#checked("block_suggestion", answer, optionsAnswer);
    if (view && suggested) this.#offered.set(keyOf(view, place), suggested.options);
    return suggested ?? { options: [], failure: answer.failure ?? "invalid_options" };
  }

  /** Chooses a shortcut: of a message where one is named, else from the list of global ones. */
  async shortcut({
    as,
    callback_id,
    channel,
    ts,
  }: {
    readonly as: string;
    readonly callback_id: string;
    readonly channel?: string | undefined;
    readonly ts?: string | undefined;
  }): Promise<Taken> {
    const { id } = needPerson(this.#workspace, as);
    const message = channel !== undefined && ts !== undefined ? { channel, ts } : undefined;
    const trigger_id = this.#workspace.triggers.mint(id);
    const action_ts = (this.#parts.clock.now() / 1000).toFixed(6);
    const payload = message
      ? {
          type: "message_action",
          message_ts: message.ts,
          ...this.#messageFields(message),
          response_url: this.#parts.url() + this.#parts.urls.mint({ channel: message.channel, user: id }),
        }
      : { type: "shortcut" };
    const answer = await this.#send({ ...payload, ...this.#who(id), callback_id, trigger_id, action_ts });
    return taken(answer, trigger_id);
  }

  reset(): void {
    this.#offered.clear();
  }

  get #workspace(): Workspace {
    return this.#parts.workspace();
  }

  get #views() {
    return this.#workspace.views;
  }

  #need(as: string, on: Surface): OpenView {
    const { id, realName } = needPerson(this.#workspace, as);
    const view = on === "home" ? this.#views.home(id) : this.#views.modals(id).at(-1);
    if (!view)
      throw new ControlError(`${realName} (${as}) has no ${on === "home" ? "App Home" : "modal open"}`);
    return view;
  }

  #shape(view: OpenView): Record<string, unknown> {
    return viewShape(view, this.#workspace.seed.team.id, this.#workspace.seed.app);
  }

  #shown(view: OpenView): Record<string, unknown> {
    return { ...this.#shape(view), errors: view.errors };
  }

  #who(user: string): Record<string, unknown> {
    const { team, app } = this.#workspace.seed;
    const { id, name } = needPerson(this.#workspace, user);
    return {
      user: { id, username: name, name, team_id: team.id },
      team: { id: team.id, domain: team.domain },
      enterprise: null,
      is_enterprise_install: false,
      api_app_id: app.appId,
      token: "sandbox",
    };
  }

  #message(at: { readonly channel: string; readonly ts: string } | undefined) {
    if (!at) throw new ControlError("name the message");
    return this.#workspace.needMessage(at.channel, at.ts);
  }

  #messageFields(at: { readonly channel: string; readonly ts: string } | undefined): Record<string, unknown> {
    const message = this.#message(at);
    const conversation = this.#workspace.need(at?.channel ?? "");
    const { id, kind, name } = conversation.channel;
    return {
      channel: { id, name: kind === "im" ? "directmessage" : name },
      message: messageShape(this.#workspace, conversation, message),
    };
  }

  #choices(view: OpenView, place: Place): readonly Place["element"][] {
    const external = String(place.element["type"]).endsWith("external_select");
    const first = [place.element["initial_option"], place.element["initial_options"]].flat();
    const initial = first.filter(
      (each): each is Place["element"] => typeof each === "object" && each !== null,
    );
    return external
      ? [...initial, ...(this.#offered.get(keyOf(view, place)) ?? [])]
      : optionsOf(place.element);
  }

  /** One for each chosen channel whose select asked for it. */
  #responseUrls(view: OpenView): Record<string, unknown>[] {
    return view.draft.blocks.flatMap((block) =>
      elementsOf(block).flatMap((element) => {
        if (element["response_url_enabled"] !== true) return [];
        const { block_id = "" } = block;
        const action_id = String(element["action_id"]);
        const held = view.values[block_id]?.[action_id] as Record<string, unknown> | undefined;
        const channel_id = held?.["selected_channel"] ?? held?.["selected_conversation"];
        if (typeof channel_id !== "string") return [];
        const path = this.#parts.urls.mint({ channel: channel_id, user: view.user });
        return [{ block_id, action_id, channel_id, response_url: this.#parts.url() + path }];
      }),
    );
  }

  /** Does what the app's acknowledgement of a submission asks for. */
  #followed(view: OpenView, answer: Answer): { response_action?: string; errors: Record<string, string> } {
    const asked = this.#checked("view_submission", answer, (body) => submissionAnswer(body, view));
    if (!asked) return { errors: {} };
    const views = this.#views;
    if (asked.action === "errors") {
      views.complain(view, asked.errors);
      return { response_action: "errors", errors: asked.errors };
    }
    this.#checked("view_submission", answer, () => {
      if (asked.action === "update") views.update({ id: view.id }, asked.view);
      else if (asked.action === "push") views.push(view.user, asked.view);
      else views.close(view.user, asked.action === "clear");
    });
    return { ...(asked.action !== "close" && { response_action: asked.action }), errors: {} };
  }

  /** What `read` makes of an answer; undefined where Slack would refuse it, which is kept as a violation. */
  #checked<T>(what: string, answer: Answer, read: (body: string) => T): T | undefined {
    if (answer.failure !== undefined) return undefined;
    try {
      return read(answer.body);
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      this.#parts.records.violation(what, error.code, error.message);
      return undefined;
    }
  }

  #send(payload: Record<string, unknown>): Promise<Answer> {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    return this.#parts.link.send({ body, contentType: "application/x-www-form-urlencoded", fresh: true });
  }
}

const keyOf = (view: OpenView, { block, element }: Place) =>
  `${view.id}:${block.block_id}:${String(element["action_id"])}`;

const placeOf = (view: OpenView, part: Part): Place => placeIn(view.draft.blocks, part);

function placeIn(blocks: OpenView["draft"]["blocks"], part: Part): Place {
  const all = blocks.flatMap((block) =>
    elementsOf(block).map((element) => ({
      block,
      element,
      label: (block["label"] as { text?: string } | undefined)?.text,
    })),
  );
  const found = all.find(
    ({ block, element, label }) =>
      (part.block_id === undefined || part.block_id === block.block_id) &&
      (part.action_id === undefined || part.action_id === element["action_id"]) &&
      (part.label === undefined || part.label === label),
  );
  if (found) return found;
  const there = all.map(
    ({ block, element, label }) => `${label ?? ""} (${block.block_id}/${String(element["action_id"])})`,
  );
  throw new ControlError(`nothing like ${JSON.stringify(part)} here: there are ${there.join(", ")}`);
}
