import { z } from "zod";
import type { DrawnFile } from "../delivery/files.ts";
import { fileOf } from "../markdown/csv.ts";
import { answerWords } from "../words/answer-words.ts";
import { type AnswerView, languageOfAnswer } from "./answer.ts";

const viewSchema = z.object({
  view: z.literal("file"),
  turn: z.string(),
  /** Which of the answer's files, from 0. */
  index: z.int(),
  /** The channel of the answer, where the file goes elsewhere. */
  from: z.string().optional(),
});

/** Draws the file of an answer's large table, from the stored answer. */
export const drawFile =
  (data: { answer(turn: string): Promise<AnswerView | undefined> }) =>
  async (stored: unknown): Promise<DrawnFile | undefined> => {
    const { turn, index, from } = viewSchema.parse(stored);
    const answer = await data.answer(turn);
    const file = answer && fileOf(answer.text, index);
    if (answer === undefined || file === undefined) return undefined;
    const language = languageOfAnswer(answer);
    const words = answerWords(language);
    const said = words.tableFile(file.rows.toLocaleString(language));
    return {
      ...{ name: "table", extension: "csv", title: words.table },
      comment: from === undefined ? said : `${said} <#${from}>`,
      bytes: new TextEncoder().encode(file.csv),
    };
  };
