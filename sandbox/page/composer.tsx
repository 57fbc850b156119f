import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from "react";
import { Attach } from "./attach.tsx";
import { firstName, useNames } from "./people.ts";
import { SuggestedPrompts } from "./prompts.tsx";
import type { Session, View } from "./session.ts";
import { suggest, type Suggestion } from "./suggestions.ts";
import type { Message, Workspace } from "./types.ts";

interface ComposerProps {
  readonly session: Session;
  readonly view: View;
  readonly workspace: Workspace;
  /** Of the channel, as shown. */
  readonly name: string;
  readonly direct: boolean;
}

/** Unsent words by person, channel and thread: kept while one looks elsewhere. */
const drafts = new Map<string, string>();

/** Where a message is written, edited and sent. */
export function Composer({ session, view, workspace, name, direct }: ComposerProps): ReactElement {
  const { me, channel, thread, contents, filled } = view;
  const names = useNames();
  const field = useRef<HTMLTextAreaElement>(null);
  const key = `${me}:${channel}:${thread ?? ""}`;
  const [text, setText] = useState(filled?.text ?? drafts.get(key) ?? "");
  const { editing } = view;
  const [brought, setBrought] = useState<readonly File[]>([]);
  const [chosen, setChosen] = useState(0);
  const [closed, setClosed] = useState(false);
  const found = useMemo(() => suggest(text, workspace.people), [text, workspace.people]);
  const suggestions = closed || editing ? [] : found;

  const change = (next: string) => {
    setText(next);
    setChosen(0);
    setClosed(false);
    if (!editing) drafts.set(key, next);
  };
  useGrowing(field, text);
  useEffect(() => {
    if (thread !== undefined) field.current?.focus();
  }, [thread]);
  useEffect(() => {
    if (!editing) return;
    setText(plain(editing.text, names.person));
    field.current?.focus();
  }, [editing]);
  useEffect(() => {
    if (!filled) return;
    setText(filled.text);
    setClosed(true);
    field.current?.focus();
  }, [filled]);

  const stopEditing = () => {
    session.edit(undefined);
    setText(drafts.get(key) ?? "");
  };
  const send = async () => {
    const words = text.trim();
    if (words === "" && brought.length === 0) return;
    setText("");
    drafts.delete(key);
    const sent = await (editing ? session.deeds.edit(editing.ts, words) : session.deeds.send(words, brought));
    // Nothing that was typed is lost to a refusal.
    if (!sent) return setText((now) => (now === "" ? words : now));
    session.edit(undefined);
    setBrought([]);
  };
  const editLast = () => {
    const here = thread === undefined ? contents?.messages : contents?.threads[thread];
    const last = here?.findLast((one) => one.user === me);
    if (last) session.edit(last);
  };
  const take = (suggestion: Suggestion) => {
    change(suggestion.text);
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    const act = keyAct(event, { suggestions, chosen, empty: text === "", editing, thread });
    if (!act) return;
    event.preventDefault();
    const current = suggestions[chosen];
    if (act === "take" && current) take(current);
    if (act === "next") setChosen((chosen + 1) % suggestions.length);
    if (act === "previous") setChosen((chosen + suggestions.length - 1) % suggestions.length);
    if (act === "close") setClosed(true);
    if (act === "stop-editing") stopEditing();
    if (act === "leave-thread") session.replyIn(undefined);
    if (act === "edit") editLast();
    if (act === "send") void send();
  };

  const where = thread === undefined ? name : `the thread in ${name}`;
  const label = editing
    ? "Edit your message"
    : direct
      ? `Message ${where}`
      : `Message ${where}, mention @steward to ask`;
  return (
    <form
      className="composer"
      aria-label="Write"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {direct && thread === undefined && text === "" && contents?.prompts && (
        <SuggestedPrompts prompts={contents.prompts} say={(words) => void session.deeds.say(words)} />
      )}
      {suggestions.length > 0 && <Suggestions {...{ suggestions, chosen, take }} />}
      <div className="field">
        {(thread !== undefined || editing) && (
          <p className="target">
            {editing ? "Editing your message" : `Replying in a thread in ${name}`}
            <button
              type="button"
              className="quiet"
              onClick={editing ? stopEditing : () => session.replyIn(undefined)}
            >
              {editing ? "Cancel (Esc)" : "Leave the thread (Esc)"}
            </button>
          </p>
        )}
        <div className="row">
          <textarea
            ref={field}
            id="message-field"
            rows={1}
            value={text}
            aria-label={label}
            placeholder={label}
            onChange={(event) => change(event.target.value)}
            onKeyDown={pressed}
            {...(suggestions.length > 0 && {
              "aria-controls": "suggestions",
              "aria-activedescendant": `suggestion-${chosen}`,
            })}
          />
          <Attach brought={brought} change={setBrought} hidden={editing !== undefined} />
          <button type="submit" className="primary" disabled={text.trim() === "" && brought.length === 0}>
            {editing ? "Save" : "Send"}
          </button>
        </div>
      </div>
      <Hint view={view} person={firstName(names.person(me))} />
    </form>
  );
}

