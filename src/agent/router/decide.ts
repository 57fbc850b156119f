import type { JsonObject } from "../../core/json.ts";
import { asks, clausesOf, isNegated, isQuestion, pointsBack } from "./guards.ts";
import { plainText, readMentions } from "./mentions.ts";
import { nameRuns } from "./names.ts";
import { type Extracted, extractSlots, isComplete } from "./slots.ts";
import type { Catalogue, Clock, Router, RouterTool } from "./types.ts";

/** Why the router asks instead of answering. */
type WhyChoose = "unsure" | "two_requests" | "points_back" | "negated" | "question";

/**
 * What to do with a sentence when no model answers. A `call` is complete: a read may run, a write may be proposed
 * (the gate asks people anyway). A `form` has what was understood, what is missing, and words no argument holds.
 */
export type Offline =
  | { kind: "call"; tool: string; args: JsonObject; probability: number }
  | {
      kind: "form";
      tool: string;
      args: JsonObject;
      missing: string[];
      unplaced: string[];
      candidates: Extracted["candidates"];
      probability: number;
    }
  | { kind: "choose"; tools: string[]; because: WhyChoose }
  | { kind: "none" };

/** What the decision reads besides the sentence. */
export interface OfflineContext extends Clock {
  router: Router;
  catalogue?: Catalogue;
}

const most = 3;

/** Two requests in one sentence: some clause that asks for something asks for another tool than the whole does. */
function asksTwice(text: string, tool: string, { router, catalogue }: OfflineContext): boolean {
  const clauses = clausesOf(text);
  return clauses.some((clause) => {
    if (clauses.length === 1 || !asks(clause)) return false;
    const { ranked, none } = router.route(clause, catalogue);
    const [best] = ranked;
    return best === undefined || best.tool !== tool || none > best.probability;
  });
}

/** Offsets where the sentence names things: what a later "it" may stand for. */
function namedAt(text: string, catalogue: Catalogue, clock: Clock): number[] {
  const things = new Set(["merge_request", "pipeline", "job", "issue", "number", "deal", "project"]);
  const reading = readMentions(text, catalogue, clock);
  const names = nameRuns(reading).filter(({ capital }) => capital);
  return [
    ...reading.mentions.filter(({ kind }) => things.has(kind)).map(({ start }) => start),
    ...names.map((run) => reading.text.indexOf(run.text)),
  ];
}

function whyNotAnswer(text: string, tool: RouterTool, context: OfflineContext): WhyChoose | null {
  if (asksTwice(text, tool.name, context)) return "two_requests";
  if (pointsBack(text, namedAt(text, context.catalogue ?? {}, context))) return "points_back";
  if (tool.effect === "read") return null;
  if (isNegated(text)) return "negated";
  return isQuestion(text) ? "question" : null;
}

/**
 * Decides by the offline router alone. Reads are called only when confident, complete, with one request and no
 * pointing back; writes also only when they are plain requests. All else is offered, never guessed.
 */
export function routeOffline(text: string, context: OfflineContext): Offline {
  const sentence = plainText(text);
  if (!/[\p{L}\p{N}]/u.test(sentence)) return { kind: "none" };
  const { ranked, none, confident } = context.router.route(sentence, context.catalogue);
  const tools = ranked.slice(0, most).map(({ tool }) => tool);
  const [best] = ranked;
  if (best === undefined || (confident === null && none > best.probability)) return { kind: "none" };
  const tool = context.router.tools.find(({ name }) => name === confident);
  if (tool === undefined) return { kind: "choose", tools, because: "unsure" };
  const because = whyNotAnswer(sentence, tool, context);
  if (because !== null) return { kind: "choose", tools, because };
  const extracted = extractSlots(sentence, tool, context.catalogue ?? {}, context);
  const { args, missing, unplaced, candidates } = extracted;
  const { probability } = best;
  return isComplete(extracted)
    ? { kind: "call", tool: tool.name, args, probability }
    : { kind: "form", tool: tool.name, args, missing, unplaced, candidates, probability };
}
