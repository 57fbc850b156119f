import { z } from "zod";
import type { Question } from "../core/question.ts";
import type { Offer } from "../core/tool.ts";
import { messageSchema } from "./messages.ts";

const resultSchema = z.strictObject({
  text: z.string(),
  ok: z.boolean(),
  /** Names of untrusted texts that were read for it. */
  untrusted: z.array(z.string()),
  /** The number it is cited by, unique in the turn; null for what no system answered. */
  source: z.int().nullable(),
});

/** What became of one call, as the model will read it. */
export type CallResult = z.infer<typeof resultSchema>;

const sourceSchema = z.strictObject({
  call: z.int(),
  title: z.string(),
  links: z.array(z.strictObject({ label: z.string(), url: z.string() })),
});

const openCallSchema = z.strictObject({
  id: z.string(),
  tool: z.string(),
  /** JSON text of an object. */
  args: z.string(),
  /** The action in the ledger, once proposed. */
  action: z.string().nullable(),
  /** The work that another agent does for this call, once delegated. */
  child: z.string().nullable(),
  /** The system in which the person must connect an account first. */
  needs: z.string().nullable(),
  /** Kept here until every call of the message has one. */
  result: resultSchema.nullable(),
});

/** A call of the last message that is not answered to the model yet. */
export type OpenCall = z.infer<typeof openCallSchema>;

/**
 * One agent's part of a turn. runnable (its planner thinks next) -> waiting (its calls are open) -> runnable …
 * -> done (`answer`) | failed (`reason`). The first work is the root; its end is the turn's end.
 */
export const workSchema = z.strictObject({
  id: z.string(),
  agent: z.string(),
  /** The call of another work that this one answers; null for the root. */
  parent: z.strictObject({ work: z.string(), call: z.string() }).nullable(),
  /** Who thinks: a language model, the offline router, or code that carries out one given call. */
  planner: z.enum(["model", "offline", "direct"]),
  /** Name of what thought last: a model, `offline` or `direct`; empty before the first thought. */
  by: z.string(),
  status: z.enum(["runnable", "waiting", "done", "failed"]),
  messages: z.array(messageSchema),
  calls: z.array(openCallSchema),
  modelCalls: z.int(),
  toolCalls: z.int(),
  tokens: z.int(),
  /** The calls that brought something, by the numbers they are cited by. */
  sources: z.array(sourceSchema),
  /** JSON texts of `Offer`. */
  offers: z.array(z.string()),
  /** Tools that it looked for and may call beside those it sees anyway; the newest last. */
  found: z.array(z.string()),
  /** What was done so far, in people's words: what a failure still has to tell. */
  deeds: z.array(z.string()),
  /** Sentences that code adds below the answer. */
  notes: z.array(z.string()),
  answer: z.string().nullable(),
  /** JSON text of `Question`, where the answer asks the person something. */
  question: z.string().nullable(),
  /** The answer is a model's own words, whose claims need sources; else code put it together from results. */
  claims: z.boolean(),
  /** The agent whose words the answer is: this one, or the one it is forwarded from. */
  answeredBy: z.string(),
  reason: z.string().nullable(),
  route: z.strictObject({
    agent: z.string(),
    why: z.string(),
    candidates: z.array(z.strictObject({ name: z.string(), score: z.number() })),
  }),
});

export type Work = z.infer<typeof workSchema>;
export const worksSchema = z.array(workSchema).min(1);

/** How a turn's first or next work begins. */
export type NewWork = Pick<Work, "id" | "agent" | "parent" | "planner" | "messages" | "route">;

/** A work that has done nothing yet. */
export const newWork = (work: NewWork): Work => ({
  ...work,
  by: "",
  status: "runnable",
  calls: [],
  modelCalls: 0,
  toolCalls: 0,
  tokens: 0,
  sources: [],
  offers: [],
  found: [],
  deeds: [],
  notes: [],
  answer: null,
  question: null,
  claims: false,
  answeredBy: work.agent,
  reason: null,
});

/** Works by id: one that is already there is replaced in its place, a new one is added at the end. */
export const mergeWorks = (held: readonly Work[], changed: readonly Work[]): Work[] => {
  const byId = new Map(held.map((work) => [work.id, work]));
  for (const work of changed) byId.set(work.id, work);
  return [...byId.values()];
};

/** The work that ends the turn. */
export const rootOf = (works: readonly Work[]): Work => {
  const root = works.find((work) => work.parent === null);
  if (root === undefined) throw new Error("A turn's state has no root work.");
  return root;
};

/** Actions that open calls wait for. */
export const openActions = (works: readonly Work[]): string[] =>
  works
    .filter((work) => work.status === "waiting")
    .flatMap((work) => work.calls)
    .flatMap((call) => (call.action !== null && call.result === null ? [call.action] : []));

/** Systems that open calls wait for, until their person has an account there. */
export const openNeeds = (works: readonly Work[]): string[] => [
  ...new Set(
    works
      .filter((work) => work.status === "waiting")
      .flatMap((work) => work.calls)
      .flatMap((call) => (call.needs !== null && call.result === null ? [call.needs] : [])),
  ),
];

/** A work's offers as values. */
export const offersOf = (work: Work): Offer[] => work.offers.map((offer) => JSON.parse(offer) as Offer);

/** The work ended well. `claims`: the answer is a model's own words. */
export const doneWork = (
  work: Work,
  answer: string,
  { claims = false, answeredBy = work.agent }: { claims?: boolean; answeredBy?: string } = {},
): Work => ({
  ...work,
  status: "done",
  calls: [],
  answer,
  claims,
  answeredBy,
});

/** The work ended with a question to the person: it goes on in the turn that the answer starts. */
export const askedWork = (work: Work, said: string, question: Question): Work => ({
  ...doneWork(work, said),
  question: JSON.stringify(question),
});

/** The question that a work ended with. */
export const questionOf = ({ question }: Work): Question | undefined =>
  question === null ? undefined : (JSON.parse(question) as Question);

/** The work ended badly, with the reason in people's words. */
export const failedWork = (work: Work, reason: string): Work => ({
  ...work,
  status: "failed",
  calls: [],
  reason,
});
