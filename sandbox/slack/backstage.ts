import { z } from "zod";
import { command } from "../http/control.ts";
import type { Route } from "../http/types.ts";
import type { Deliveries } from "./deliveries.ts";
import { envelopeOf } from "./envelopes.ts";
import { needPerson } from "./interactions.ts";
import { personShape } from "./shapes.ts";
import { ControlError } from "./slack-error.ts";
import { typedText } from "./typed-text.ts";
import type { Person } from "./types.ts";
import type { Workspace } from "./workspace.ts";

interface Parts {
  readonly workspace: () => Workspace;
  readonly deliveries: Deliveries;
  readonly nowMs: () => number;
}

/** Someone who comes in: a colleague, a guest, or one of another company. */
type Newcomer = Pick<Person, "id" | "name" | "realName"> &
  Partial<Pick<Person, "restricted" | "ultraRestricted" | "foreignTeam" | "email">>;

/** A message of old. */
interface Old {
  readonly as: string;
  readonly text: string;
}

/** What happens around the app's conversations: other bots, previews, groups, newcomers, presence, Slack's own troubles. */
export class Backstage {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Another app's bot writes. `classic`: in the old form, without a user. Its ts. */
  botSays(said: {
    channel: string;
    text: string;
    thread_ts?: string | undefined;
    classic?: boolean | undefined;
  }): { ts: string } {
    const workspace = this.#parts.workspace();
    const [bot] = workspace.seed.bots;
    if (!bot) throw new ControlError("this workspace has no other bot");
    const { ts } = workspace.post(said.channel, {
      user: bot.userId,
      text: typedText(said.text, workspace.people.values()),
      ...(said.thread_ts !== undefined && { thread_ts: said.thread_ts }),
      ...(said.classic && { classic: true, username: bot.name }),
    });
    return { ts };
  }

  /** The group direct messages of several people and the bot. */
  group(people: readonly string[]): { channel: string } {
    const workspace = this.#parts.workspace();
    const members = people.map((id) => needPerson(workspace, id).id);
    if (members.length < 2) throw new ControlError("a group has two people or more beside the bot");
    return { channel: workspace.openGroup(members).channel.id };
  }

  /** Slack adds the preview of a link to a message: a change that nobody made. */
  unfurl({ channel, ts, url }: { channel: string; ts: string; url: string }): void {
    const workspace = this.#parts.workspace();
    const { attachments = [] } = workspace.needMessage(channel, ts);
    const preview = {
      id: attachments.length + 1,
      from_url: url,
      original_url: url,
      fallback: url,
      title: url,
    };
    workspace.revise(channel, ts, { attachments: [...attachments, preview] });
  }

  /** Messages that stood there before the app could hear: no events. Their ts, in order. */
  history(old: { channel: string; thread_ts?: string | undefined; messages: readonly Old[] }): {
    ts: string[];
  } {
    const workspace = this.#parts.workspace();
    const thread = old.thread_ts === undefined ? {} : { thread_ts: old.thread_ts };
    const drafts = old.messages.map(({ as, text }) => ({ user: as, text, ...thread }));
    return { ts: workspace.plant(old.channel, drafts) };
  }

  /** A channel becomes shared with another company, or ceases to be. */
  share({ channel, external }: { channel: string; external: boolean }): void {
    this.#parts.workspace().share(channel, external);
  }

  /** Someone comes into the workspace; `join` makes them members. */
  invite(newcomer: Newcomer): void {
    const workspace = this.#parts.workspace();
    if (workspace.people.has(newcomer.id)) throw new ControlError(`${newcomer.id} is here already`);
    const zone = { tz: "Europe/London", tzLabel: "Greenwich Mean Time", tzOffset: 0 };
    workspace.people.set(newcomer.id, { title: "", ...zone, ...newcomer });
  }

