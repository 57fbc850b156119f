import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { WriteTool } from "../../src/core/tool.ts";
import { canonical, said } from "../input.ts";
import { line, plain } from "../text.ts";
import { age } from "../times.ts";
import { roles } from "./access.ts";
import { mergeRequestLabel, mergeRequestTarget } from "./entities.ts";
import {
  mergeRequestArgs,
  mergeRequestInput,
  mergeRequestMeant,
  mergeRequestOutput,
} from "./merge-request-place.ts";
import type { FullMergeRequest } from "./shapes.ts";
import { lifeWords } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  ...mergeRequestInput,
  reopen: z.boolean().describe("true: opens a closed one again").optional(),
});

const args = z.object({
  ...mergeRequestArgs,
  event: z.enum(["close", "reopen"]),
  full: z.string(),
  web_url: z.string(),
});

/** Closes a merge request without merging it, or opens it again. */
export function mergeRequestClose(tooling: GitLabTooling): WriteTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_merge_request_close",
    title: "Close a merge request",
    description:
      'Closes a merge request without merging it, or opens a closed one again (reopen). For example {"merge_request":"!455"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { merge_request: "merge_request", project: "project" },
    examples,
    targetTypes: ["MergeRequest"],
    policyArgs: { target_branch: "String", event: "String" },
    risks: [1],
    lagMs: 2000,
    step: ({ merge_request: text }) => `Preparing to close ${plain(said(text) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, one, args: place } = await mergeRequestMeant(tooling, wish, context);
      await access.require(
        project,
        roles.developer,
        "Having a merge request closed or opened again",
        context,
      );
      const event = wish.reopen === true ? "reopen" : "close";
      const from = event === "close" ? "opened" : "closed";
      if (one.state !== from) {
        throw new TerminalError(
          "gitlab_state",
          `${one.references.full} ${line(lifeWords(one, context.now()))}; there is nothing to ${event}.`,
        );
      }
      return {
        args: { ...place, event, full: one.references.full, web_url: one.web_url },
        target: mergeRequestTarget(project, one),
        policyArgs: { target_branch: one.target_branch, event },
        risk: 1,
        version: versionOf(one),
        preview: {
          sentence: `${event === "close" ? "Close" : "Reopen"} ${mergeRequestLabel(project, one)}`,
          fields: [
            {
              label: "State",
              before: event === "close" ? "open" : "closed",
              value: event === "close" ? "closed, not merged" : "open",
            },
            { label: "Author", value: line(one.author.name, 80) },
            { label: "Open for", value: age(one.created_at, context.now()) },
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, iid } = canonical(args, given);
      return versionOf(await api.mergeRequest(projectId, iid, context.signal));
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      await api.setMergeRequestState(wish.project_id, wish.iid, wish.event, context.signal);
      return mergeRequestOutput(placeOf(wish), wish.event === "close" ? "was closed" : "is open again", {
        iid: wish.iid,
      });
    },
    find: async (given, context) => {
      const wish = canonical(args, given);
      const one = await api.mergeRequest(wish.project_id, wish.iid, context.signal);
      if (one.state !== (wish.event === "close" ? "closed" : "opened")) return { kind: "not_done" };
      // The state that was asked for stands; GitLab's reply does not say whose request brought it.
      const said = wish.event === "close" ? "is closed" : "is open again";
      return { kind: "done", output: mergeRequestOutput(placeOf(wish), said, { iid: wish.iid }) };
    },
    undo: (given) => {
      const { project, merge_request: iid, event } = canonical(args, given);
      const back = { project, merge_request: iid, ...(event === "close" && { reopen: true }) };
      return Promise.resolve({ tool: "gitlab_merge_request_close", args: back });
    },
  };
}

const placeOf = ({ full, web_url: url }: z.infer<typeof args>) => ({ references: { full }, web_url: url });

/** A new commit says that somebody still works on it. */
const versionOf = (one: FullMergeRequest): string => `${one.state}:${one.sha ?? ""}`;

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "close {merge_request}",
  "close {merge_request} without merging",
  "close the merge request {merge_request} in {project}",
  "{merge_request} is stale, close it",
  "reopen {merge_request}",
  "open {merge_request} again",
  "please close {merge_request}",
  "abandon {merge_request}",
  "reject and close {merge_request}",
  "we do not need {merge_request} any more, close it",
  "shut {merge_request}",
  "reopen the closed merge request {merge_request}",
];
