import { z } from "zod";
import { command } from "../http/control.ts";
import type { Route } from "../http/types.ts";
import type { Broadcast } from "./broadcast.ts";
import { needPerson } from "./interactions.ts";
import { ControlError } from "./slack-error.ts";
import type { Session, Stream } from "./types.ts";
import type { Viewed, Workspace } from "./workspace.ts";

/** What Slack gives this app: without streaming it is as in GovSlack, without `agent` its manifest declares none. */
export interface Features {
  readonly streaming: boolean;
  readonly agent: boolean;
}

interface Place {
  readonly channel: string;
  /** The thread's parent. */
  readonly thread_ts: string;
}

interface Parts {
  readonly workspace: () => Workspace;
  readonly broadcast: Broadcast;
  /** Subscribed bot events. */
  readonly events: ReadonlySet<string>;
  readonly nowMs: () => number;
}

const STOP = "agent_session_stopped";

/** What people do with an agent's sessions, and what the app has streamed. */
export class AgentControl {
  #features: Features = { streaming: true, agent: true };
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get features(): Features {
    return this.#features;
  }

  /** Changes what Slack gives the app; what is left out stays. */
  allow(features: Partial<Features>): void {
    this.#features = { ...this.#features, ...features };
  }

  /** All streams of the workspace, open and ended, oldest first. */
  streams(): Stream[] {
    return this.#parts.workspace().streams.list();
  }

  sessions(): Session[] {
    return this.#parts.workspace().sessions.list();
  }

  session(channel: string, thread_ts: string): Session | undefined {
    return this.#parts.workspace().sessions.get(channel, thread_ts);
  }

  /** Slack closes an open stream now, as it does after five minutes. */
  expireStream({ channel, ts }: { channel: string; ts: string }): void {
    this.#parts.workspace().streams.expire(channel, ts);
  }

  /**
   * A person presses Stop: streams end there and then, the app is told, the session stays as it is. Whoever sees the
   * thread may; there is a Stop only while the session is `processing` and the app is subscribed to hear of it.
   */
  pressStop({ as, channel, thread_ts }: Place & { as: string }): { stopped: string[] } {
    const workspace = this.#seen(as, channel);
    if (workspace.sessions.get(channel, thread_ts)?.status !== "processing")
      throw new ControlError(`there is no Stop in ${thread_ts}: its session is not processing`);
    if (!this.#parts.events.has(STOP))
      throw new ControlError(`there is no Stop: the app is not subscribed to ${STOP}`);
    const stopped = workspace.streams.stopThread(channel, thread_ts);
    const event = { type: STOP, channel, user: as, thread_ts, streaming_message_ts: stopped };
    this.#parts.broadcast.event(workspace, { ...event, event_ts: this.#eventTs() });
    return { stopped };
  }

  /** A person gives a session another title. */
  rename({ as, channel, thread_ts, title }: Place & { as: string; title: string }): void {
    const workspace = this.#seen(as, channel);
    const session = workspace.sessions.get(channel, thread_ts);
    if (!session) throw new ControlError(`there is no session in ${thread_ts}`);
    const previous_title = workspace.titles.get(`${channel}:${thread_ts}`);
    workspace.setTitle(channel, thread_ts, title);
    this.#parts.broadcast.event(workspace, {
      type: "agent_session_title_changed",
      channel,
      user: as,
      team_id: workspace.seed.team.id,
      thread_ts,
      title,
      ...(previous_title !== undefined && { previous_title }),
      event_ts: this.#eventTs(),
    });
  }

  /** A person's right to search, as it comes with their words. */
  actionToken(user: string): string {
    const workspace = this.#parts.workspace();
    return workspace.actionToken(needPerson(workspace, user).id);
  }

  /** A person looks at something else while the app is open; nothing where the list is empty. */
  view({ as, entities }: { as: string; entities: readonly Viewed[] }): void {
    const workspace = this.#parts.workspace();
    needPerson(workspace, as);
    workspace.viewed.set(as, entities);
    const context = entities.length === 0 ? {} : { entities };
    const channel = workspace.openIm(as).channel.id;
    const event = { type: "app_context_changed", channel, user: as, context, event_ts: this.#eventTs() };
    this.#parts.broadcast.event(workspace, event);
  }

  /** Everything is given again. */
  reset(): void {
    this.#features = { streaming: true, agent: true };
  }

  #seen(as: string, channel: string): Workspace {
    const workspace = this.#parts.workspace();
    needPerson(workspace, as);
    if (!workspace.maySee(as, workspace.need(channel).channel))
      throw new ControlError(`${as} may not see ${channel}`);
    return workspace;
  }

  #eventTs(): string {
    return (this.#parts.nowMs() / 1000).toFixed(6);
  }
}

const place = { as: z.string(), channel: z.string(), thread_ts: z.string() };
const viewed = z.strictObject({ type: z.string(), value: z.unknown(), team_id: z.string().optional() });

/** The commands of an AgentControl under /control/agent/. */
export const agentRoutes = (agent: AgentControl): Route[] => [
  command("GET", "agent/streams", z.unknown(), () => agent.streams()),
  command("GET", "agent/sessions", z.unknown(), () => agent.sessions()),
  command("POST", "agent/stop", z.strictObject(place), (input) => agent.pressStop(input)),
  command("POST", "agent/rename", z.strictObject({ ...place, title: z.string().min(1).max(200) }), (input) =>
    agent.rename(input),
  ),
  command("POST", "agent/view", z.strictObject({ as: z.string(), entities: z.array(viewed) }), (input) =>
    agent.view(input),
  ),
  command("POST", "agent/expire", z.strictObject({ channel: z.string(), ts: z.string() }), (input) =>
    agent.expireStream(input),
  ),
  command(
    "POST",
    "agent/features",
    z.strictObject({ streaming: z.boolean().optional(), agent: z.boolean().optional() }),
    ({ streaming, agent: declared }) =>
      agent.allow({
        ...(streaming !== undefined && { streaming }),
        ...(declared !== undefined && { agent: declared }),
      }),
  ),
];
