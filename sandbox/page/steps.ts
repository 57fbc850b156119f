import type { View } from "./session.ts";

/** The four things to try, in order. */
export type Step = "read" | "write" | "refused" | "audit";

const has = (view: View, kind: string): boolean => view.audit.some((row) => row.kind === kind);

/** Which of them have happened since this sandbox started: told by the audit log, so that a reload shows the same. */
export const doneSteps = (view: View, auditSeen: boolean): ReadonlySet<Step> =>
  new Set<Step>([
    ...(has(view, "read.done") ? (["read"] as const) : []),
    ...(has(view, "action.proposed") ? (["write"] as const) : []),
    ...(has(view, "click.refused") ? (["refused"] as const) : []),
    ...(has(view, "action.intent") && auditSeen ? (["audit"] as const) : []),
  ]);

const KEY = "steward-sandbox-audit-seen";

/** Whether the audit log was opened since this sandbox started. */
export const auditSeen = (started: string | undefined): boolean =>
  started !== undefined && localStorage.getItem(KEY) === started;

export const rememberAuditSeen = (started: string | undefined): void => {
  if (started !== undefined) localStorage.setItem(KEY, started);
};
