import type { Config } from "../config.ts";
import type { Crash } from "../core/crash.ts";
import { edited, streamed } from "../slack/delivery/means.ts";
import { Remembered } from "../slack/delivery/remembered.ts";
import { type Sessions, slackSessions } from "../slack/delivery/sessions.ts";
import { takeBackStrays } from "../slack/delivery/take-back.ts";
import type { TakeParts } from "../slack/delivery/take-previews.ts";
import { slackVoice } from "../slack/delivery/voice.ts";
import { createOpenings, type Openings } from "../slack/opening.ts";
import { renderPages } from "../slack/markdown/render.ts";
import type { LinkPolicy } from "../slack/markdown/rich-text.ts";
import type { Chore } from "../store/queue/chores.ts";
import type { Log } from "../telemetry/log.ts";
import { openingStore } from "../store/openings.ts";
import { previewStore, sessionStore } from "../store/previews.ts";
import type { DataSide } from "./data-side.ts";
import type { SlackSide } from "./slack-side.ts";

/** How runs are shown while they work, and what their answers' sender takes over. */
export interface DeliverySide {
  voice: ReturnType<typeof slackVoice>;
  sessions: Sessions;
  /** What the outbox's sender needs beside its rows. */
  take: TakeParts;
  /** The lines that threads of commands and forms hang from. */
  openings: Openings;
  /** Characters of one page of an answer. */
  pageChars: number;
  /** What a process that died left in Slack. */
  chores: Chore[];
}

/** Opens live delivery. */
export const openDeliverySide = (
  config: Config,
  data: DataSide,
  { calls, self, workspaces }: Pick<SlackSide, "calls" | "self" | "workspaces">,
  { mayLink, crash }: { mayLink: LinkPolicy; crash: Crash },
  log: Log,
): DeliverySide => {
  const { pool } = data.store;
  const previews = previewStore(pool);
  const sessions = slackSessions(calls, sessionStore(pool), workspaces.within, log);
  const take: TakeParts = { calls, previews, sessions, self, crash };
  const takeBack = (turn?: string): Promise<void> =>
    takeBackStrays({ ...take, within: workspaces.within, log }, turn);
  const voice = slackVoice({
    ...{ calls, previews, sessions, crash, log, takeBack, self },
    means: [streamed(calls), edited(calls)],
    noStreams: new Remembered(),
    draw: (markdown) => renderPages(markdown, { allowed: mayLink }).flatMap(({ blocks }) => blocks),
    limits: config.delivery,
    previewAfterMs: config.delivery.previewAfterMs,
  });
  const { within } = workspaces;
  const openings = createOpenings({ calls, store: openingStore(pool), within, crash, log });
  return {
    ...{ voice, sessions, take, openings, pageChars: config.delivery.pageChars },
    chores: [
      { name: "previews", seconds: 4, run: () => takeBack() },
      { name: "openings", seconds: 5, run: openings.sweep },
      { name: "sessions", seconds: 7, run: () => sessions.sweep() },
    ],
  };
};
