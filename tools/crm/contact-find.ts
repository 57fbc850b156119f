import { z } from "zod";
import type { ReadTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, table } from "../text.ts";
import { requireAccount } from "./access.ts";
import { crmTarget } from "./entities.ts";
import { foundHeadline, narrower } from "./found.ts";
import type { CrmPort } from "./port.ts";

const rowsShown = 10;
const input = z.strictObject({ contact: words("Name or mail address of the person at the customer") });

/** Who is who at the customers: contacts by name or mail address. */
export function contactFind(crm: CrmPort): ReadTool {
  return {
    name: "crm_contact_find",
    title: "Find contacts",
    description:
      'Finds contacts of the CRM by name or mail address: their mail, phone and job. For example {"contact":"dana.reyes@globex.example"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { contact: "text" },
    examples,
    targetTypes: ["Crm"],
    policyArgs: {},
    step: ({ contact }) => `Looking for the contact ${plain(said(contact) ?? "", 80)}`,
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      return { args: canonical(input, given), target: crmTarget(crm.name), policyArgs: {} };
    },
    run: async (given, context) => {
      const { contact } = canonical(input, given);
      const page = await crm.find("contact", { text: contact, rowsMax: rowsShown }, context);
      const rows = page.records.map((one) =>
        [one.name, one.email, one.phone, one.jobTitle].map((cell) => plain(cell ?? "none", 80)),
      );
      return {
        text: [
          foundHeadline("contact", page, `for “${plain(contact, 60)}”`),
          ...(rows.length > 0 ? [table(["Name", "Mail", "Phone", "Job"], rows)] : []),
          ...narrower(page, "Narrow it by the full name or the mail address."),
        ].join("\n\n"),
        sources: [],
        data: { total: page.total, shown: page.records.map(({ id, name }) => ({ id, name })) },
        choices: page.records.map(({ id, name, email }) => ({
          value: id,
          label: line(`${name}, ${email ?? "no mail address"}`, 75),
        })),
        untrusted: page.records.length > 0 ? [`contacts in ${crm.name}`] : [],
      };
    },
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "find the contact with this mail address in the crm",
  "which contact has this e-mail address",
  "who is the customer behind this mail address?",
  "look up a contact by name in the crm",
  "is this person a contact of ours",
  "what is the phone number of this customer contact",
  "find a contact person at {deal}",
  "who do we know at {deal}",
  "search contacts by name",
  "show the contact details of this customer",
  "do we have a contact with this address?",
  "which contacts do we have at {deal}",
];
