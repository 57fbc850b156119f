import type { Config } from "../config.ts";
import { boundValues } from "../slack/bound-value.ts";
import type { FormParts } from "../slack/forms/parts.ts";
import { openHomes } from "../slack/home.ts";
import type { AnswerParts } from "../slack/listeners/answers.ts";
import type { ClickParts } from "../slack/listeners/clicks.ts";
import { runAccess } from "../slack/runs/access.ts";
import { runLinks } from "../slack/runs/links.ts";
import { lookAtRun } from "../slack/runs/look.ts";
import { runRoute } from "../slack/runs/page.ts";
import { correctionStore } from "../store/corrections.ts";
import { feedbackStore } from "../store/feedback.ts";
import { latelyOf } from "../store/lately.ts";
import { runRecords } from "../store/run-records.ts";
import type { Log } from "../telemetry/log.ts";
import { openCorrections } from "../turn/corrections.ts";
import { openFeedback } from "../turn/feedback.ts";
import type { Intake } from "../turn/types.ts";
import type { DataSide } from "./data-side.ts";
import type { SlackSide } from "./slack-side.ts";
import type { Wired } from "./start.ts";
import type { Health } from "./health.ts";

/** What stands below answers and in people's homes, wired: for clicks, for events, and the page of a run. */
export const answersSide = (
  config: Config,
  data: DataSide,
  slack: SlackSide,
  wired: Wired,
  given: { intake: Intake; forms: FormParts; health(): Promise<Health> },
  log: Log,
) => {
  const { gate, agents, systems, groups } = wired;
  const { pool, transact } = data.store;
  const { audit } = data;
  const { calls, directory } = slack;
  const bound = boundValues(config.slack.secret);
  const named = new Map(agents.list().map((agent) => [agent.name, agent]));
  const tools = new Map(systems.toolbox.tools.map((tool) => [tool.name, tool.title]));
  const homes = openHomes({
    ...{ people: directory, calls, bound, decisions: gate.decisions, mayLink: systems.mayLink, log },
    forbidden: gate.turns.forbiddenTo,
    lately: latelyOf(pool),
    accounts: wired.identity.accounts,
    agents: agents.list,
    systems: async () => [...linesOf(await given.health()), ...(await systems.reach())],
  });
  const clicks: ClickParts = {
    ...{ people: directory, calls, bound, audit, log },
    refreshHome: (workspace, user, notice) => homes.show(workspace, user, { notice }),
  };
  const feedback = openFeedback({ store: feedbackStore, transact, audit });
  const links = runLinks(config.slack.secret);
  const look = lookAtRun({
    records: runRecords(pool),
    access: runAccess({ groups, directory, ownerOf: (agent) => named.get(agent)?.owner }),
    decisions: gate.decisions,
    titles: {
      agent: (name) => named.get(name)?.title ?? "Steward",
      tool: (name) => tools.get(name) ?? name,
      any: (name) => named.get(name)?.title ?? tools.get(name) ?? name,
    },
  });
  const answers: Omit<AnswerParts, "bot"> = {
    ...clicks,
    ...{ feedback, look, links, agents: agents.list, intake: given.intake },
    ...{ forms: given.forms, threads: slack.threads, marks: wired.marks },
    corrections: openCorrections({
      ...{ store: correctionStore, transact, audit, intake: given.intake },
      agents: () => [...named.keys()],
    }),
    address: wired.identity.address,
  };
  const { within } = slack.workspaces;
  return {
    clicks,
    answers,
    events: { homes, feedback, calls, bound },
    route: runRoute({ links, within, people: directory, look, log }),
  };
};

/** The parts of our own health that people care about. */
const linesOf = ({ postgres, memory, planner }: Health): { name: string; state: string }[] => [
  { name: "Records", state: postgres === "ok" ? "ok" : "not reachable" },
  { name: "Memory", state: memory },
  { name: "Answers", state: planner },
];
