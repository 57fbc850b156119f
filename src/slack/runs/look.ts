import type { Principal } from "../../core/principal.ts";
import type { GateDecisions } from "../../gate/types.ts";
import type { RunAccess } from "./access.ts";
import type { RunRecord, RunRecords } from "./record.ts";
import { type RunTitles, type RunView, viewRun } from "./view.ts";

/** What looking at a run takes. */
export interface LookParts {
  records: RunRecords;
  access(run: RunRecord, person: Principal): Promise<RunAccess>;
  decisions: Pick<GateDecisions, "ofTurn" | "card">;
  titles: RunTitles;
}

/** A run as this person sees it; nothing where there is none that they may see, which is never told apart. */
export type LookAtRun = (turn: string, person: Principal) => Promise<RunView | undefined>;

/** Reads a run, asks who may see it, and shows no more than that. */
export const lookAtRun =
  ({ records, access, decisions, titles }: LookParts): LookAtRun =>
  async (turn, person) => {
    const run = await records.get(turn);
    if (run === undefined) return undefined;
    const seen = await access(run, person);
    if (!seen.run) return undefined;
    const cards = new Set((await decisions.ofTurn(turn)).map((action) => action.card));
    const views = await Promise.all([...cards].map((card) => decisions.card(card)));
    return viewRun(
      run,
      views.filter((view) => view !== undefined),
      seen,
      titles,
    );
  };
