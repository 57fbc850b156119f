import { useContext, useId, useRef, type ReactElement, type ReactNode } from "react";
import { AppContext, useNames } from "./people.ts";
import type { Session } from "./session.ts";
import { SIGNS } from "./signs.tsx";
import type { Message } from "./types.ts";

interface MenuProps {
  readonly session: Session;
  readonly message: Message;
  /** Who wrote it. */
  readonly name: string;
  readonly replyable: boolean;
}

/** What can be done with a message: shown while one points at it, or by keyboard. */
export function MessageMenu({ session, message, name, replyable }: MenuProps): ReactElement {
  const { deeds } = session;
  const { me } = useNames();
  const { shortcuts } = useContext(AppContext);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();
  const item = (label: string, act: () => void, key = label): ReactNode => (
    <button
      key={key}
      type="button"
      className="quiet"
      onClick={() => {
        menu.current?.hidePopover();
        act();
      }}
    >
      {label}
    </button>
  );
  return (
    <span className="message-acts">
      {replyable && (
        <button
          type="button"
          className="quiet"
          aria-label={`Reply in thread to ${name}`}
          onClick={() => session.replyIn(message.ts)}
        >
          Reply in thread
        </button>
      )}
      <button
        type="button"
        className="quiet"
        aria-label={`More for the message of ${name}`}
        popoverTarget={id}
        style={{ anchorName: `--menu-${message.ts.replace(".", "-")}` } as object}
      >
        ⋯
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        className="menu"
        style={{ positionAnchor: `--menu-${message.ts.replace(".", "-")}` } as object}
      >
        <p className="menu-reactions">
          {Object.entries(SIGNS).map(([reaction, sign]) => (
            <button
              key={reaction}
              type="button"
              className="quiet"
              aria-label={`React with ${reaction}`}
              onClick={() => {
                menu.current?.hidePopover();
                void deeds.react(message, reaction);
              }}
            >
              {sign}
            </button>
          ))}
        </p>
        {shortcuts.map((one) =>
          item(one.name, () => void deeds.shortcut(one.callback_id, message.ts), one.callback_id),
        )}
        {message.user === me && item("Edit", () => session.edit(message))}
        {message.user === me && item("Delete", () => void deeds.delete(message.ts))}
      </div>
    </span>
  );
}
