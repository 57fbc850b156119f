import type { ReactElement } from "react";
import type { Prompts } from "./types.ts";

/** What the app suggests to ask, one press away. */
export function SuggestedPrompts(props: {
  readonly prompts: Prompts;
  readonly say: (words: string) => void;
}): ReactElement {
  const { title, prompts } = props.prompts;
  return (
    <div className="prompts" role="group" aria-label={title ?? "Suggestions of Steward"}>
      {title !== undefined && <p>{title}</p>}
      {prompts.map((one) => (
        <button key={one.title} type="button" title={one.message} onClick={() => props.say(one.message)}>
          {one.title}
        </button>
      ))}
    </div>
  );
}
