import { Tiktoken } from "js-tiktoken/lite";
import ranks from "js-tiktoken/ranks/o200k_base";

const tokenizer = new Tiktoken(ranks);

/** Tokens of a text as o200k counts them; words that look like its control tokens are text. */
export const tokensOf = (text: string): number => tokenizer.encode(text, [], []).length;
