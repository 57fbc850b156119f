import { z } from "zod";
import type { CallContext } from "../../src/core/tool.ts";
import type { Client } from "./api.ts";
import { call, pageRows, reading, writing } from "./call.ts";
import { listedMemberShape } from "./shapes.ts";
import { todoShape } from "./shapes-code.ts";

/** What a membership is to be; `expires` a day, empty for no end. */
export interface MemberOrder {
  level: number;
  expires: string;
}

type Level = 10 | 20 | 30 | 40;

/** Who belongs to a project, until when; and what waits for the account that asks. */
export const memberCalls = (gitlab: Client) => ({
  /** Inherited ones included; one page, by GitLab's order. */
  members: (projectId: number, query: string | undefined, context: CallContext) =>
    call("Listing members", reading(context), z.array(listedMemberShape), () =>
      gitlab.ProjectMembers.all(projectId, {
        includeInherited: true,
        ...(query !== undefined && { query }),
        ...{ page: 1, perPage: pageRows },
      }),
    ),

  /** The membership of this very project; 404 where there is none, or only an inherited one. */
  directMember: (projectId: number, userId: number, context: CallContext) =>
    call("Looking up a membership", reading(context), listedMemberShape, () =>
      gitlab.ProjectMembers.show(projectId, userId),
    ),

  addMember: (projectId: number, userId: number, { level, expires }: MemberOrder, context: CallContext) =>
    call("Adding a member", writing(context), listedMemberShape, () =>
      gitlab.ProjectMembers.add(projectId, level as Level, {
        userId,
        ...(expires !== "" && { expiresAt: expires }),
      }),
    ),

  editMember: (projectId: number, userId: number, { level, expires }: MemberOrder, context: CallContext) =>
    call("Changing a membership", writing(context), listedMemberShape, () =>
      gitlab.ProjectMembers.edit(projectId, userId, level as Level, { expiresAt: expires }),
    ),

  removeMember: (projectId: number, userId: number, context: CallContext) =>
    call("Removing a member", writing(context), z.unknown(), () =>
      gitlab.ProjectMembers.remove(projectId, userId),
    ),

  /** Open to-dos of the account that asks, newest first: only its own can be read. */
  todos: (context: CallContext) =>
    call("Reading to-dos", reading(context), z.array(todoShape), () =>
      gitlab.TodoLists.all({ state: "pending", page: 1, perPage: 50 }),
    ),
});
