import { useEffect, useMemo, useState, useSyncExternalStore, type ReactElement } from "react";
import { Conversation } from "./conversation.tsx";
import { Drawer, type Tab } from "./drawer.tsx";
import { handlesOf, HandlesContext, namesOf, NamesContext } from "./people.ts";
import { Rail } from "./rail.tsx";
import type { Session } from "./session.ts";
import { rememberAuditSeen } from "./steps.ts";
import { Welcome } from "./welcome.tsx";

/** The whole page: rail, conversation, drawer. */
export function App({ session }: { readonly session: Session }): ReactElement {
  const view = useSyncExternalStore(session.watch, session.view);
  const [tab, setTab] = useState<Tab>("systems");
  const [open, setOpen] = useState(true);
  const { workspace, me } = view;
  const names = useMemo(() => workspace && namesOf(workspace, me), [workspace, me]);
  const handles = useMemo(() => (workspace ? handlesOf(workspace) : new Map()), [workspace]);
  const people = useMemo(() => workspace?.people.filter((one) => !one.bot) ?? [], [workspace]);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const person = event.altKey && /^Digit[1-9]$/.test(event.code) && people[Number(event.code.slice(5)) - 1];
      if (!person) return;
      event.preventDefault();
      session.switchTo(person.id);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [people, session]);

  const mine = view.waiting[me]?.length ?? 0;
  useEffect(() => {
    document.title = mine > 0 ? `(${mine}) Steward sandbox` : "Steward sandbox";
  }, [mine]);

  if (!workspace || !names) return <Opening lost={view.link === "lost"} />;
  const show = (next: Tab) => {
    if (next === "audit") rememberAuditSeen(view.about?.started);
    setTab(next);
    setOpen(true);
  };
  return (
    <NamesContext value={names}>
      <HandlesContext value={handles}>
      <div className="page" data-drawer={open ? "open" : "closed"}>
        <Rail session={session} view={view} workspace={workspace} people={people} />
        <Conversation
          session={session}
          view={view}
          workspace={workspace}
          drawerOpen={open}
          toggleDrawer={() => setOpen(!open)}
        />
        {open && <Drawer session={session} view={view} tab={tab} show={show} />}
      </div>
      <Welcome about={view.about} show={show} />
      </HandlesContext>
    </NamesContext>
  );
}

function Opening({ lost }: { readonly lost: boolean }): ReactElement {
  return (
    <main className="opening">
      <h1>Steward sandbox</h1>
      <p role="status">
        {lost
          ? "The sandbox does not answer: retrying. Look at the terminal where npm start runs."
          : "Opening the workspace…"}
      </p>
    </main>
  );
}
