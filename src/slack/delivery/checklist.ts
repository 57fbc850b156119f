import type { AgentEvent } from "../../agent/types.ts";
import { clip, visible } from "../markdown/safe-text.ts";

/** One step of a run, in people's words. */
export interface Step {
  id: string;
  title: string;
  status: "in_progress" | "complete" | "error";
}

const titleCharsMax = 140;
/** More steps than this are no checklist any more: the first and the newest are shown. */
const stepsMax = 30;

const statusOf = { running: "in_progress", done: "complete", failed: "error" } as const;

/** Words of tools and models for places that Slack might read as markup: nothing in them can become any. */
export const inert = (text: string): string =>
  clip(visible(text).replaceAll(/\s+/g, " ").replaceAll("<", "‹").replaceAll(">", "›").trim(), titleCharsMax);

/** The steps of one run, in the order in which they began. Reading at one's own pace: `changed` gives what is new. */
export class Checklist {
  readonly #steps = new Map<string, Step>();
  readonly #fresh = new Set<string>();

  note(event: Extract<AgentEvent, { kind: "step" }>): void {
    const known = this.#steps.get(event.id);
    if (known === undefined && this.#steps.size >= stepsMax) return;
    const step = { id: event.id, title: inert(event.text) || "Working", status: statusOf[event.state] };
    if (known?.title === step.title && known.status === step.status) return;
    this.#steps.set(event.id, step);
    this.#fresh.add(event.id);
  }

  get all(): Step[] {
    return [...this.#steps.values()];
  }

  /** Steps that began or ended since they were last `shown`. */
  get changed(): Step[] {
    return this.all.filter(({ id }) => this.#fresh.has(id));
  }

  /** These stand in Slack as they are. A step that changed again meanwhile stays to be shown. */
  shown(steps: readonly Step[]): void {
    for (const step of steps) if (this.#steps.get(step.id) === step) this.#fresh.delete(step.id);
  }
}
