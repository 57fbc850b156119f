import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, words } from "../input.ts";
import { someAtOnce } from "../some-at-once.ts";
import { line, link, plain, table } from "../text.ts";
import { age } from "../times.ts";
import { pageRows } from "./call.ts";
import { findPerson } from "./people.ts";
import { placeOf, placeWords } from "./place.ts";
import type { MergeRequest, Pipeline } from "./shapes.ts";
import { pipelineWordsOf } from "./states.ts";
import { type GitLabTooling, isOwn } from "./tooling.ts";

/** Rows in a message; more is said, with how to narrow. */
const rowsShown = 10;
/** Merge requests read at once for their pipelines. */
const readsAtOnce = 5;

const states = ["open", "opened", "merged", "closed", "all"] as const;

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name").optional(),
  group: words("Group: its path such as payments").optional(),
  reviewer: words("Who reviews: me, a GitLab user name, or a name").optional(),
  author: words("Who wrote it: me, a GitLab user name, or a name").optional(),
  state: z.enum(states).describe("Left out: open").optional(),
  search: words("Words of the title or description", 100).optional(),
});

const args = z.object({
  project: z.string().optional(),
  project_id: z.int().optional(),
  group: z.string().optional(),
  group_id: z.int().optional(),
  reviewer: z.string().optional(),
  author: z.string().optional(),
  state: z.enum(["opened", "merged", "closed", "all"]),
  search: z.string().optional(),
});
type Args = z.infer<typeof args>;

