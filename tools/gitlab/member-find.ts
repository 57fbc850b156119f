import { z } from "zod";
import type { ReadTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { count, line, link, plain, sized, table } from "../text.ts";
import { roleName } from "./access.ts";
import { pageRows } from "./call.ts";
import { projectTarget } from "./entities.ts";
import type { GitLabTooling } from "./tooling.ts";

const rowsShown = 40;

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  search: words("Part of a name, to see only those", 80).optional(),
});

const args = z.object({ project: z.string(), project_id: z.int(), search: z.string().optional() });

/** Who belongs to a project, as what, and until when. */
export function memberFind(tooling: GitLabTooling): ReadTool {
  const { api, locate } = tooling;
  return {
    name: "gitlab_member_find",
    title: "See who belongs to a project",
    description:
      'Members of a project with their roles and the day they end, inherited ones included. For example {"project":"payments/ledger-api"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    step: ({ project }) => `Looking for the members of ${plain(said(project) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id },
          ...(wish.search !== undefined && { search: wish.search }),
        },
        target: projectTarget(project),
        policyArgs: {},
      };
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const found = (await api.members(wish.project_id, wish.search, context)).toSorted(
        (a, b) => b.access_level - a.access_level || a.name.localeCompare(b.name),
      );
      const shown = found.slice(0, rowsShown);
      const url = `${api.host}/${wish.project}/-/project_members`;
      const like = wish.search === undefined ? "" : ` like “${plain(wish.search, 60)}”`;
      const text = [
        `**${count(found.length, "member")} of ${link(plain(wish.project), url)}${like}.**`,
        ...(shown.length === 0
          ? []
          : [
              table(
                ["Name", "Account", "Role", "Until"],
                shown.map((one) => [
                  plain(one.name, 60),
                  plain(one.username, 40),
                  roleName(one.access_level),
                  plain(one.expires_at ?? "no end", 20),
                ]),
              ),
            ]),
        ...(shown.length < found.length
          ? [`${shown.length} of ${found.length} shown. Name a part of the name.`]
          : []),
        ...(found.length >= pageRows
          ? [`GitLab holds more: only its first ${pageRows} were looked at.`]
          : []),
      ].join("\n\n");
      return {
        text: sized(text, "short", "Name a part of the name."),
        sources: [{ label: `members of ${wish.project}`, url }],
        data: { members: found.length },
        choices: shown.map((one) => ({
          value: one.username,
          label: line(`${one.name} (${one.username})`, 75),
        })),
        untrusted: [],
      };
    },
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "who is a member of {project}?",
  "who has access to {project}",
  "list the members of {project}",
  "who are the maintainers of {project}?",
  "show the people of {project}",
  "who may merge in {project}",
  "which role does {person} have in {project}?",
  "until when is {person} a member of {project}",
  "members of {project}",
  "who can see {project}",
  "whose access to {project} ends soon",
  "is {person} in {project}?",
];
