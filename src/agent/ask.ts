import { z } from "zod";
import type { JsonObject } from "../core/json.ts";
import { choiceCharsMax, choicesMax, type Question } from "../core/question.ts";
import { refusal } from "./calls.ts";
import { clean, oneLine } from "./clean.ts";
import type { OfferedTool } from "./planner.ts";
import type { OpenCall } from "./works.ts";

const questionCharsMax = 600;

/** Name of the call by which a model asks the person. */
const askPerson = "ask_person";

const askSchema = z.strictObject({
  question: z
    .string()
    .trim()
    .min(1)
    .max(questionCharsMax)
    .describe("One question, in the person's language."),
  choices: z
    .array(z.string().trim().min(1).max(choiceCharsMax))
    .max(choicesMax)
    .describe(
      "Answers to choose from, where they are few and known; people may answer in words all the same.",
    )
    .optional(),
});

/** The built-in call that ends the turn with a question to the person. */
export const askTool = (jsonSchemaOf: (input: z.ZodObject) => JsonObject): OfferedTool => ({
  name: askPerson,
  description:
    "Asks the person one question and ends this turn; their answer starts the next. Only where the request cannot be done without it: never guess what a change is about. Call it alone.",
  parameters: jsonSchemaOf(askSchema),
  runs: { kind: "person" },
});

const notAlone = refusal(
  "Not asked: a question ends the turn, so it stands alone. Finish the other calls first, then ask by itself.",
);
const wrong = refusal(
  `Not asked: give the question as text in \`question\` (at most ${questionCharsMax} characters), and at most ${choicesMax} \`choices\` of at most ${choiceCharsMax} characters each.`,
);

/** What a message's calls ask the person; else the calls, where a question that may not be asked has its refusal. */
export const questionIn = (
  calls: readonly OpenCall[],
): { question: Question } | { question: undefined; calls: OpenCall[] } => {
  const answered = calls.map((call): { call: OpenCall; question?: Question } => {
    if (call.tool !== askPerson || call.result !== null) return { call };
    if (calls.length > 1) return { call: { ...call, result: notAlone } };
    const asked = askSchema.safeParse(JSON.parse(call.args));
    if (!asked.success) return { call: { ...call, result: wrong } };
    const labels = [...new Set((asked.data.choices ?? []).map((label) => oneLine(label, choiceCharsMax)))];
    const text = clean(asked.data.question, questionCharsMax);
    return { call, question: { text, choices: labels.map((label) => ({ label })) } };
  });
  const question = answered.find((one) => one.question !== undefined)?.question;
  return question === undefined ? { question, calls: answered.map(({ call }) => call) } : { question };
};
