import { setTimeout as wait } from "node:timers/promises";
import type { ConversationRef } from "../core/turn.ts";

/** Whether what is asked here comes before all else. A promise only for a channel that nobody has asked about yet. */
export type Urgency = (conversation: ConversationRef) => boolean | Promise<boolean>;

/** Slack waits three seconds for its acknowledgement: a channel's setting is waited for this long, ms. */
const patienceMs = 250;
/** A setting this old, ms, is looked up again while it still serves. */
const freshMs = 60_000;

/**
 * Requests of incident channels are urgent. The setting of a channel needs its name from Slack: what is known is
 * answered at once and renewed aside, so that no acknowledgement waits; what cannot be told in time is not urgent.
 */
export const incidentsFirst = (
  settings: (workspace: string, channel: string) => Promise<{ incident?: boolean }>,
  nowMs: () => number = () => performance.now(),
): Urgency => {
  const known = new Map<string, { urgent: boolean; at: number }>();
  const lookUp = async (key: string, { workspace, channel }: ConversationRef): Promise<boolean> => {
    const { incident = false } = await settings(workspace, channel);
    known.set(key, { urgent: incident, at: nowMs() });
    return incident;
  };
  return (conversation) => {
    if (conversation.kind === "dm") return false;
    const key = `${conversation.workspace}/${conversation.channel}`;
    const held = known.get(key);
    // A setting that cannot be read says nothing; the next message asks again.
    const look = (): Promise<boolean> => lookUp(key, conversation).catch(() => false);
    if (held === undefined) return Promise.race([look(), wait(patienceMs, false, { ref: false })]);
    if (nowMs() - held.at > freshMs) {
      known.set(key, { ...held, at: nowMs() });
      void look();
    }
    return held.urgent;
  };
};
