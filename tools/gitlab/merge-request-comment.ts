import { z } from "zod";
import { AmbiguousError, TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { threadChars } from "./discussion-read.ts";
import { mergeRequestLabel, mergeRequestTarget } from "./entities.ts";
import {
  mergeRequestArgs,
  mergeRequestInput,
  mergeRequestMeant,
  mergeRequestOutput,
} from "./merge-request-place.ts";
import { inertText } from "./quick-actions.ts";
import type { GitLabTooling } from "./tooling.ts";
import { onBehalf } from "./trail.ts";

const charsMax = 10_000;
/** Newest comments among which `find` looks for its own. */
const notesLooked = 50;

const input = z.strictObject({
  ...mergeRequestInput,
  text: words("The comment, in Markdown", charsMax),
  thread: words(
    "Thread that it answers: the id that the discussions show; left out: a comment of its own",
  ).optional(),
});

const args = z.object({
  ...mergeRequestArgs,
  text: z.string(),
  discussion: z.string().nullable(),
  full: z.string(),
  web_url: z.string(),
});
type Args = z.infer<typeof args>;

/** Writes a comment on a merge request, or answers a thread. */
export function mergeRequestComment(tooling: GitLabTooling): WriteTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_merge_request_comment",
    title: "Comment on a merge request",
    description:
      'Writes a comment on a merge request, or an answer in one of its threads. For example {"merge_request":"!482","text":"The retry is safe now."} or with {"thread":"3f2a91bc"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { merge_request: "merge_request", project: "project", text: "text", thread: "text" },
    examples,
    targetTypes: ["MergeRequest"],
    policyArgs: {},
    risks: [1],
    lagMs: 2000,
    step: ({ merge_request: text }) => `Preparing a comment on ${plain(said(text) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, one, args: place } = await mergeRequestMeant(tooling, wish, context);
      await access.require(project, roles.reporter, "Commenting", context);
      const answered =
        wish.thread === undefined ? undefined : await threadNamed(api, place, wish.thread, context);
      const text = inertText(wish.text).trim();
      return {
        args: {
          ...place,
          text,
          discussion: answered?.id ?? null,
          full: one.references.full,
          web_url: one.web_url,
        },
        target: mergeRequestTarget(project, one),
        policyArgs: {},
        risk: 1,
        version: one.state,
        preview: {
          sentence: `Comment on ${mergeRequestLabel(project, one)}`,
          fields: [
            ...(answered === undefined
              ? []
              : [{ label: "In answer to", value: `${line(answered.by, 60)}: ${line(answered.said, 200)}` }]),
            { label: "Comment", value: text },
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, iid } = canonical(args, given);
      return (await api.mergeRequest(projectId, iid, context.signal)).state;
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const body = `${wish.text}\n\nBy Steward ${onBehalf(context)}.`;
      await (wish.discussion === null
        ? api.comment(wish.project_id, wish.iid, body, context.signal)
        : api.reply(wish.project_id, wish.iid, wish.discussion, body, context.signal));
      return outputOf(wish);
    },
    find: (given, context) => findComment(api, canonical(args, given), context),
  };
}

async function threadNamed(
  api: GitLabApi,
  { project_id: projectId, iid }: { project_id: number; iid: number },
  given: string,
  context: CallContext,
): Promise<{ id: string; by: string; said: string }> {
  const { rows } = await api.discussions(projectId, iid, context.signal);
  const wanted = given.trim().toLowerCase();
  const fitting = rows.filter(
    ({ id, notes }) => id.startsWith(wanted) && notes.some(({ system }) => !system),
  );
  const [only, ...more] = wanted.length >= 4 ? fitting : [];
  if (only !== undefined && more.length === 0)
    return { id: only.id, by: only.notes[0]?.author.name ?? "", said: only.notes[0]?.body ?? "" };
  const known = rows.filter(
    ({ individual_note: alone, notes }) => !alone && notes.some(({ system }) => !system),
  );
  const choices = known.slice(-8).map(({ id, notes }) => ({
    value: id.slice(0, threadChars),
    label: line(`${notes[0]?.author.name ?? ""}: ${notes[0]?.body ?? ""}`, 75),
  }));
  if (choices.length > 1)
    throw new AmbiguousError(`No single thread '${line(given, 40)}' there. Say which one.`, {
      argument: "thread",
      choices,
    });
  throw new TerminalError(
    "gitlab_no_thread",
    `No thread '${line(given, 40)}' there. Read the discussions for their ids, or leave the thread out for a comment of its own.`,
  );
}

const outputOf = (wish: Args) =>
  mergeRequestOutput(
    { references: { full: wish.full }, web_url: wish.web_url },
    wish.discussion === null ? "has the comment" : "has the answer in its thread",
    { iid: wish.iid },
  );

/** Done where a note of the account that acts ends with this action; anybody may write such a line elsewhere. */
async function findComment(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [notes, me] = await Promise.all([
    api.notes(wish.project_id, wish.iid, notesLooked, context.signal),
    api.me(context.signal),
  ]);
  const own = notes.some(
    ({ author, body }) => author.id === me.id && body.trimEnd().endsWith(`action ${context.callId}.`),
  );
  if (own) return { kind: "done", output: outputOf(wish) };
  if (notes.length < notesLooked) return { kind: "not_done" };
  return {
    kind: "unknown",
    why: `Only the newest ${notesLooked} comments were looked at, and it is not among them.`,
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "comment on {merge_request}",
  "write a comment on {merge_request} in {project}",
  "leave a note on {merge_request}",
  "reply to the review on {merge_request}",
  "add a comment to {merge_request}",
  "post this as a comment on {merge_request}",
  "say on {merge_request} that it is ready",
  "answer the reviewer on {merge_request}",
  "put a note on {merge_request} of {project}",
  "tell the author of {merge_request} on the merge request",
  "please comment on {merge_request}",
  "note on {merge_request} that tests pass now",
];
