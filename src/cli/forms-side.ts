import type { FormParts } from "../slack/forms/parts.ts";
import type { Log } from "../telemetry/log.ts";
import type { SlackSide } from "./slack-side.ts";
import type { Wired } from "./start.ts";

/** What forms are opened and taken with. */
export const formsSide = (
  slack: SlackSide,
  { gate, turns, systems, delivery }: Wired,
  log: Log,
): FormParts => ({
  people: slack.directory,
  calls: slack.calls,
  openings: delivery.openings,
  forms: turns.forms,
  questionForForm: turns.questionForForm,
  tools: systems.toolbox.tools,
  visible: (principal, conversation) =>
    gate.gate.visible({ turn: "", conversation, principal, origin: "slash" }),
  objection: gate.turns.objection,
  read: gate.gate.read,
  decide: gate.decisions.decide,
  log,
});
