import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactElement,
} from "react";
import { Conversation } from "./conversation.tsx";
import { Drawer, type Tab } from "./drawer.tsx";
import { Modal } from "./modal.tsx";
import { AppContext, FollowContext, handlesOf, HandlesContext, namesOf, NamesContext } from "./people.ts";
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

  useKeys((person) => {
    const chosen = people[person - 1];
    if (chosen) session.switchTo(chosen.id);
  });

  const { row } = view;
  useEffect(() => {
    if (!row) return;
    setTab("systems");
    setOpen(true);
  }, [row]);
  const follow = useCallback((url: string) => session.showRow(url), [session]);

  const mine = view.waiting[me]?.length ?? 0;
  useEffect(() => {
    document.title = mine > 0 ? `(${mine}) Steward sandbox` : "Steward sandbox";
  }, [mine]);

  const modal = view.views.modals.at(-1);
  if (!workspace || !names) return <Opening lost={view.link === "lost"} />;
  const show = (next: Tab) => {
    if (next === "audit") rememberAuditSeen(view.about?.started);
    setTab(next);
    setOpen(true);
  };
  return (
    <NamesContext value={names}>
      <HandlesContext value={handles}>
        <FollowContext value={follow}>
          <AppContext value={view.app}>
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
            {modal && (
              <Modal
                key={view.me}
                forms={session.forms}
                view={modal}
                below={view.views.modals.length - 1}
                trouble={view.trouble}
              />
            )}
            <Welcome about={view.about} show={show} />
          </AppContext>
        </FollowContext>
      </HandlesContext>
    </NamesContext>
  );
}

/** Alt+1… changes who types; `/` anywhere outside a field goes to the message. */
function useKeys(person: (place: number) => void): void {
  const latest = useRef(person);
  latest.current = person;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
        event.preventDefault();
        latest.current(Number(event.code.slice(5)));
        return;
      }
      const typing =
        event.target instanceof Element && event.target.closest("input, textarea, dialog") !== null;
      if (event.key !== "/" || typing || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      document.getElementById("message-field")?.focus();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
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
