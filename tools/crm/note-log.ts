import { z } from "zod";
import { messageOf, TerminalError, UnknownOutcomeError } from "../../src/core/errors.ts";
import type { CallContext, Found, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, visible } from "../text.ts";
import { requireAccount } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { aboutName, anyKind } from "./entry-about.ts";
import { findAbout } from "./names.ts";
import type { CrmPort } from "./port.ts";
import { findLogged, presence } from "./record-create.ts";
import { trailOf } from "./trail.ts";
import { dateInput, dueAt } from "./values.ts";

const input = z
  .strictObject({
    about: words("Whom or what it is about: a contact, a company, a deal or a ticket"),
    text: words("What was said or is to be remembered", 8000),
    kind: z.enum(["note", "call"]).describe("call: it was a call; left out: note").optional(),
    follow_up: words("What is to be done next, in one line: it becomes a task of one's own", 200).optional(),
    due: dateInput.describe("Until when the follow-up is due, YYYY-MM-DD").optional(),
  })
  .refine(({ follow_up, due }) => (follow_up === undefined) === (due === undefined), {
    path: ["due"],
    message: "a follow-up needs both: follow_up says what, due says until when",
  });
const args = z.object({
  about: z.string(),
  about_kind: z.enum(anyKind),
  about_name: z.string(),
  kind: z.enum(["note", "call"]),
  text: z.string(),
  follow_up: z.string().optional(),
  due: z.string().optional(),
  owner_id: z.string(),
});
type Args = z.infer<typeof args>;

/**
 * Leaves one note or one call on a contact, a company, a deal or a ticket; with a follow-up, a task for whoever asked
 * stands on the same card.
 */
export function noteLog(crm: CrmPort): WriteTool {
  return {
    name: "crm_note_log",
    title: "Log a note or a call",
    description:
      'Leaves one note, or logs one call, on a contact, company, deal or ticket; what is to be done next becomes a task. For example {"about":"Dana","kind":"call","text":"Wants SSO","follow_up":"Follow up on SSO","due":"2026-11-24"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { about: "deal", text: "text", due: "date" },
    examples,
    targetTypes: ["Contact", "Company", "Deal", "Ticket"],
    policyArgs: { kind: "String" },
    risks: [1],
    lagMs: crm.lagMs,
    step: ({ about }) => `Preparing a note on ${plain(said(about) ?? "", 80)}`,
    resolve: async (given, context) => {
      const me = await requireAccount(crm, context);
      const { kind: on, record } = await findAbout(crm, aboutName(given), anyKind, "about", context);
      const next = { follow_up: said(given["follow_up"]), due: said(given["due"]) };
      const wish = {
        about: record.id,
        about_kind: on,
        about_name: record.name,
        kind: given["kind"] === "call" ? ("call" as const) : ("note" as const),
        text: visible(said(given["text"]) ?? "").trim(),
        ...(next.follow_up !== undefined &&
          next.due !== undefined && { follow_up: line(next.follow_up, 200), due: next.due }),
        owner_id: me.id,
      } satisfies Args;
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
            ...("follow_up" in wish
              ? [{ label: "Task", value: `${wish.follow_up}, due ${wish.due}, for ${line(me.name, 60)}` }]
              : []),
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
        refOf(wish),
        context,
      );
      return outputOf(crm, wish, id, await followUp(crm, wish, context));
    },
    find: (given, context) => find(crm, canonical(args, given), context),
  };
}

const refOf = ({ about, about_kind }: Args) => ({ kind: about_kind, id: about });

/**
 * The task that comes after the note, in words; empty where none was wanted. The note stands: a task that was surely
 * refused is said beside it, and one of which nobody knows makes the whole unknown.
 */
async function followUp(crm: CrmPort, wish: Args, context: CallContext): Promise<string> {
  const { follow_up: text, due, owner_id: ownerId } = wish;
  if (text === undefined || due === undefined) return "";
  const detail = trailOf("Created", context);
  try {
    await crm.log({ kind: "task", text, detail, at: dueAt(due), ownerId }, refOf(wish), context);
    return taskSaid(text, due);
  } catch (error) {
    const why = messageOf(error);
    if (error instanceof TerminalError) {
      return ` The task “${plain(text)}” was not created: ${plain(why, 300)} Ask for the task alone.`;
    }
    throw new UnknownOutcomeError(
      "crm_half",
      `The ${wish.kind} was logged; whether its task was created is unknown: ${why}`,
      { cause: error },
    );
  }
}

const taskSaid = (text: string, due: string): string => ` The task “${plain(text)}” was created, due ${due}.`;

/** Both there: done. Neither: not done. One without the other is said as it is. */
async function find(crm: CrmPort, wish: Args, context: CallContext): Promise<Found> {
  const on = refOf(wish);
  const { follow_up: text, due } = wish;
  const taskWords = text === undefined || due === undefined ? "" : taskSaid(text, due);
  const output = (id: string) => outputOf(crm, wish, id, taskWords);
  const note = await findLogged(crm, on, [wish.kind], output, context);
  if (text === undefined || note.kind === "unknown") return note;
  const task = await findLogged(crm, on, ["task"], output, context);
  if (task.kind === note.kind || task.kind === "unknown") return task.kind === "unknown" ? task : note;
  const [there, missing] =
    note.kind === "done" ? [`The ${wish.kind}`, "its task"] : ["The task", `its ${wish.kind}`];
  return {
    kind: "unknown",
    why: `${there} stands on the ${on.kind} in ${crm.name}, and ${missing} does not. Ask for the missing one alone.`,
  };
}

const outputOf = (crm: CrmPort, wish: Args, id: string, task: string): ToolOutput => ({
  text: `The ${wish.kind} was logged on the ${wish.about_kind} “${plain(wish.about_name)}” in ${crm.name}.${task}`,
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
