import type { ReactElement, ReactNode } from "react";
import type { Tab } from "./drawer.tsx";
import type { Session, View } from "./session.ts";
import { auditSeen, doneSteps, type Step } from "./steps.ts";
import type { WaitingCard } from "./types.ts";

interface TryProps {
  readonly session: Session;
  readonly view: View;
  readonly show: (tab: Tab) => void;
}

const ANNA = "U0ANNA";
const BORIS = "U0BORIS";

/** Four things to do in order, each with a button that prepares it and a tick when it has happened. */
export function Try({ session, view, show }: TryProps): ReactElement {
  const done = doneSteps(view, auditSeen(view.about?.started));
  const room = view.workspace?.channels.find((one) => one.name === "payments-dev")?.id ?? view.channel;
  const card = view.waiting[BORIS]?.at(-1);
  const fill = (text: string) => void session.fill(ANNA, room, text);
  return (
    <>
      <h2>Four things to try</h2>
      <p className="meta">In this order. You are everyone: change who types at any time.</p>
      <ol className="steps">
        <StepItem step="read" done={done} title="Ask something">
          <p>As Anna, ask why a pipeline failed. Steward reads GitLab and answers in the thread.</p>
          <button type="button" onClick={() => fill("@steward why did the pipeline on !482 fail?")}>
            Fill in the question
          </button>
        </StepItem>
        <StepItem step="write" done={done} title="Ask for a change">
          <p>Still Anna, ask for a merge. Nothing happens yet: the payments lead is asked.</p>
          <button type="button" onClick={() => fill("@steward merge !482")}>
            Fill in the request
          </button>
        </StepItem>
        <StepItem step="refused" done={done} title="Let the wrong person click">
          <p>Anna presses Approve on her own request. Steward refuses, privately, and says why.</p>
          <CardButton
            card={card}
            label="Show the card to Anna"
            press={(one) => void session.show(one, ANNA)}
          />
        </StepItem>
        <StepItem step="audit" done={done} title="Approve as Boris, read the audit">
          <p>Boris approves; !482 is merged once. Then look at what was recorded.</p>
          <CardButton card={card} label="Be Boris" press={(one) => void session.show(one, BORIS)} />
          <button type="button" onClick={() => show("audit")}>
            Open the audit
          </button>
        </StepItem>
      </ol>
    </>
  );
}

function StepItem(props: {
  readonly step: Step;
  readonly done: ReadonlySet<Step>;
  readonly title: string;
  readonly children: ReactNode;
}): ReactElement {
  const isDone = props.done.has(props.step);
  return (
    <li className="step" data-done={isDone}>
      <h3>
        {props.title}
        <span className="tick" role="img" aria-label={isDone ? "done" : "not done yet"}>
          {isDone ? "✓" : ""}
        </span>
      </h3>
      {props.children}
    </li>
  );
}

function CardButton(props: {
  readonly card: WaitingCard | undefined;
  readonly label: string;
  readonly press: (card: WaitingCard) => void;
}): ReactElement {
  const { card, label, press } = props;
  return (
    <button
      type="button"
      disabled={card === undefined}
      title={card ? undefined : "There is no card that waits for Boris"}
      onClick={() => card && press(card)}
    >
      {label}
    </button>
  );
}
