import type { ReactElement } from "react";
import { Drawn, type Part, plainText, word } from "./drawn.tsx";
import type { Block } from "./types.ts";

const SIGNS: Readonly<Record<string, readonly [sign: string, words: string]>> = {
  pending: ["○", "not begun"],
  in_progress: ["◐", "running"],
  complete: ["✓", "done"],
  error: ["✕", "failed"],
};

/** A step of a run, as a `task_card` block. */
export function Task({ task }: { readonly task: Part }): ReactElement {
  const status = word(task["status"]);
  const [sign, words] = SIGNS[status] ?? SIGNS["pending"]!;
  const more = [task["details"], task["output"]].filter((part) => part !== undefined);
  return (
    <div className="task" data-status={status}>
      <span role="img" aria-label={words}>
        {sign}
      </span>
      <div>
        <p>{word(task["title"]) || plainText(task["title"])}</p>
        {more.map((part, index) => (
          <Drawn key={index} block={part as Block} />
        ))}
      </div>
    </div>
  );
}

/** A `plan` block: the steps of a run below its title. */
export function Plan({ block }: { readonly block: Block }): ReactElement {
  const tasks = (block["tasks"] as Part[] | undefined) ?? [];
  const done = tasks.filter((task) => task["status"] === "complete").length;
  return (
    <section className="plan" aria-label={word(block["title"])}>
      <p className="plan-title">
        {word(block["title"])}
        {tasks.length > 0 && <span>{` ${done} of ${tasks.length}`}</span>}
      </p>
      {tasks.map((task) => (
        <Task key={word(task["task_id"])} task={task} />
      ))}
    </section>
  );
}
