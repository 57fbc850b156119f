import type { ReactElement } from "react";
import type { Deeds } from "./deeds.ts";
import { useNames } from "./people.ts";
import { signOf } from "./signs.tsx";
import type { Message } from "./types.ts";

interface ReactionsProps {
  readonly message: Message;
  readonly deeds: Deeds;
}

/** Reactions below a message; a press puts one's own, or takes it away. */
export function Reactions({ message, deeds }: ReactionsProps): ReactElement | null {
  const names = useNames();
  const { reactions = [] } = message;
  if (reactions.length === 0) return null;
  return (
    <p className="reactions">
      {reactions.map(({ name, users }) => (
        <button
          key={name}
          type="button"
          className="quiet"
          aria-pressed={users.includes(names.me)}
          aria-label={`${name}, ${users.map((user) => names.person(user)).join(", ")}`}
          title={users.map((user) => names.person(user)).join(", ")}
          onClick={() => void deeds.react(message, name)}
        >
          {signOf(name)} {users.length}
        </button>
      ))}
    </p>
  );
}
