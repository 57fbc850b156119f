import { z } from "zod";
import type { ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { requireAccount } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { aboutName, anyKind } from "./entry-about.ts";
import { findAbout, findOwner } from "./names.ts";
import type { CrmPort } from "./port.ts";
import { findLogged, presence } from "./record-create.ts";
import { trailOf } from "./trail.ts";
import { dateInput, dueAt } from "./values.ts";

const input = z.strictObject({
  about: words("Whom or what it is about: a contact, a company, a deal or a ticket"),
  task: words("What is to be done, in one line", 200),
  due: dateInput.describe("Until when, YYYY-MM-DD"),
  owner: words("Who does it: me, a name or an e-mail address; left out: me").optional(),
});
const args = z.object({
  about: z.string(),
  about_kind: z.enum(anyKind),
  about_name: z.string(),
  task: z.string(),
  due: z.string(),
  owner: z.string(),
  owner_id: z.string(),
});
type Args = z.infer<typeof args>;

/** Creates one task for somebody, on a contact, a company, a deal or a ticket. */
export function taskCreate(crm: CrmPort): WriteTool {
  return {
    name: "crm_task_create",
    title: "Create a task",
    description:
      'Creates one task with a due date on a contact, company, deal or ticket. For example {"about":"Dana","task":"Follow up on SSO","due":"2026-11-24"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { about: "deal", task: "text", due: "date", owner: "person_me" },
    examples,
    targetTypes: ["Contact", "Company", "Deal", "Ticket"],
    policyArgs: { owner: "String" },
    risks: [1],
    lagMs: crm.lagMs,
    step: ({ about }) => `Preparing a task on ${plain(said(about) ?? "", 80)}`,
    resolve: async (given, context) => {
      const me = await requireAccount(crm, context);
      const named = said(given["owner"]);
      const [{ kind, record }, owner] = await Promise.all([
        findAbout(crm, aboutName(given), anyKind, "about", context),
        named === undefined ? me : findOwner(crm, named, context),
      ]);
      const wish: Args = {
        about: record.id,
        about_kind: kind,
        about_name: record.name,
        task: line(said(given["task"]) ?? "", 200),
        due: said(given["due"]) ?? "",
        owner: owner.name,
        owner_id: owner.id,
      };
      return {
        args: wish,
        target: recordTarget(kind, record),
        policyArgs: { owner: owner.name },
        risk: 1,
        version: "there",
        preview: {
          sentence: `Create a task on the ${kind} "${line(record.name, 120)}"`,
          fields: [
            { label: "Task", value: wish.task },
            { label: "Due", value: wish.due },
            { label: "Owner", value: line(owner.name, 80) },
          ],
        },
      };
    },
    version: (given, context) => {
      const wish = canonical(args, given);
      return presence(crm, { kind: wish.about_kind, id: wish.about }, context);
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const { id } = await crm.log(
        {
          kind: "task",
          text: wish.task,
          detail: trailOf("Created", context),
          at: dueAt(wish.due),
          ownerId: wish.owner_id,
        },
        { kind: wish.about_kind, id: wish.about },
        context,
      );
      return outputOf(crm, wish, id);
    },
    find: (given, context) => {
      const wish = canonical(args, given);
      const on = { kind: wish.about_kind, id: wish.about };
      return findLogged(crm, on, ["task"], (id) => outputOf(crm, wish, id), context);
    },
  };
}

const outputOf = (crm: CrmPort, wish: Args, id: string): ToolOutput => ({
  text: `The task “${plain(wish.task)}” on the ${wish.about_kind} “${plain(wish.about_name)}” was created in ${crm.name}: ${plain(wish.owner, 60)}, due ${wish.due}.`,
  sources: [],
  data: { id },
  untrusted: [],
});

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "create a task for {deal} due {date}",
  "remind me to follow up with {deal} on {date}",
  "follow up with {deal} {date}",
  "add a task on {deal} for {date}",
  "task: call {deal} back by {date}",
  "set a follow-up with {deal} for {date}",
  "create a crm task for {person} on {deal}",
  "I have to get back to {deal} by {date}, make a task",
  "new task on the {deal} deal until {date}",
  "give {person} a task on {deal} for {date}",
  "plan a follow-up call with {deal} on {date}",
  "put a to-do on {deal} for {date}",
];
