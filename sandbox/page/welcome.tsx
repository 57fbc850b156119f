import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Tab } from "./drawer.tsx";
import type { About } from "./types.ts";

const KEY = "steward-sandbox-welcomed";

interface WelcomeProps {
  readonly about: About | undefined;
  readonly show: (tab: Tab) => void;
}

/** Shown once in a browser: what this is, who answers, and four things to try. */
export function Welcome({ about, show }: WelcomeProps): ReactElement | null {
  const [closed, setClosed] = useState(() => localStorage.getItem(KEY) !== null);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!closed) dialog.current?.showModal();
  }, [closed]);
  if (closed) return null;
  const close = () => {
    localStorage.setItem(KEY, "yes");
    setClosed(true);
    show("try");
  };
  return (
    <dialog ref={dialog} className="welcome" aria-labelledby="welcome-title" onClose={close}>
      <h2 id="welcome-title">A company to try Steward in</h2>
      <p>
        Everyone here works at Northwind Pay, and you are all of them. Steward is a colleague in this
        workspace: it looks things up, and asks the right person before it changes anything. Its GitLab and
        CRM run beside this page.
      </p>
      <ol>
        <li>Ask why a pipeline failed.</li>
        <li>Ask for a merge: the payments lead is asked first.</li>
        <li>Let the wrong person approve it, and see the refusal.</li>
        <li>Approve it as Boris, and read the audit.</li>
      </ol>
      <p className="meta">{answering(about)}</p>
      <button type="button" className="primary" onClick={close} autoFocus>
        Begin
      </button>
    </dialog>
  );
}

function answering(about: About | undefined): string {
  if (about?.model) return `Answered by ${about.planner ?? "the configured model"}.`;
  return "Answered by the offline router: it knows the usual questions. Add OPENAI_API_KEY or OPENAI_BASE_URL for a language model.";
}
