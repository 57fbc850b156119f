import { z } from "zod";
import { optionsOf } from "./elements.ts";
import { option, plain } from "./block-elements.ts";
import type { OpenView } from "./open-views.ts";
import { SlackError } from "./slack-error.ts";

/** What the app's acknowledgement of a submission asks for. */
export type Asked =
  | { readonly action: "close" | "clear" }
  | { readonly action: "errors"; readonly errors: Record<string, string> }
  | { readonly action: "update" | "push"; readonly view: unknown };

const asked = z.discriminatedUnion("response_action", [
  z.strictObject({ response_action: z.literal("clear") }),
  z.strictObject({
    response_action: z.literal("errors"),
    errors: z.record(z.string(), z.string().min(1)),
  }),
  z.strictObject({ response_action: z.literal("update"), view: z.unknown() }),
  z.strictObject({ response_action: z.literal("push"), view: z.unknown() }),
]);

/** Reads the acknowledgement of a submission. Refuses with a SlackError what Slack shows as "trouble connecting". */
export function submissionAnswer(body: string, view: OpenView): Asked {
  if (body.trim() === "" || body.trim() === "{}") return { action: "close" };
  const parsed = asked.safeParse(parsedJson(body));
  if (!parsed.success) throw new SlackError("invalid_response", { violation: z.prettifyError(parsed.error) });
  const { data } = parsed;
  switch (data.response_action) {
    case "errors":
      return { action: "errors", errors: checkedErrors(data.errors, view) };
    case "update":
    case "push":
      return { action: data.response_action, view: data.view };
    case "clear":
      return { action: "clear" };
    default:
      return data satisfies never;
  }
}

/** Errors stand under inputs: Slack closes nothing and shows nothing for any other block. */
function checkedErrors(errors: Record<string, string>, view: OpenView): Record<string, string> {
  const inputs = view.draft.blocks.filter((block) => block.type === "input").map((block) => block.block_id);
  const strange = Object.keys(errors).filter((id) => !inputs.includes(id));
  if (strange.length === 0 && Object.keys(errors).length > 0) return errors;
  const violation = `errors of ${strange.join(", ") || "nothing"}: the inputs are ${inputs.join(", ")}`;
  throw new SlackError("invalid_response", { violation });
}

/** Options that the app offers. `failure`: none came. */
export interface Suggested {
  readonly options: readonly Readonly<Record<string, unknown>>[];
  readonly failure?: string;
}

const suggested = z.union([
  z.strictObject({ options: z.array(option).max(100) }),
  z.strictObject({
    option_groups: z.array(z.strictObject({ label: plain(75), options: z.array(option).max(100) })).max(100),
  }),
]);

/** Reads the answer to a block_suggestion: at most a hundred options. */
export function optionsAnswer(body: string): Suggested {
  const parsed = suggested.safeParse(parsedJson(body));
  if (!parsed.success) throw new SlackError("invalid_options", { violation: z.prettifyError(parsed.error) });
  return { options: optionsOf(parsed.data) };
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new SlackError("invalid_response", { violation: "the acknowledgement is no JSON" });
  }
}