  /** An admin deactivates somebody. `silent`: Slack's word of it is lost. */
  deactivate({ user, silent = false }: { user: string; silent?: boolean | undefined }): void {
    const workspace = this.#parts.workspace();
    const person = { ...needPerson(workspace, user), deleted: true };
    workspace.people.set(person.id, person);
    if (silent) return;
    const seconds = Math.trunc(this.#parts.nowMs() / 1000);
    const event = {
      type: "user_change",
      user: personShape(person, workspace.seed.team.id, true),
      cache_ts: seconds,
      event_ts: `${seconds}.000100`,
    };
    void this.#parts.deliveries.dispatch([{ ...envelopeOf(workspace, event, seconds), event }]);
  }

  presence({ user, presence }: { user: string; presence: "active" | "away" }): void {
    const workspace = this.#parts.workspace();
    workspace.availability.setPresence(needPerson(workspace, user).id, presence);
  }

  /** A person wants no notifications for so many minutes from now; 0: notifications again. */
  quiet({ user, minutes }: { user: string; minutes: number }): void {
    const workspace = this.#parts.workspace();
    const from = Math.trunc(this.#parts.nowMs() / 1000);
    const quiet = minutes === 0 ? undefined : { from, until: from + Math.round(minutes * 60) };
    workspace.availability.setQuiet(needPerson(workspace, user).id, quiet);
  }

  /** Who is in a user group; one that is not there yet is made. */
  usergroup({ id, handle, users }: { id: string; handle: string; users: readonly string[] }): void {
    const { usergroups } = this.#parts.workspace();
    const at = usergroups.findIndex((group) => group.id === id);
    const group = { id, handle, name: handle, users };
    if (at < 0) usergroups.push(group);
    else usergroups.splice(at, 1, group);
  }

  /** Slack keeps events back until `release`. */
  hold(): void {
    this.#parts.deliveries.hold();
  }

  /** What was kept back goes out: in order, or the newest first. */
  release({ newestFirst = false }: { newestFirst?: boolean | undefined } = {}): void {
    this.#parts.deliveries.release(newestFirst);
  }

  /** Slack says that it drops events of this minute, for there are too many. Resolves when it was told. */
  async tellRateLimited(): Promise<{ status: number }> {
    const { seed } = this.#parts.workspace();
    const minute = Math.trunc(this.#parts.nowMs() / 60_000) * 60;
    return this.#parts.deliveries.tell({
      token: "sandbox",
      type: "app_rate_limited",
      team_id: seed.team.id,
      minute_rate_limited: minute,
      api_app_id: seed.app.appId,
    });
  }
}

const channel = { channel: z.string() };
const newcomer = z.strictObject({
  id: z.string().regex(/^[UW][A-Z0-9]+$/),
  name: z.string().min(1),
  realName: z.string().min(1),
  email: z.string().exactOptional(),
  restricted: z.boolean().exactOptional(),
  ultraRestricted: z.boolean().exactOptional(),
  foreignTeam: z.string().exactOptional(),
});

/** The commands of a Backstage under /control/backstage/. */
export const backstageRoutes = (backstage: Backstage): Route[] => [
  command(
    "POST",
    "backstage/bot",
    z.strictObject({
      ...channel,
      text: z.string().min(1),
      thread_ts: z.string().optional(),
      classic: z.boolean().optional(),
    }),
    (input) => backstage.botSays(input),
  ),
  command("POST", "backstage/group", z.strictObject({ people: z.array(z.string()) }), ({ people }) =>
    backstage.group(people),
  ),
  command("POST", "backstage/unfurl", z.strictObject({ ...channel, ts: z.string(), url: z.url() }), (input) =>
    backstage.unfurl(input),
  ),
  command(
    "POST",
    "backstage/history",
    z.strictObject({
      ...channel,
      thread_ts: z.string().optional(),
      messages: z.array(z.strictObject({ as: z.string(), text: z.string() })),
    }),
    (input) => backstage.history(input),
  ),
  command("POST", "backstage/share", z.strictObject({ ...channel, external: z.boolean() }), (input) =>
    backstage.share(input),
  ),
  command("POST", "backstage/invite", newcomer, (input) => backstage.invite(input)),
  command(
    "POST",
    "backstage/deactivate",
    z.strictObject({ user: z.string(), silent: z.boolean().optional() }),
    (input) => backstage.deactivate(input),
  ),
  command(
    "POST",
    "backstage/presence",
    z.strictObject({ user: z.string(), presence: z.enum(["active", "away"]) }),
    (input) => backstage.presence(input),
  ),
  command(
    "POST",
    "backstage/quiet",
    z.strictObject({ user: z.string(), minutes: z.number().nonnegative() }),
    (input) => backstage.quiet(input),
  ),
  command(
    "POST",
    "backstage/usergroup",
    z.strictObject({ id: z.string(), handle: z.string(), users: z.array(z.string()) }),
    (input) => backstage.usergroup(input),
  ),
  command("POST", "backstage/hold", z.unknown(), () => backstage.hold()),
  command("POST", "backstage/release", z.strictObject({ newestFirst: z.boolean().optional() }), (input) =>
    backstage.release(input),
  ),
  command("POST", "backstage/rate-limited", z.unknown(), () => backstage.tellRateLimited()),
];
