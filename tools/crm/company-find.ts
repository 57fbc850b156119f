import { z } from "zod";
import type { ReadTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, table } from "../text.ts";
import { requireAccount } from "./access.ts";
import { crmTarget } from "./entities.ts";
import { foundHeadline, narrower } from "./found.ts";
import { ownerName } from "./kinds.ts";
import type { CrmPort } from "./port.ts";

const rowsShown = 10;
const input = z.strictObject({ company: words("Words of the company's name, or its domain") });

/** Which customers are called so: companies by name or domain. */
export function companyFind(crm: CrmPort): ReadTool {
  return {
    name: "crm_company_find",
    title: "Find companies",
    description: 'Finds companies of the CRM by name or domain. For example {"company":"Globex"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { company: "deal" },
    examples,
    targetTypes: ["Crm"],
    policyArgs: {},
    step: ({ company }) => `Looking for the company ${plain(said(company) ?? "", 80)}`,
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      return { args: canonical(input, given), target: crmTarget(crm.name), policyArgs: {} };
    },
    run: async (given, context) => {
      const { company } = canonical(input, given);
      const [page, owners] = await Promise.all([
        crm.find("company", { text: company, rowsMax: rowsShown }, context),
        crm.owners(context),
      ]);
      const rows = page.records.map((one) =>
        [
          one.name,
          one.domain ?? "none",
          one.industry ?? "none",
          one.city ?? "none",
          ownerName(owners, one),
        ].map((cell) => plain(cell, 80)),
      );
      return {
        text: [
          foundHeadline("company", page, `for “${plain(company, 60)}”`),
          ...(rows.length > 0 ? [table(["Company", "Domain", "Industry", "City", "Owner"], rows)] : []),
          ...narrower(page, "Narrow it by the full name or the domain."),
        ].join("\n\n"),
        sources: [],
        data: { total: page.total, shown: page.records.map(({ id, name }) => ({ id, name })) },
        choices: page.records.map(({ id, name, domain }) => ({
          value: id,
          label: line(`${name}, ${domain ?? "no domain"}`, 75),
        })),
        untrusted: [],
      };
    },
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "find the company {deal} in the crm",
  "is {deal} a company in our crm",
  "which company is called {deal}?",
  "look up the company {deal}",
  "what is the domain of the company {deal}",
  "search companies named {deal}",
  "which industry is the company {deal} in",
  "is the company {deal} a customer of ours?",
  "who owns the company record of {deal}",
  "find companies with {deal} in the name",
  "show companies called {deal}",
  "do we have a company record for {deal}",
];
