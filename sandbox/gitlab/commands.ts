import { z } from "zod";
import { command } from "../http/control.ts";
import type { Route } from "../http/types.ts";
import type { Hands } from "./hands.ts";

const target = { project: z.string(), iid: z.int(), as: z.string() };
const ending = z.strictObject({ id: z.int(), status: z.enum(["success", "failed"]) });

/** The control commands of GitLab's own: what other people and runners do. */
export function gitlabCommands(hands: Hands): Route[] {
  return [
    command("POST", "push", z.strictObject({ ...target, title: z.string().optional() }), (input) => ({
      sha: hands.push(input.project, input.iid, input.as, input.title),
    })),
    command("POST", "merge", z.strictObject(target), ({ project, iid, as }) => hands.merge(project, iid, as)),
    command("POST", "close", z.strictObject(target), ({ project, iid, as }) => hands.close(project, iid, as)),
    command(
      "POST",
      "comment",
      z.strictObject({ ...target, body: z.string() }),
      ({ project, iid, as, body }) => hands.comment(project, iid, as, body),
    ),
    command(
      "POST",
      "edit",
      z.strictObject({
        ...target,
        title: z.string().optional(),
        description: z.string().optional(),
        draft: z.boolean().optional(),
        has_conflicts: z.boolean().optional(),
        reviewers: z.array(z.string()).optional(),
        labels: z.array(z.string()).optional(),
      }),
      ({ project, iid, as, ...edit }) => hands.edit(project, iid, as, edit),
    ),
    command("POST", "finish-pipeline", ending, ({ id, status }) => hands.finishPipeline(id, status)),
    command("POST", "finish-job", ending, ({ id, status }) => hands.finishJob(id, status)),
  ];
}
