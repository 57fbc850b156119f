import type { KeyboardEvent, ReactElement } from "react";
import { Audit } from "./audit.tsx";
import type { Session, View } from "./session.ts";
import { Systems } from "./systems.tsx";
import { Try } from "./try.tsx";

export type Tab = "systems" | "audit" | "try";

const TABS: readonly (readonly [Tab, string])[] = [
  ["systems", "Systems"],
  ["audit", "Audit"],
  ["try", "Try"],
];

interface DrawerProps {
  readonly session: Session;
  readonly view: View;
  readonly tab: Tab;
  readonly show: (tab: Tab) => void;
}

/** What happens behind the conversation: the systems' state, the audit log, and things to try. */
export function Drawer({ session, view, tab, show }: DrawerProps): ReactElement {
  const arrows = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = TABS.findIndex(([name]) => name === tab);
    const [next] = TABS[(at + step + TABS.length) % TABS.length] ?? [tab];
    show(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <aside className="drawer" aria-label="Behind the conversation">
      <div className="tabs" role="tablist" aria-label="Behind the conversation" onKeyDown={arrows}>
        {TABS.map(([name, label]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === tab}
            aria-controls="drawer-panel"
            tabIndex={name === tab ? 0 : -1}
            onClick={() => show(name)}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="panel" role="tabpanel" id="drawer-panel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === "systems" && (
          <Systems
            {...{ gitlab: view.gitlab, crm: view.crm, services: view.services }}
            {...{ moved: view.moved, row: view.row }}
          />
        )}
        {tab === "audit" && <Audit rows={view.audit} />}
        {tab === "try" && <Try session={session} view={view} show={show} />}
      </div>
    </aside>
  );
}
