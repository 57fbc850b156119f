import { randomBytes } from "node:crypto";
import type { Clock } from "../http/clock.ts";
import { entryOf, stateOf } from "./elements.ts";
import { SlackError } from "./slack-error.ts";
import type { AppIdentity, Block } from "./types.ts";
import { checkView, type ViewDraft } from "./view-check.ts";

/** Modals on top of each other. */
const STACK_MAX = 3;

type Values = Record<string, Record<string, unknown>>;

/** A view as kept: a modal of a person's stack, or their App Home. */
export interface OpenView {
  readonly id: string;
  readonly user: string;
  readonly draft: ViewDraft;
  /** Another one after every change by the app. */
  readonly hash: string;
  readonly rootId: string;
  readonly previousId: string | null;
  /** What the person chose and wrote. */
  readonly values: Values;
  /** Messages under inputs, by block_id: what the app answered to a submission. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Where a person's choice stands. */
export interface Place {
  readonly block: Block;
  readonly element: Readonly<Record<string, unknown>>;
}

/** The views that people have open: at most three modals on top of each other, and one App Home each. */
export class OpenViews {
  readonly #stacks = new Map<string, OpenView[]>();
  readonly #homes = new Map<string, OpenView>();
  readonly #clock: Clock;
  readonly #told: (user: string) => void;

  constructor(clock: Clock, told: (user: string) => void) {
    this.#clock = clock;
    this.#told = told;
  }

  /** A person's modals, the one they see last. */
  modals(user: string): readonly OpenView[] {
    return this.#stacks.get(user) ?? [];
  }

  home(user: string): OpenView | undefined {
    return this.#homes.get(user);
  }

  /** Shows a first modal; one that was open is replaced with its whole stack. */
  open(user: string, view: unknown): OpenView {
    const draft = checkView(view, "modal");
    this.#needFree(draft);
    const id = newId();
    const opened: OpenView = this.#made(user, draft, { id, rootId: id, previousId: null });
    this.#set(user, [opened]);
    return opened;
  }

  /** Puts a modal on top of the one that is seen. */
  push(user: string, view: unknown): OpenView {
    const draft = checkView(view, "modal");
    const stack = this.modals(user);
    const top = stack.at(-1);
    if (!top) throw new SlackError("not_found", { violation: "views.push needs an open modal" });
    if (stack.length >= STACK_MAX) {
      throw new SlackError("push_limit_reached", { violation: `no more than ${STACK_MAX} modals at once` });
    }
    this.#needFree(draft);
    const pushed = this.#made(user, draft, { id: newId(), rootId: top.rootId, previousId: top.id });
    this.#set(user, [...stack, pushed]);
    return pushed;
  }

  /** Replaces what a view shows; choices made in blocks that stay are kept. */
  update(of: { readonly id?: string; readonly externalId?: string }, view: unknown, hash?: string): OpenView {
    const known = this.#find(of);
    if (!known) throw new SlackError("not_found");
    if (hash !== undefined && hash !== known.hash) throw new SlackError("hash_conflict");
    const draft = checkView(view, known.draft.type);
    this.#needFree(draft, known.id);
    return this.#keep({ ...this.#made(known.user, draft, known), values: carried(known, draft) });
  }

  /** Shows a person's App Home. */
  publish(user: string, view: unknown, hash?: string): OpenView {
    const known = this.#homes.get(user);
    if (hash !== undefined && hash !== known?.hash) throw new SlackError("hash_conflict");
    const draft = checkView(view, "home");
    this.#needFree(draft, known?.id);
    const id = known?.id ?? newId();
    return this.#keep(this.#made(user, draft, { id, rootId: id, previousId: null }));
  }

  /** Takes a person's choice. */
  choose(
    view: OpenView,
    { block, element }: Place,
    value: string,
    offered?: readonly Place["element"][],
  ): void {
    const entry = entryOf(element, value, offered);
    if (!entry || block.block_id === undefined) return;
    const held = { type: element["type"], ...entry };
    const values = {
      ...view.values,
      [block.block_id]: { ...view.values[block.block_id], [String(element["action_id"])]: held },
    };
    this.#keep({ ...view, values });
  }

  /** Shows messages under inputs. */
  complain(view: OpenView, errors: Readonly<Record<string, string>>): void {
    this.#keep({ ...view, errors });
  }

  /** Takes the modal away that is seen; with `all` the whole stack. Gives those taken, the top one first. */
  close(user: string, all: boolean): OpenView[] {
    const stack = [...this.modals(user)];
    const gone = all ? stack.splice(0).reverse() : stack.splice(-1);
    this.#set(user, stack);
    return gone;
  }

  #made(user: string, draft: ViewDraft, at: Pick<OpenView, "id" | "rootId" | "previousId">): OpenView {
    const hash = `${Math.trunc(this.#clock.now() / 1000)}.${randomBytes(4).toString("hex")}`;
    const { id, rootId, previousId } = at;
    return { id, user, draft, hash, rootId, previousId, values: stateOf(draft.blocks), errors: {} };
  }

  #find({ id, externalId }: { readonly id?: string; readonly externalId?: string }): OpenView | undefined {
    return this.#all().find((view) =>
      id === undefined ? view.draft.external_id === externalId : view.id === id,
    );
  }

  #all(): OpenView[] {
    return [...[...this.#stacks.values()].flat(), ...this.#homes.values()];
  }

  #needFree({ external_id }: ViewDraft, except?: string): void {
    if (external_id === undefined || external_id === "") return;
    const taken = this.#all().some((view) => view.draft.external_id === external_id && view.id !== except);
    if (taken) throw new SlackError("duplicate_external_id", { violation: `external_id ${external_id}` });
  }

  #keep(view: OpenView): OpenView {
    if (view.draft.type === "home") this.#homes.set(view.user, view);
    else {
      const stack = this.modals(view.user).map((each) => (each.id === view.id ? view : each));
      this.#stacks.set(view.user, stack);
    }
    this.#told(view.user);
    return view;
  }

  #set(user: string, stack: OpenView[]): void {
    this.#stacks.set(user, stack);
    this.#told(user);
  }
}

const newId = () => `V0${randomBytes(5).toString("hex").toUpperCase()}`;

/** The choices of a view's next state: those already made where block and part are the same, else the initial ones. */
function carried(known: OpenView, draft: ViewDraft): Values {
  const next = stateOf(draft.blocks);
  for (const [block, parts] of Object.entries(next)) {
    for (const action of Object.keys(parts)) {
      const before = known.values[block]?.[action];
      if (before !== undefined) next[block] = { ...next[block], [action]: before };
    }
  }
  return next;
}

/** A view as Slack shows it to the app. */
export function viewShape(view: OpenView, team: string, app: AppIdentity): Record<string, unknown> {
  const { draft, id, hash, rootId, previousId, values } = view;
  const modal = draft.type === "modal";
  return {
    id,
    team_id: team,
    type: draft.type,
    blocks: draft.blocks,
    private_metadata: draft.private_metadata ?? "",
    callback_id: draft.callback_id ?? "",
    external_id: draft.external_id ?? "",
    state: { values },
    hash,
    title: modal ? draft.title : { type: "plain_text", text: "View Title", emoji: true },
    clear_on_close: modal && draft.clear_on_close === true,
    notify_on_close: modal && draft.notify_on_close === true,
    close: modal ? (draft.close ?? null) : null,
    submit: modal ? (draft.submit ?? null) : null,
    previous_view_id: previousId,
    root_view_id: rootId,
    app_id: app.appId,
    app_installed_team_id: team,
    bot_id: app.botId,
  };
}
