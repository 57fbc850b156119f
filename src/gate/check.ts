import { messageOf, TerminalError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { personKey } from "../core/principal.ts";
import type { Principal } from "../core/principal.ts";
import type { Found, WriteTool } from "../core/tool.ts";
import { entry } from "./audit-entries.ts";
import { callerOf, contextOf } from "./calls.ts";
import { withDeadline } from "./deadline.ts";
import { auditRefusal, genuineAction } from "./decide.ts";
import { answerable, samePerson } from "./eligible.ts";
import type { Parts } from "./parts.ts";
import { closed, forged, notEligible, notRecorded } from "./phrases.ts";
import type { LedgerAction } from "./ports.ts";
import { requestOf } from "./request.ts";
import { seenThere } from "./seen-there.ts";
import { settle, type Settlement, succeeded } from "./settle.ts";
import type { ClickAnswer, GateDecisions } from "./types.ts";

/** `find` may take a few requests. */
const findSecondsMax = 20;

const mayCheck = async (parts: Parts, person: Principal, action: LedgerAction): Promise<boolean> =>
  samePerson(person, action.principal) ||
  (await answerable(parts, person, action.asks, requestOf(action))).length > 0;

/**
 * When `find` may first be believed that nothing happened (R8): the window in which it may be sent, the request's own
 * deadline, and the time that the system lags behind.
 */
const provableFrom = (action: LedgerAction, tool: WriteTool): Date =>
  new Date((action.sendUntil ?? action.expiresAt).getTime() + limits.writeRequestSeconds * 1000 + tool.lagMs);

const look = async (parts: Parts, tool: WriteTool, action: LedgerAction): Promise<Found> => {
  try {
    return await withDeadline(findSecondsMax, undefined, async (signal) =>
      tool.find(action.args, contextOf(parts, await callerOf(parts, action), signal)),
    );
  } catch (error) {
    parts.log.info({ err: error, action: action.id }, "an unknown outcome could not be looked up");
    const why = error instanceof TerminalError ? messageOf(error) : `${action.system} could not be asked.`;
    return { kind: "unknown", why };
  }
};

/** What the look proves; a text where it proves nothing. */
const judged = (found: Found, action: LedgerAction, tool: WriteTool, by: Principal): Settlement | string => {
  if (found.kind === "unknown") return `It cannot be told yet: ${found.why} Check again in a while.`;
  if (found.kind === "done") {
    const { state, outcome } = succeeded(found.output);
    return { state, outcome: { ...outcome, by: by.name } };
  }
  const from = provableFrom(action, tool);
  if (action.seenAt < from) {
    const seconds = Math.ceil((from.getTime() - action.seenAt.getTime()) / 1000);
    return `It has not happened so far, but it still could: it may be on its way. Check again in ${seconds} s.`;
  }
  const text = "It did not happen: the system was checked after nothing could be on its way any more.";
  return { state: "failed", outcome: { text, by: by.name } };
};

/** What a press of *Check* may look up. */
interface Checkable {
  action: LedgerAction & { token: string };
  person: Principal;
  tool: WriteTool;
}

const checkable = async (
  parts: Parts,
  id: string,
  by: Principal,
  message: Parameters<GateDecisions["check"]>[2],
): Promise<Checkable | { refused: ClickAnswer }> => {
  const action = await genuineAction(parts, id, by, message);
  if (action === undefined) return { refused: forged() };
  const { token } = action;
  if (action.state !== "unknown" || token === null) return { refused: closed(action.state) };
  const found = await parts.directory.person(by.workspace, by.user);
  const person = found && seenThere(found, action.conversation);
  if (person?.active !== true || !(await mayCheck(parts, person, action))) {
    return { refused: await notEligible(parts, by, action) };
  }
  const tool = parts.catalogue.write(action.tool)?.tool;
  if (tool === undefined) {
    return { refused: notRecorded(`${action.tool} is not available now, so nobody can look it up.`) };
  }
  return { action: { ...action, token }, person, tool };
};

/** Looks and records what was found, whether or not that settles it. */
const check = async (parts: Parts, { action, person, tool }: Checkable): Promise<ClickAnswer> => {
  const found = await look(parts, tool, action);
  const verdict = judged(found, action, tool, person);
  await parts.audit.append(entry("action.checked", personKey(person), action, { found: found.kind }));
  if (typeof verdict === "string") return { kind: "not_recorded", text: verdict, state: "unknown" };
  const settled = await settle(parts, action, verdict, {
    token: action.token,
    from: ["unknown"],
    actor: personKey(person),
    postKey: `outcome:${action.id}:checked`,
  });
  if (settled === undefined) {
    return { kind: "closed", text: "It was settled in this very moment; the card says how." };
  }
  const text = settled.state === "succeeded" ? "It is done; the card shows it." : verdict.outcome.text;
  return { kind: "decided", text, state: settled.state };
};

/** *Check*: asks the system what became of a write whose outcome is unknown (R8). Never throws, never is silent. */
export const createCheck =
  (parts: Parts): GateDecisions["check"] =>
  async (action, by, message) => {
    try {
      const may = await checkable(parts, action, by, message);
      if (!("refused" in may)) return await check(parts, may);
      await auditRefusal(parts, { kind: "check", action, clicker: by, message }, may.refused);
      return may.refused;
    } catch (error) {
      parts.log.error({ err: error, action: action.slice(0, 80) }, "an outcome could not be checked");
      return notRecorded("Something that is needed to check this could not be reached.");
    }
  };
