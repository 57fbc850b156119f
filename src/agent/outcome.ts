import type { Offer } from "../core/tool.ts";
import type { GraphState } from "./state.ts";
import type { Parts } from "./parts.ts";
import type { AgentOutcome } from "./types.ts";
import { offersOf, openActions, openNeeds, questionOf, rootOf, type Work } from "./works.ts";

const offersMax = 5;

const firstOf = <T>(items: readonly T[], keyOf: (item: T) => string, max: number): T[] => {
  const byKey = new Map<string, T>();
  for (const item of items) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item);
  return [...byKey.values()].slice(0, max);
};

const candidatesOf = (root: Work, works: readonly Work[]): Work["route"]["candidates"] =>
  root.route.candidates.length > 0
    ? root.route.candidates
    : firstOf(
        works.filter(({ parent }) => parent !== null),
        ({ agent }) => agent,
        5,
      ).map(({ agent }) => ({
        name: agent,
        score: 1,
      }));

const waitingNote = (works: readonly Work[], parts: Parts): string => {
  const needs = openNeeds(works);
  if (openActions(works).length === 0 && needs.length > 0)
    return `Waiting for an account in ${needs.join(", ")}.`;
  const titles = works
    .filter(({ status }) => status === "waiting")
    .flatMap(({ calls }) => calls)
    .filter(({ action, result }) => action !== null && result === null)
    .map(({ tool }) => parts.tools.get(tool)?.title ?? tool);
  return `Waiting for a decision: ${[...new Set(titles)].join(", ")}.`;
};

/** How a run ended, from the graph's last state. */
export const outcomeOf = ({ works, usage }: GraphState, parts: Parts): AgentOutcome => {
  const root = rootOf(works);
  const planner = root.by === "" ? root.planner : root.by;
  if (root.status === "failed") {
    return { kind: "failed", agent: root.agent, reason: root.reason ?? "", usage, planner };
  }
  if (root.status !== "done") {
    const actions = openActions(works);
    const note = waitingNote(works, parts);
    return { kind: "waiting", agent: root.agent, actions, needs: openNeeds(works), usage, planner, note };
  }
  const offers: Offer[] = works.flatMap(offersOf);
  const question = questionOf(root);
  return {
    kind: "answer",
    agent: root.answeredBy,
    text: [root.answer ?? "", ...root.notes].join("\n\n"),
    notes: root.notes,
    claims: root.claims,
    sources: works.flatMap((work) => work.sources).toSorted((a, b) => a.call - b.call),
    offers: firstOf(offers, (offer) => JSON.stringify([offer.tool, offer.args]), offersMax),
    ...(question !== undefined && { question }),
    usage,
    planner,
    route: { ...root.route, candidates: candidatesOf(root, works) },
  };
};
