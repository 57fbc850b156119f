import type { TurnRequest } from "../core/turn.ts";
import { freeThought, type Planner, type ThinkRequest, type Thought } from "./planner.ts";
import type { Work } from "./works.ts";

/** Results of a work's calls since the request, as code shows them to people. */
export const resultsInWords = (work: Work): string =>
  work.messages.flatMap((message) => (message.role === "tool" ? [message.text] : [])).join("\n\n");

const isAnswered = (work: Work): boolean => work.messages.some(({ role }) => role === "tool");

const exactCall = (request: TurnRequest) => {
  if (request.kind !== "call") throw new Error("A direct plan needs one exact call.");
  return { id: "call", tool: request.tool, args: JSON.stringify(request.args) };
};

/** Carries out one exact call (a slash command, a clicked offer) without any model: the call, then its result in words. */
export const directPlanner: Planner = {
  think({ work, run }: ThinkRequest): Promise<Thought> {
    const thought = { by: "direct", usage: freeThought };
    return Promise.resolve(
      isAnswered(work)
        ? { ...thought, text: resultsInWords(work), calls: [] }
        : { ...thought, text: "", calls: [exactCall(run.start.request)] },
    );
  },
};
