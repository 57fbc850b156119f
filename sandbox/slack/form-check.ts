import type { OpenView } from "./open-views.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What Slack's own client refuses before it sends a form, by block_id. */
export function inputProblems(view: OpenView): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const block of view.draft.blocks) {
    const element = block["element"] as Fields | undefined;
    if (block.type !== "input" || !element || block.block_id === undefined) continue;
    const { type: _, ...held } = (view.values[block.block_id]?.[String(element["action_id"])] ??
      {}) as Fields;
    const [value] = Object.values(held);
    const problem = isEmpty(value)
      ? block["optional"] !== true && "Please complete this required field."
      : problemOf(element, value);
    if (problem) problems[block.block_id] = problem;
  }
  return problems;
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

const limit = (element: Fields, name: string): number | undefined => {
  const value = element[name];
  return value === undefined ? undefined : Number(value);
};

function problemOf(element: Fields, value: unknown): string | undefined {
  switch (element["type"]) {
    case "plain_text_input":
      return lengthProblem(element, String(value).length);
    case "number_input":
      return numberProblem(element, String(value));
    case "email_text_input":
      return /^\S+@\S+\.\S+$/.test(String(value)) ? undefined : "Please enter a valid email address.";
    case "url_text_input":
      return URL.canParse(String(value)) ? undefined : "Please enter a valid URL.";
    default:
      return countProblem(element, value);
  }
}

/** Slack's text inputs end at 3,000 characters where the app sets no less. */
function lengthProblem(element: Fields, length: number): string | undefined {
  const least = limit(element, "min_length") ?? 0;
  const most = limit(element, "max_length") ?? 3_000;
  if (length < least) return `Please enter at least ${least} characters.`;
  return length > most ? `Please enter at most ${most} characters.` : undefined;
}

function numberProblem(element: Fields, value: string): string | undefined {
  const number = Number(value);
  if (!Number.isFinite(number)) return "Please enter a number.";
  if (element["is_decimal_allowed"] !== true && !Number.isInteger(number))
    return "Please enter a whole number.";
  const least = limit(element, "min_value");
  const most = limit(element, "max_value");
  if (least !== undefined && number < least) return `Please enter a number of at least ${least}.`;
  return most !== undefined && number > most ? `Please enter a number of at most ${most}.` : undefined;
}

function countProblem(element: Fields, value: unknown): string | undefined {
  const most = limit(element, "max_selected_items") ?? limit(element, "max_files");
  const count = Array.isArray(value) ? value.length : 1;
  return most !== undefined && count > most ? `Please choose at most ${most}.` : undefined;
}
