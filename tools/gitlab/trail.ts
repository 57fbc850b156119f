import { messageOf } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { GitLabApi } from "./api.ts";

/** Milliseconds for a note: it is an extra and may not hold up the outcome. */
const noteMs = 3000;

/**
 * Who had it done, for people who look at the target: `for Anna Petrosyan (anna), action 1f0c…`. One line, and never
 * at the start of one, so that no name can become one of GitLab's quick actions.
 */
export const onBehalf = ({ principal, elsewhere, callId }: CallContext): string =>
  `for ${line(principal.name, 80)}${elsewhere.gitlab === undefined ? "" : ` (${elsewhere.gitlab})`}, action ${callId}`;

/**
 * Leaves a note on a merge request. The write that it speaks of has succeeded, so a note that fails fails nothing:
 * it is said in words, which are empty where all went well.
 */
export async function leaveNote(
  api: GitLabApi,
  projectId: number,
  iid: number,
  body: string,
  context: CallContext,
): Promise<string> {
  try {
    await api.note(projectId, iid, body, noteMs, context.signal);
    return "";
  } catch (error) {
    return ` The note on !${iid} that names the requester may be missing: ${line(messageOf(error), 200)}`;
  }
}