/** "What's waiting for my review in payments?": merge requests by place, people and state, with their pipelines. */
export function mergeRequestFind(tooling: GitLabTooling): ReadTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_merge_request_find",
    title: "Find merge requests",
    description:
      "Lists merge requests of a project, of a group, or of all projects the person is a member of: by reviewer, author, state and words, oldest first, with pipeline state. " +
      'For example {"group":"payments","reviewer":"me"} or {"project":"payments/ledger-api","state":"merged"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: {
      project: "project",
      group: "group",
      reviewer: "person_me",
      author: "person_me",
      state: "state",
    },
    examples,
    lists: { kind: "merge_request", words: (typed) => (typed === "" ? {} : { search: typed.slice(0, 100) }) },
    targetTypes: ["GitLabInstance", "GitLabGroup", "Project"],
    policyArgs: {},
    step: ({ group, project }) => `Looking for merge requests${placeWords(group ?? project)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const place = await placeOf(tooling, wish, context);
      const [reviewer, author] = await Promise.all(
        (["reviewer", "author"] as const).map(async (argument) => {
          const name = wish[argument];
          return name === undefined ? undefined : findPerson(api, access, name, context, argument);
        }),
      );
      // Asked for everything: it is still this person's membership that limits the answer.
      await access.me(context);
      const resolved: JsonObject = {
        ...place.args,
        ...(reviewer && { reviewer: reviewer.username }),
        ...(author && { author: author.username }),
        state: wish.state === undefined || wish.state === "open" ? "opened" : wish.state,
        ...(wish.search !== undefined && { search: wish.search }),
      };
      return { args: resolved, target: place.target, policyArgs: {} };
    },
    run: (given, context) => list(tooling, canonical(args, given), context),
  };
}

async function list({ api, access }: GitLabTooling, wish: Args, context: CallContext): Promise<ToolOutput> {
  const { rows, total } = await api.mergeRequests(
    {
      ...(wish.project_id !== undefined && { projectId: wish.project_id }),
      ...(wish.group_id !== undefined && { groupId: wish.group_id }),
      ...(wish.reviewer !== undefined && { reviewer: wish.reviewer }),
      ...(wish.author !== undefined && { author: wish.author }),
      ...(wish.state !== "all" && { state: wish.state }),
      ...(wish.search !== undefined && { search: wish.search }),
      newestFirst: wish.state !== "opened",
    },
    context.signal,
  );
  const mine = await access.visible(
    rows.map((row) => row.project_id),
    context,
  );
  const found = rows.filter((row) => mine.has(row.project_id));
  const shown = found.slice(0, rowsShown);
  const pipelines = await someAtOnce(shown, readsAtOnce, (row) => pipelineOf(api, row, context));
  const more = (total ?? rows.length) > rows.length;
  return {
    text: [
      headline(wish, found.length, context),
      ...(shown.length > 0 ? [tableOf(shown, pipelines, context)] : []),
      ...narrowing(shown.length, found.length, more),
    ].join("\n\n"),
    sources: [],
    data: { total: found.length, shown: shown.map((row) => row.references.full) },
    choices: shown.map(({ references, title }) => ({
      value: references.full,
      label: line(`${references.full} ${title}`, 75),
    })),
    untrusted: untrustedTitles(shown, context),
  };
}

/** The newest pipeline's state; a row whose pipeline cannot be read says so and spoils no other row. */
async function pipelineOf(
  api: GitLabTooling["api"],
  row: MergeRequest,
  context: CallContext,
): Promise<Pipeline | null | "unreadable"> {
  try {
    return (await api.mergeRequest(row.project_id, row.iid, context.signal)).head_pipeline ?? null;
  } catch (error) {
    if (context.signal.aborted) throw error;
    return "unreadable";
  }
}

const tableOf = (
  rows: readonly MergeRequest[],
  pipelines: readonly (Pipeline | null | "unreadable")[],
  context: CallContext,
): string =>
  table(
    ["Merge request", "Title", "Author", "Age", "Pipeline"],
    rows.map((row, index) => {
      const pipeline = pipelines[index];
      return [
        link(plain(row.references.full), row.web_url),
        `${row.draft && !/^\s*draft/i.test(row.title) ? "Draft: " : ""}${plain(row.title, 90)}`,
        plain(row.author.name, 40),
        age(row.created_at, context.now()),
        pipeline === "unreadable" ? "could not be read" : pipelineWordsOf(pipeline, context.now()),
      ];
    }),
  );

function headline(wish: Args, found: number, context: CallContext): string {
  const kind = wish.state === "opened" ? "open " : wish.state === "all" ? "" : `${wish.state} `;
  const where = wish.project ?? wish.group;
  const mine = (username: string) => username.toLowerCase() === context.elsewhere.gitlab?.toLowerCase();
  const who = [
    ...(wish.reviewer ? [mine(wish.reviewer) ? "where you review" : `where ${wish.reviewer} reviews`] : []),
    ...(wish.author ? [mine(wish.author) ? "written by you" : `written by ${wish.author}`] : []),
    ...(wish.search ? [`with “${plain(wish.search, 60)}”`] : []),
  ].join(", ");
  const what = `${found === 0 ? "No" : found} ${kind}merge request${found === 1 ? "" : "s"}`;
  const order = found > 1 ? (wish.state === "opened" ? ", oldest first" : ", newest first") : "";
  const limit = where === undefined ? " in the projects you are a member of" : ` in ${plain(where)}`;
  return `**${what}${limit}${who && ` ${who}`}**${order}.`;
}

function narrowing(shown: number, found: number, more: boolean): string[] {
  return [
    ...(shown < found
      ? [`${shown} of ${found} shown. Narrow it by project, author, reviewer, state or words of the title.`]
      : []),
    ...(more ? [`GitLab holds more: only its first ${pageRows} rows were looked at.`] : []),
  ];
}

function untrustedTitles(rows: readonly MergeRequest[], context: CallContext): string[] {
  const others = rows.filter((row) => !isOwn(row.author, context)).map((row) => row.author.username);
  return others.length === 0 ? [] : [`titles of merge requests by ${[...new Set(others)].join(", ")}`];
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show open merge requests in {project}",
  "list the open MRs of {group}",
  "what's waiting for my review in {group}?",
  "which merge requests do I have to review",
  "my open merge requests",
  "merge requests from {person} in {project}",
  "what has {person} got open in {group}",
  "show me the merged MRs of {project}",
  "closed merge requests in {group}",
  "are there any open MRs for me to review?",
  "find merge requests by {person}",
  "anything to review for me today",
  "mrs where {person} is the reviewer",
  "who has merge requests open in {project}?",
  "what is in the review queue of {group}",
  "show my reviews",
  "every open merge request I created",
  "do we have unmerged merge requests in {project}",
  "what is open in {project}",
  "which MRs in {group} are waiting for me?",
  "list my merge requests",
  "all MRs by {person}",
  "open mrs in {group}",
  "what do I need to review in {project}?",
  "what should I review next",
  "show {person}'s open merge requests",
  "merged merge requests by {person} in {group}",
  "is there something in {project} I should review",
];