/** One line below the field, always there: what went wrong, or which keys help. */
function Hint({ view, person }: { readonly view: View; readonly person: string }): ReactElement {
  const problem =
    view.trouble ??
    (view.link === "lost"
      ? "The sandbox does not answer: retrying. Look at the terminal where npm start runs."
      : view.about?.product === "unreachable"
        ? "Steward is not reachable: retrying. Wait a moment; what you write now may reach it late."
        : undefined);
  return (
    <p className="hint" role="status" data-problem={problem !== undefined}>
      {problem ?? (
        <>
          As {person} · <kbd>Enter</kbd> sends · <kbd>/</kbd> focuses · <kbd>↑</kbd> edits · <kbd>Alt</kbd>+
          <kbd>1</kbd>…<kbd>8</kbd> changes who types
        </>
      )}
    </p>
  );
}

function Suggestions(props: {
  readonly suggestions: readonly Suggestion[];
  readonly chosen: number;
  readonly take: (suggestion: Suggestion) => void;
}): ReactElement {
  const { suggestions, chosen, take } = props;
  return (
    <ul className="suggestions" id="suggestions" role="listbox" aria-label="Suggestions">
      {suggestions.map((one, index) => (
        <li
          key={one.label}
          id={`suggestion-${index}`}
          role="option"
          aria-selected={index === chosen}
          // Pressed, not clicked: the field keeps the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            take(one);
          }}
        >
          <strong>{one.label}</strong> <span>{one.about}</span>
        </li>
      ))}
    </ul>
  );
}

type Act = "take" | "next" | "previous" | "close" | "stop-editing" | "leave-thread" | "edit" | "send";

/** What a key does in the field, as things stand. */
function keyAct(
  { key, shiftKey, nativeEvent }: KeyboardEvent,
  now: {
    suggestions: readonly Suggestion[];
    chosen: number;
    empty: boolean;
    editing: Message | undefined;
    thread: string | undefined;
  },
): Act | undefined {
  if (nativeEvent.isComposing) return undefined;
  if (now.suggestions.length > 0) {
    if (key === "Tab" || (key === "Enter" && !shiftKey)) return "take";
    if (key === "ArrowDown") return "next";
    if (key === "ArrowUp") return "previous";
    if (key === "Escape") return "close";
  }
  if (key === "Enter" && !shiftKey) return "send";
  if (key === "Escape" && now.editing) return "stop-editing";
  if (key === "Escape" && now.thread !== undefined) return "leave-thread";
  return key === "ArrowUp" && now.empty ? "edit" : undefined;
}

/** The field is as high as its text, up to a third of the page. */
function useGrowing(field: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, innerHeight / 3)}px`;
  }, [field, text]);
}

/** Stored text as it was typed: mentions by handle, links and entities undone. */
const plain = (text: string, person: (id: string) => string): string =>
  text
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `@${firstName(person(id)).toLowerCase()}`)
    .replace(/<(?:mailto:)?([^|>]+)(?:\|([^>]*))?>/g, (_, url: string, label?: string) => label ?? url)
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
