import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { requireAccount, requireKind } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { issuesIn, linkText } from "./issue-link.ts";
import { findRecord } from "./names.ts";
import type { CrmPort } from "./port.ts";
import { findLogged } from "./record-create.ts";
import { trailOf } from "./trail.ts";

const entriesRead = 100;

const issueUrl = z
  .string()
  .trim()
  .max(500)
  .refine(
    (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
    "expected the issue's address",
  )
  .refine(
    (url) => !URL.canParse(url) || /\/-\/(?:issues|work_items)\/\d+\/?$/.test(new URL(url).pathname),
    "expected the address of one issue, such as https://gitlab.example.com/payments/ledger-api/-/issues/12",
  );

const input = z.strictObject({
  ticket: words("The ticket's id, its subject, or the customer's name"),
  issue: issueUrl.describe("Address of the GitLab issue"),
});
const args = z.object({ ticket: z.string(), name: z.string(), issue: z.string() });
type Args = z.infer<typeof args>;

/** Leaves an issue's address on a ticket. The other way round is a comment on the issue. */
export function ticketLink(crm: CrmPort): WriteTool {
  return {
    name: "crm_ticket_link",
    title: "Link an issue to a ticket",
    description:
      'Leaves the address of a GitLab issue on a support ticket; the way back is a comment on the issue. For example {"ticket":"6001","issue":"https://gitlab.example.com/payments/ledger-api/-/issues/12"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { ticket: "deal", issue: "text" },
    examples,
    targetTypes: ["Ticket"],
    policyArgs: { issue: "String" },
    risks: [1],
    lagMs: crm.lagMs,
    step: ({ ticket }) => `Preparing a link on the ticket ${plain(said(ticket) ?? "", 80)}`,
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      await requireKind(crm, "ticket", context);
      const ticket = await findRecord(crm, "ticket", said(given["ticket"]) ?? "", context);
      const issue = (said(given["issue"]) ?? "").replace(/\/+$/, "");
      const linked = await linkedIssues(crm, ticket.id, context);
      if (linked.includes(issue)) {
        throw new TerminalError(
          "nothing_to_change",
          `The ticket "${line(ticket.name, 80)}" names ${line(issue, 200)} already. Nothing to change.`,
        );
      }
      return {
        args: { ticket: ticket.id, name: ticket.name, issue } satisfies Args,
        target: recordTarget("ticket", ticket),
        policyArgs: { issue },
        risk: 1,
        version: versionOf(linked),
        preview: {
          sentence: `Link an issue to the ticket "${line(ticket.name, 120)}"`,
          fields: [
            { label: "Issue", value: issue },
            ...(linked.length > 0
              ? [{ label: "Linked already", value: linked.map((url) => line(url, 200)).join(", ") }]
              : []),
          ],
        },
      };
    },
    version: async (given, context) =>
      versionOf(await linkedIssues(crm, canonical(args, given).ticket, context)),
    run: async (given, context) => {
      const wish = canonical(args, given);
      const { id } = await crm.log(
        { kind: "note", text: linkText(wish.issue), detail: trailOf("Linked", context), at: context.now() },
        { kind: "ticket", id: wish.ticket },
        context,
      );
      return outputOf(crm, wish, id);
    },
    find: (given, context) => {
      const wish = canonical(args, given);
      return findLogged(
        crm,
        { kind: "ticket", id: wish.ticket },
        ["note"],
        (id) => outputOf(crm, wish, id),
        context,
      );
    },
  };
}

const linkedIssues = async (crm: CrmPort, ticket: string, context: CallContext): Promise<string[]> =>
  issuesIn(await crm.timeline({ kind: "ticket", id: ticket }, entriesRead, context));

const versionOf = (linked: readonly string[]): string => `issues:${linked.toSorted().join(" ") || "none"}`;

const outputOf = (crm: CrmPort, wish: Args, id: string): ToolOutput => ({
  text: `The ticket “${plain(wish.name)}” in ${crm.name} now names the issue ${plain(wish.issue, 300)}.`,
  sources: [],
  data: { id },
  untrusted: [],
});

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "link this issue to the support ticket of {deal}",
  "connect the support ticket of {deal} with this issue",
  "put the issue link on the customer ticket of {deal}",
  "link the ticket from {deal} to the bug",
  "add the bug's address to the support ticket of {deal}",
  "note the issue on the support ticket of {deal}",
  "tie the customer ticket of {deal} to the issue",
  "the support ticket of {deal} belongs to this issue, link them",
  "reference this issue in the ticket of {deal}",
  "link the ticket of {deal} both ways",
  "write the issue's link on the {deal} ticket",
  "attach this issue to the customer ticket from {deal}",
];
