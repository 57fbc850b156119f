import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain } from "../text.ts";
import { roles } from "./access.ts";
import { projectTarget } from "./entities.ts";
import { givenRoles, levelOf, type Standing, standingOf, standingVersion, standingWords } from "./members.ts";
import { findPerson } from "./people.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  person: words("Who: a GitLab user name, a name, or me"),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  person: z.string(),
  user_id: z.int(),
  had: z.object({ level: z.int(), expires: z.string() }),
});
type Args = z.infer<typeof args>;

/** Ends somebody's membership of a project. Access, so two people decide. */
export function memberRemove(tooling: GitLabTooling): WriteTool {
  const { api, access, locate } = tooling;
  return {
    name: "gitlab_member_remove",
    title: "Take away access to a project",
    description:
      'Ends somebody\'s membership of a project. For example {"project":"payments/ledger-api","person":"tomas"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { project: "project", person: "person_me" },
    examples,
    targetTypes: ["Project"],
    policyArgs: { person: "String" },
    asPerson: true,
    risks: [3],
    lagMs: 3000,
    step: ({ person }) => `Preparing the end of access for ${plain(said(person) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.maintainer, "Taking away access", context);
      const user = await findPerson(api, access, wish.person, context, "person");
      const standing = await standingOf(tooling, project, user, context);
      const had = removable(standing, `${user.name} (${user.username})`, project.path_with_namespace);
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id },
          ...{ person: user.username, user_id: user.id, had },
        },
        target: projectTarget(project),
        policyArgs: { person: user.username },
        risk: 3,
        version: standingVersion(standing),
        preview: {
          sentence: `End the membership of ${line(user.name, 80)} (${user.username}) in ${project.path_with_namespace}`,
          fields: [{ label: "Membership", before: standingWords(standing), value: "no member" }],
        },
      };
    },
    version: async (given, context) => {
      const wish = canonical(args, given);
      return standingVersion(
        await standingOf(tooling, { id: wish.project_id }, { id: wish.user_id }, context),
      );
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      await api.removeMember(wish.project_id, wish.user_id, context);
      return outputOf(wish, api.host);
    },
    find: async (given, context) => {
      const wish = canonical(args, given);
      const { own } = await standingOf(tooling, { id: wish.project_id }, { id: wish.user_id }, context);
      return own === undefined ? { kind: "done", output: outputOf(wish, api.host) } : { kind: "not_done" };
    },
    undo: (given, _output, context) => {
      const { project, person, had } = canonical(args, given);
      const role = givenRoles.find((one) => levelOf(one) === had.level);
      const over = had.expires !== "" && had.expires <= context.now().toISOString().slice(0, 10);
      if (role === undefined || over) return Promise.resolve(undefined);
      const back = { project, person, role, until: had.expires === "" ? "never" : had.expires };
      return Promise.resolve({ tool: "gitlab_member_set", args: back });
    },
  };
}

/** The membership that ends. Throws where there is none of this project's own, or an owner's. */
function removable({ own, level }: Standing, name: string, project: string): Args["had"] {
  if (own === undefined) {
    throw new TerminalError(
      "nothing_to_do",
      level === 0
        ? `${line(name, 100)} is no member of ${project}, so there is nothing to end.`
        : `${line(name, 100)} belongs to ${project} through its group only. An owner of the group ends that, in GitLab.`,
    );
  }
  if (own.access_level >= roles.owner)
    throw new TerminalError(
      "gitlab_role",
      `${line(name, 100)} is an Owner. Owners are changed in GitLab, by owners.`,
    );
  return { level: own.access_level, expires: own.expires_at ?? "" };
}

const outputOf = (wish: Args, host: string): ToolOutput => {
  const url = `${host}/${wish.project}/-/project_members`;
  return {
    text: `${plain(wish.person)} is no member of ${link(plain(wish.project), url)} any more.`,
    sources: [{ label: `members of ${wish.project}`, url }],
    data: { person: wish.person },
    untrusted: [],
  };
};

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "remove {person} from {project}",
  "take {person} out of {project}",
  "revoke {person}'s access to {project}",
  "{person} should not have access to {project} any more",
  "end the membership of {person} in {project}",
  "kick {person} out of {project}",
  "take away {person}'s access to {project}",
  "{person} left the team, remove them from {project}",
  "remove the access of {person} to {project}",
  "lock {person} out of {project}",
  "drop {person} from {project}",
  "remove me from {project}",
];
