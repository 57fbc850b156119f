import { setTimeout as wait } from "node:timers/promises";
import { type Principal, personKey } from "../core/principal.ts";
import type { PendingCall, Question } from "../core/question.ts";
import { storable } from "../core/text.ts";
import type { ConversationRef, TurnRequest } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import type { Running } from "./finish.ts";
import type { TurnParts } from "./parts.ts";
import type { QuestionRecord } from "./question-ports.ts";

/** A button may be pressed while its message's ts is still on its way to us. */
const inFlightMs = 1_500;
const lookAgainMs = 100;
/** Characters of a request that are repeated with the answer to its question. */
const aboutCharsMax = 2_000;

/** What a person who pressed a button is told; nothing when it counts, since the message then shows it. */
export interface AnswerTold {
  fresh: boolean;
  text: string;
}

type Message = { channel: string; ts: string };
type Parts = Pick<TurnParts, "questions" | "transact" | "audit">;

/** The request that was asked about, as the first lines of what its answer asks. */
const about = ({ about: text }: QuestionRecord): string => text.slice(0, aboutCharsMax);

/** Why this person may not answer here, in words; nothing when they may. */
const refusalOf = (
  question: QuestionRecord | undefined,
  person: Pick<Principal, "workspace" | "user">,
  message: Message,
): string | undefined => {
  if (question === undefined) return "This question is not known here; nothing was started.";
  const { post, answered } = question;
  if (post === null || post.channel !== message.channel || post.ts !== message.ts) {
    return "This button works only on the message it was posted with; nothing was started.";
  }
  if (question.person.user !== person.user || question.person.workspace !== person.workspace) {
    return "Only the person who asked can answer this question. Mention me to ask something of your own.";
  }
  if (answered !== null) return `Already answered by ${answered.by}: ${answered.answer}`;
  return question.expired ? "This question has expired. Ask again to get a fresh one." : undefined;
};

/** What the next turn is asked: the waiting call with its last argument, else the request with the answer to it. */
const requestOf = (question: QuestionRecord, at: number) => {
  const choice = question.choices[at];
  const { call } = question;
  const label = choice?.label ?? "";
  const [only] = call?.missing ?? [];
  if (call !== null && only !== undefined && choice?.value !== undefined) {
    const args = { ...call.args, [only]: choice.value };
    const text = storable(`${about(question)}\n${label}`);
    return { kind: "call" as const, payload: { tool: call.tool, args, text, origin: "chat" } };
  }
  const text = storable(`${about(question)}\nYou asked: ${question.text}\nMy answer: ${label}`);
  return { kind: "ask" as const, payload: { text, origin: "chat" } };
};

/** Records that an answer did not count, with where it was given. */
const auditRefusal = (
  { audit }: Parts,
  tx: Tx,
  id: string,
  question: QuestionRecord | undefined,
  person: Principal,
  message: Message,
  text: string,
): Promise<void> =>
  audit.appendIn(tx, {
    ...{ kind: "question.refused", actor: personKey(person) },
    ...(question && { conversation: question.conversation.key, turn: question.turn }),
    ...{ fields: { question: id.slice(0, 100), ...message }, payload: { text } },
  });

/**
 * Looks at a question under its lock, in one transaction with what `use` makes of it. While its message's ts is in
 * flight it is waited for. Who may not answer is told why, and it is recorded.
 */
const withQuestion = async (
  parts: Parts,
  id: string,
  person: Principal,
  message: Message,
  use: (tx: Tx, question: QuestionRecord) => Promise<AnswerTold>,
): Promise<AnswerTold> => {
  const attempt = (): Promise<AnswerTold | "in flight"> =>
    parts.transact(async (tx) => {
      const question = await parts.questions.lock(tx, id);
      if (question?.post !== null && question?.post.ts === null) return "in flight";
      const refused = refusalOf(question, person, message);
      if (question !== undefined && refused === undefined) return use(tx, question);
      await auditRefusal(parts, tx, id, question, person, message, refused ?? "");
      return { fresh: false, text: refused ?? "" };
    });
  const deadline = performance.now() + inFlightMs;
  for (let answer = await attempt(); ; answer = await attempt()) {
    if (answer !== "in flight") return answer;
    if (performance.now() > deadline) {
      return { fresh: false, text: "This message is still being posted. Please click again in a moment." };
    }
    await wait(lookAgainMs);
  }
};

