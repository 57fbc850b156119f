import type { Action } from "../core/action.ts";
import type { RequestState } from "./ports.ts";
import { requestRead } from "./describe.ts";
import type { CallAnswer } from "./types.ts";

const later = (id: string): string => `Look later with ${requestRead} {"request":"${id}"}.`;

const whoDecides = ({ asks }: Action): string =>
  asks.length === 0
    ? ""
    : ` ${asks.map(({ group, because }) => `${group === "requester" ? "You decide" : `${group} decides`}: ${because.replace(/[.]$/, "")}.`).join(" ")}`;

const standing = (action: Action): string => {
  const { sentence } = action.preview;
  switch (action.state) {
    case "waiting":
      return `Approval requested: ${sentence}.${whoDecides(action)}`;
    case "approved":
    case "executing":
      return `Approved and under way: ${sentence}.`;
    case "unknown":
      return `UNKNOWN: ${sentence}. ${action.outcome?.text ?? ""} Do not repeat it: somebody checks first.`;
    default:
      return `${action.state}: ${sentence}. ${action.outcome?.text ?? ""}`.trimEnd();
  }
};

const links = (found: readonly string[]): string => (found.length === 0 ? "" : ` ${found.join(" ")}`);

/** What a client is told of a write, from stored data: never more than is known. */
export const answerOf = (
  { id, state, text }: RequestState,
  actions: readonly Action[],
  where: readonly string[],
): CallAnswer => {
  const done = actions.length > 0 && actions.every((action) => action.state === "succeeded");
  const data = {
    request: id,
    state,
    actions: actions.map((action) => ({ id: action.id, state: action.state, what: action.preview.sentence })),
  };
  const told = actions.map(standing).join("\n");
  switch (state) {
    case "waiting":
      return {
        text: `${told || "It waits."}${links(where)}\nNothing was done yet. ${later(id)}`,
        failed: true,
        data,
      };
    case "done":
      return { text: [told, text ?? ""].filter((part) => part !== "").join("\n\n"), failed: !done, data };
    case "failed":
    case "stopped":
    case "given_up":
      return {
        text: [told, text ?? `It was ${state.replace("_", " ")}.`].filter(Boolean).join("\n\n"),
        failed: true,
        data,
      };
    case "beginning":
      return {
        text: "It is not recorded, and perhaps never will be: what took it may have failed. Nothing was done. Ask again in a minute.",
        failed: true,
        data,
      };
    default:
      return {
        text: `Recorded, and not worked on yet.${links(where)}\nNothing was done yet. ${later(id)}`,
        failed: true,
        data,
      };
  }
};
