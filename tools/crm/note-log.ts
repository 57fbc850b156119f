import { z } from "zod";
import type { ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, visible } from "../text.ts";
import { requireAccount } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { aboutName, anyKind } from "./entry-about.ts";
import { findAbout } from "./names.ts";
import type { CrmPort } from "./port.ts";
import { findLogged, presence } from "./record-create.ts";
import { trailOf } from "./trail.ts";

const input = z.strictObject({
  about: words("Whom or what it is about: a contact, a company, a deal or a ticket"),
  text: words("What was said or is to be remembered", 8000),
  kind: z.enum(["note", "call"]).describe("call: it was a call; left out: note").optional(),
});
const args = z.object({
  about: z.string(),
  about_kind: z.enum(anyKind),
  about_name: z.string(),
  kind: z.enum(["note", "call"]),
  text: z.string(),
  owner_id: z.string(),
});
type Args = z.infer<typeof args>;

/** Leaves one note or one call on a contact, a company, a deal or a ticket. */
export function noteLog(crm: CrmPort): WriteTool {
  return {
    name: "crm_note_log",
    title: "Log a note or a call",
    description:
      'Leaves one note, or logs one call, on a contact, company, deal or ticket; a follow-up is a task of its own (crm_task_create, in the same answer). For example {"about":"Dana","kind":"call","text":"Wants SSO"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { about: "deal", text: "text" },
    examples,
    targetTypes: ["Contact", "Company", "Deal", "Ticket"],
    policyArgs: { kind: "String" },
    risks: [1],
    lagMs: crm.lagMs,
    step: ({ about }) => `Preparing a note on ${plain(said(about) ?? "", 80)}`,
    resolve: async (given, context) => {
      const me = await requireAccount(crm, context);
      const { kind: on, record } = await findAbout(crm, aboutName(given), anyKind, "about", context);
      const wish: Args = {
        about: record.id,
        about_kind: on,
        about_name: record.name,
        kind: given["kind"] === "call" ? "call" : "note",
        text: visible(said(given["text"]) ?? "").trim(),
        owner_id: me.id,
      };
      return {
        args: wish,
        target: recordTarget(on, record),
        policyArgs: { kind: wish.kind },
        risk: 1,
        version: "there",
        preview: {
          sentence: `${wish.kind === "call" ? "Log a call" : "Leave a note"} on the ${on} "${line(record.name, 120)}"`,
          fields: [
            { label: wish.kind === "call" ? "Call" : "Note", value: wish.text },
            { label: "By", value: line(me.name, 80) },
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
          kind: wish.kind,
          text: wish.text,
          detail: trailOf("Logged", context),
          at: context.now(),
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
      return findLogged(crm, on, (id) => outputOf(crm, wish, id), context);
    },
  };
}

const outputOf = (crm: CrmPort, wish: Args, id: string): ToolOutput => ({
  text: `The ${wish.kind} was logged on the ${wish.about_kind} “${plain(wish.about_name)}” in ${crm.name}.`,
  sources: [],
  data: { id },
  untrusted: [],
});

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "log a call with {deal}",
  "add a note to {deal}",
  "log this call with {deal}",
  "note on {deal}: wants single sign-on",
  "leave a note on the {deal} deal",
  "write down that I talked to {deal}",
  "log my call with {deal} in the crm",
  "put a note on {deal}",
  "record a call with {deal}",
  "make a note in the crm about {deal}",
  "I just spoke with {deal}, log it",
  "add a call note for {deal}",
];
