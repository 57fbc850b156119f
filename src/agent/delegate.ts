import { withChoices } from "../core/question.ts";
import type { AgentFile } from "./agent-file.ts";
import { briefTask } from "./briefing.ts";
import { refusal } from "./calls.ts";
import type { ToolMessage } from "./messages.ts";
import { agentOfCall, taskSchema } from "./offered.ts";
import type { Parts } from "./parts.ts";
import type { Run } from "./run.ts";
import {
  doneWork,
  mergeWorks,
  newWork,
  questionOf,
  rootOf,
  type CallResult,
  type OpenCall,
  type Work,
} from "./works.ts";

const whyWrong =
  "Not handed out: give the whole task as text in the one field `task`, at most 4,000 characters.";

const childFor = (
  work: Work,
  call: OpenCall,
  id: string,
  agent: AgentFile,
  task: string,
  parts: Parts,
  run: Run,
) =>
  newWork({
    id,
    agent: agent.name,
    parent: { work: work.id, call: call.id },
    planner: "model",
    messages: briefTask(run.start, parts.clock(), task),
    route: { agent: agent.name, why: `asked by the ${work.agent} agent`, candidates: [] },
  });

const tell = (run: Run, child: Work, title: string, task: string): void => {
  run.emit({ kind: "delegated", agent: child.agent, task });
  run.emit({ kind: "step", id: child.id, text: `Asking the ${title.toLowerCase()} agent`, state: "running" });
};

/** Makes a work for every call that hands a task to another agent; the calls point to them. */
export const delegated = (works: readonly Work[], parts: Parts, run: Run): Work[] => {
  let all = [...works];
  for (const work of works.filter(({ status }) => status === "waiting")) {
    const calls = work.calls.map((call): OpenCall => {
      if (call.result !== null || call.action !== null || call.child !== null || call.needs !== null)
        return call;
      const agent = agentOfCall(call.tool, parts.agents.values());
      const task = taskSchema.safeParse(JSON.parse(call.args));
      if (agent === undefined || !task.success) return { ...call, result: refusal(whyWrong) };
      const child = childFor(work, call, `w${all.length}`, agent, task.data.task, parts, run);
      all = [...all, child];
      tell(run, child, agent.title, task.data.task);
      return { ...call, child: child.id };
    });
    all = mergeWorks(all, [{ ...work, calls }]);
  }
  run.answering = answeringWork(all);
  return all;
};

/** A root that hands its whole request to one agent forwards that agent's answer, unless the person added to it since. */
const forwards = (root: Work): boolean =>
  root.parent === null &&
  root.planner === "model" &&
  root.calls.length === 1 &&
  root.calls[0]?.child !== null &&
  root.messages.at(-1)?.role === "assistant" &&
  !root.messages.some(({ role }) => role === "tool");

/** The work whose words will be the answer, as far as can be told now. */
export const answeringWork = (works: readonly Work[]): string => {
  const root = rootOf(works);
  return forwards(root) ? (root.calls[0]?.child ?? root.id) : root.id;
};

const untrustedOf = (work: Work): string[] => [
  ...new Set(work.messages.flatMap((message) => (message.role === "tool" ? message.untrusted : []))),
];

const resultOfChild = (child: Work): CallResult | null => {
  const asked = questionOf(child);
  if (asked !== undefined) {
    const text = `The ${child.agent} agent cannot go on without an answer of the person: ${withChoices(child.answer ?? "", asked.choices)}`;
    return refusal(
      `${text}\nAsk the person with ask_person, unless you can tell the answer from the request.`,
    );
  }
  if (child.status === "done") {
    const text = [child.answer ?? "", ...child.notes].join("\n\n");
    return { text, ok: true, untrusted: untrustedOf(child), source: null };
  }
  if (child.status !== "failed") return null;
  return refusal(`The ${child.agent} agent could not finish. ${child.reason ?? ""}`.trim());
};

const answersOf = (work: Work): ToolMessage[] =>
  work.calls.map(({ id, tool, result }) => ({
    role: "tool",
    call: id,
    tool,
    ...(result ?? refusal("This call has no result.")),
  }));

/** The single specialist's answer as the root's own, not rephrased. */
const forwarded = (root: Work, child: Work): Work => ({
  ...doneWork(root, child.answer ?? "", { claims: child.claims, answeredBy: child.agent }),
  by: child.by,
  question: child.question,
  notes: [...root.notes, ...child.notes],
  route: {
    agent: child.agent,
    why: `the ${root.agent} agent handed the whole request to it`,
    candidates: [{ name: child.agent, score: 1 }],
  },
});

/**
 * Answers every work whose calls all have results: one message per call, in call order, and the work may think on.
 * Children come after their parents in the list, so it is read from its end.
 */
export const settled = (works: readonly Work[], run: Run): Work[] => {
  let all = [...works];
  for (const { id } of [...works].reverse()) {
    const work = all.find((one) => one.id === id);
    if (work?.status !== "waiting") continue;
    const childOf = (call: OpenCall) => all.find((one) => one.id === call.child);
    const calls = work.calls.map((call): OpenCall => {
      const child = call.result === null ? childOf(call) : undefined;
      const result = child === undefined ? null : resultOfChild(child);
      if (child === undefined || result === null) return call;
      const text = `Asking the ${child.agent} agent`;
      run.emit({ kind: "step", id: child.id, text, state: result.ok ? "done" : "failed" });
      return { ...call, result };
    });
    const [only] = work.calls;
    const child = only === undefined ? undefined : childOf(only);
    const complete = calls.every(({ result }) => result !== null);
    const next: Work =
      complete && child?.status === "done" && forwards(work)
        ? forwarded(work, child)
        : complete
          ? {
              ...work,
              status: "runnable",
              messages: [...work.messages, ...answersOf({ ...work, calls })],
              calls: [],
            }
          : { ...work, calls };
    all = mergeWorks(all, [next]);
  }
  return all;
};
