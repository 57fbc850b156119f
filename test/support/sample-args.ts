import { z } from "zod";
import type { Tool } from "../../src/core/tool.ts";

/** Values by what an argument is called: of the shape that its tool takes. */
const usual: Readonly<Record<string, unknown>> = {
  ...{ project: "payments/ledger-api", group: "payments", merge_request: "payments/ledger-api!482" },
  ...{
    pipeline: "8812",
    job: "99131",
    issue: "payments/ledger-api#17",
    file: "README.md",
    path: "README.md",
  },
  ...{ deal: "Globex", contact: "acme@corp.example", company: "Acme", ticket: "payout", person: "anna" },
  ...{
    payout: "77120",
    customer: "acme@corp.example",
    service: "card-auth",
    currency: "EUR",
    to: "acme@corp.example",
  },
  ...{ thread: "https://northwind-pay.example.com/archives/C0PAYDEV/p1700000000000100" },
};

interface Property {
  type?: string;
  enum?: unknown[];
  minimum?: number;
  format?: string;
  pattern?: string;
  default?: unknown;
}

function sampleOf(name: string, { type, enum: allowed, minimum, format, pattern }: Property): unknown {
  if (allowed?.[0] !== undefined) return allowed[0];
  if (type === "boolean") return true;
  if (type === "number" || type === "integer") return Math.max(1, minimum ?? 1);
  // Codes of currencies.
  if (pattern !== undefined && new RegExp(pattern).test("EUR")) return "EUR";
  if (format === "date" || /date|_at$|until|since/.test(name)) return "2026-11-30";
  return usual[name] ?? "payments";
}

/** Arguments with which a tool gets as far as its system: what it demands, and what names something. */
export function sampleArgs(tool: Pick<Tool, "input">): Record<string, unknown> {
  const { properties = {}, required = [] } = z.toJSONSchema(tool.input, { io: "input" }) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const wanted = Object.entries(properties).filter(([name]) => required.includes(name) || name in usual);
  return Object.fromEntries(wanted.map(([name, property]) => [name, sampleOf(name, property)]));
}
