import { limits } from "../core/limits.ts";
import type { Principal } from "../core/principal.ts";
import { readVersion } from "./calls.ts";
import { DeadlineError, withDeadline } from "./deadline.ts";
import { Refusal } from "./errors.ts";
import type { Parts } from "./parts.ts";
import { closed, notRecorded } from "./phrases.ts";
import type { LedgerAction } from "./ports.ts";
import { refresh, type Refreshed } from "./refresh.ts";
import type { ClickAnswer } from "./types.ts";

/** Why a card is made anew; for people. */
export const whyMoved = "Its target changed since this was asked.";
export const whyChanged = "The tool's definition changed since this was asked.";

/** Why the action no longer fits the world, if it is known not to; a version that cannot be read in time says nothing. */
const whyStale = async (parts: Parts, action: LedgerAction): Promise<string | undefined> => {
  const tool = parts.catalogue.unchanged(action.tool, action.definition);
  if (tool === undefined) return whyChanged;
  try {
    const version = await readVersion(parts, tool, action, limits.clickVersionSeconds);
    return version === action.targetVersion ? undefined : whyMoved;
  } catch (error) {
    // The executor reads it again before acting; a slow system must not cost the person's click.
    parts.log.info({ err: error, action: action.id }, "the target's version was not readable at the click");
    return undefined;
  }
};

const answerTo = (refreshed: Refreshed, why: string): ClickAnswer => {
  if (refreshed.kind === "late") return closed("superseded");
  if (refreshed.kind === "ended") {
    return { kind: "closed", text: `${why} ${refreshed.why} Nothing was done.`, state: "cancelled" };
  }
  const changes = refreshed.changes === "" ? "" : ` What changed: ${refreshed.changes}.`;
  const text = `${why} Your click did not count, and the card was refreshed.${changes} Look at it again, then decide.`;
  return { kind: "moved", text, state: refreshed.action.state };
};

/** The card is being made anew, and takes longer than a click may: it goes on without the clicker. */
const notYet = (why: string): ClickAnswer => ({
  kind: "moved",
  text: `${why} Your click did not count and nothing was recorded. The card is being refreshed; look at it again in a moment, then decide.`,
  state: "waiting",
});

/**
 * Makes the card anew. Reading the target takes as long as its system takes, and Slack waits three seconds for the
 * click: what is not ready in time goes on by itself, and its own transaction still looks whether it is wanted.
 */
const refreshSoon = async (
  parts: Parts,
  action: LedgerAction,
  why: string,
  principal: Principal,
): Promise<ClickAnswer> => {
  const refreshing = refresh(parts, { action, from: "waiting", why, principal });
  try {
    const refreshed = await withDeadline(limits.clickVersionSeconds, undefined, () => refreshing);
    return answerTo(refreshed, why);
  } catch (error) {
    if (error instanceof Refusal) return notRecorded(`${why} It could not be read anew: ${error.message}`);
    if (!(error instanceof DeadlineError)) throw error;
    refreshing.catch((failure: unknown) =>
      parts.log.info({ err: failure, action: action.id }, "a card could not be refreshed after a click"),
    );
    return notYet(why);
  }
};

/**
 * Reads the target's version at the click. Moved: no vote, the card is made anew, and the clicker is told what
 * changed. Nothing to say: the vote may count.
 */
export const answerIfMoved = async (
  parts: Parts,
  action: LedgerAction,
  principal: Principal,
): Promise<ClickAnswer | undefined> => {
  const why = await whyStale(parts, action);
  return why === undefined ? undefined : refreshSoon(parts, action, why, principal);
};