/**
 * Answers a question by one of its choices, once: one transaction uses it up, stores what it asks of the next turn with
 * its job, and redraws the message. Only the person who was asked answers.
 */
export const answerQuestion =
  (parts: Parts & Pick<TurnParts, "crash">) =>
  async (id: string, choice: number, person: Principal, message: Message): Promise<AnswerTold> => {
    const told = await withQuestion(parts, id, person, message, async (tx, question) => {
      const { label } = question.choices[choice] ?? {};
      if (label === undefined)
        return { fresh: false, text: "This choice is not known here; nothing was started." };
      await parts.questions.settle(tx, question, { by: person.name, answer: label });
      await parts.questions.goOn(tx, question, { ...requestOf(question, choice), person });
      await parts.audit.appendIn(tx, {
        ...{ kind: "question.answered", actor: personKey(person), conversation: question.conversation.key },
        ...{ turn: question.turn, fields: { question: id, by: "choice", choice } },
      });
      return { fresh: true, text: "" };
    });
    if (told.fresh) parts.crash("decided");
    return told;
  };

/** Looks whether somebody may answer a question by a form; its call then waits for that form. */
export const questionForForm =
  (parts: Parts) =>
  async (
    id: string,
    person: Principal,
    message: Message,
  ): Promise<{ call: PendingCall; conversation: ConversationRef } | { refused: string }> => {
    let found: { call: PendingCall; conversation: ConversationRef } | undefined;
    const told = await withQuestion(parts, id, person, message, (_, { call, conversation }) => {
      if (call === null)
        return Promise.resolve({ fresh: false, text: "Answer this question in words, please." });
      found = { call, conversation };
      return Promise.resolve({ fresh: true, text: "" });
    });
    return found ?? { refused: told.text };
  };

/** How a question reads in the message once it was answered in another way than by a choice. */
export const inWords = "answered in words";
export const byForm = "filled in a form";

/**
 * R1's part: the next words of the person who was asked answer their open question. It is used up with the turn that
 * they become; nothing where it was answered in the meantime.
 */
export const takeWords = async (
  { questions, audit }: Pick<TurnParts, "questions" | "audit">,
  tx: Tx,
  id: string,
  person: Principal,
): Promise<Question | undefined> => {
  const question = await questions.lock(tx, id);
  if (question === undefined || question.answered !== null || question.expired) return undefined;
  await questions.settle(tx, question, { by: person.name, answer: inWords });
  await audit.appendIn(tx, {
    ...{ kind: "question.answered", actor: personKey(person), conversation: question.conversation.key },
    ...{ turn: question.turn, fields: { question: id, by: "words" } },
  });
  const { text, choices, call } = question;
  return { text, choices, ...(call !== null && { call }) };
};

/** A request with the question that its words answer. */
export const answering = (request: TurnRequest, question: Question | undefined): TurnRequest =>
  request.kind === "ask" && question !== undefined ? { ...request, answering: question } : request;

/** R5's part: the question that a turn ends with becomes answerable in the transaction that posts it. */
export const keepQuestion = async (
  { questions, audit }: TurnParts,
  tx: Tx,
  { run, turn, conversation }: Running,
  question: Question | undefined,
): Promise<void> => {
  if (question === undefined) return;
  await questions.add(tx, run.turn, conversation.key, turn.principal, question);
  await audit.appendIn(tx, {
    ...{ kind: "question.asked", actor: "steward", conversation: conversation.key, turn: run.turn },
    fields: { choices: question.choices.length, ...(question.call && { tool: question.call.tool }) },
    payload: { text: question.text, choices: question.choices.map(({ label }) => label) },
  });
};
