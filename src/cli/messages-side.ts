import { firstContact } from "../slack/first-contact.ts";
import { sayQueued } from "../slack/queued.ts";
import { slackWhisper } from "../slack/whisper.ts";
import { busyWith, greetOnce, keepTitle, overhear, partIn } from "../store/changes.ts";
import { isAsked } from "../store/questions.ts";
import type { Log } from "../telemetry/log.ts";
import type { DataSide } from "./data-side.ts";
import type { SlackSide } from "./slack-side.ts";
import type { Wired } from "./start.ts";

/** The agents by the names that a message may begin with. */
export const agentNames = ({ agents }: Wired): (() => { name: string; title: string }[]) => {
  const names = agents.list().map(({ name, title }) => ({ name, title }));
  return () => names;
};

/** What the gateway needs to tell what is meant for Steward, and to decide at intake what people say about itself. */
export const messagesSide = (data: DataSide, slack: SlackSide, wired: Wired, log: Log) => {
  const { pool } = data.store;
  return {
    people: slack.directory,
    stopThread: wired.turns.stopThread,
    part: (conversation: string) => partIn(pool, conversation),
    overhear: (conversation: string) => overhear(pool, conversation),
    isAsked: isAsked(pool),
    askers: wired.askers,
    agents: agentNames(wired),
    botsIn: async (workspace: string, channel: string) =>
      (await wired.channels(workspace, channel)).bots ?? [],
    ...wired.changes,
    keepTitle: async (conversation: string, by: { workspace: string; user: string }) => {
      if (!(await keepTitle(pool, conversation))) return;
      const actor = `slack:${by.workspace}/${by.user}`;
      await data.audit.append({ kind: "conversation.titled", actor, conversation, fields: {} });
    },
    firstContact: firstContact({
      people: slack.directory,
      visible: (principal) =>
        wired.gate.gate.visible({
          ...{ turn: "", principal, origin: "chat" },
          conversation: { key: "", workspace: principal.workspace, channel: "", threadTs: "", kind: "dm" },
        }),
      elsewhere: wired.elsewhere,
      forbidden: wired.gate.turns.forbiddenTo,
      greet: (person, channel, greeting) =>
        data.store.transact((tx) => greetOnce(tx, person, channel, greeting)),
      calls: slack.calls,
      log,
    }),
    sayQueued: sayQueued({
      busyWith: (conversation) => busyWith(pool, conversation),
      whisper: slackWhisper(slack.calls, log),
      log,
    }),
    log,
  };
};
