import { limits } from "../core/limits.ts";
import { clean } from "./clean.ts";
import type { Message } from "./messages.ts";
import type { Run } from "./run.ts";
import type { GraphState } from "./state.ts";
import { rootOf, type Work } from "./works.ts";

const added = (text: string): Message => ({
  role: "person",
  text: `Added by the person while you were at it; it goes on with the request, or changes it:\n${clean(text, limits.askCharsMax)}`,
});

const isOpen = ({ status }: Work): boolean => status === "runnable" || status === "waiting";

/**
 * The works as they are with what the person said since the start: every open one that a model thinks for hears it, so
 * that neither a specialist nor the root goes on in the old direction. Before the first thought there is nothing to
 * steer: what came by then is part of the request.
 */
export const steered = async ({ works }: GraphState, run: Run): Promise<Work[]> => {
  const { steering } = run.start;
  const root = rootOf(works);
  if (steering === undefined || root.by === "" || root.planner !== "model") return works;
  const said = await steering();
  if (said.length === 0) return works;
  return works.map((work) =>
    isOpen(work) && work.planner === "model"
      ? { ...work, messages: [...work.messages, ...said.map(added)] }
      : work,
  );
};
