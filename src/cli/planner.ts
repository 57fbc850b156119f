import type { Agents } from "../agent/types.ts";

/** Which planner answers, in one line for people: the start, health and the sandbox page say it. */
export const plannerLine = (agents: Agents): string => {
  const planner = agents.planner();
  return planner.kind === "model"
    ? planner.name
    : "the offline router: add OPENAI_API_KEY or OPENAI_BASE_URL for a language model";
};
