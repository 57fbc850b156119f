import { z } from "zod";
import { json } from "../http/reply.ts";
import type { Call, Reply } from "../http/types.ts";
import {
  ApiError,
  checked,
  idempotencyKey,
  notFound,
  page,
  paging,
  queryOf,
  startApi,
  type Around,
  type SandboxApi,
} from "./api.ts";

/** A mail that left for a customer. */
interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly reply_to: string | null;
  /** What it is about, in the sender's own system. */
  readonly reference: string | null;
  /** The Idempotency-Key that it was asked for with. */
  readonly key: string | null;
  readonly status: "sent";
  readonly created_at: string;
}

interface MailWorld extends Around {
  /** Oldest first. */
  readonly outbox: Mail[];
}

/** What the drawer shows: the newest first. */
export interface MailState {
  readonly outbox: readonly Mail[];
}

/** A running mail service for customers; nothing leaves the machine, everything stands in its outbox. */
export type MailService = SandboxApi<MailWorld, MailState>;

/** Addresses that asked for no more mail, or that bounced. */
const suppressed = new Set(["billing@oldcorp.example", "peter@initech.example"]);

const message = z.strictObject({
  from: z.email(),
  to: z.email(),
  subject: z.string().trim().min(1).max(200),
  text: z.string().trim().min(1).max(10_000),
  reply_to: z.email().optional(),
  reference: z.string().max(100).optional(),
});
const listQuery = z.object({
  to: z.string().optional(),
  reference: z.string().optional(),
  key: z.string().optional(),
  ...paging(50),
});

/** Starts the mail service; the token is the service's own. */
export const startMail = ({ port }: { port?: number } = {}): Promise<MailService> =>
  startApi<MailWorld, MailState>({
    token: "mail-sandbox-steward",
    port,
    seed: (around) => ({ ...around, outbox: [] }),
    show: ({ outbox }) => ({ outbox: outbox.toReversed() }),
    routes: (route) => [
      route("GET", "/messages", list),
      route("GET", "/messages/:message", (call, { outbox }) => {
        const found = outbox.find(({ id }) => id === call.param("message"));
        if (found === undefined) throw notFound(`message ${call.param("message")}`);
        return json(200, found);
      }),
      route("POST", "/messages", send),
    ],
  });

function list(call: Call, { outbox }: MailWorld): Reply {
  const wanted = checked(listQuery, queryOf(call));
  const found = outbox.filter(
    (one) =>
      (wanted.to === undefined || one.to === wanted.to.toLowerCase()) &&
      (wanted.reference === undefined || one.reference === wanted.reference) &&
      (wanted.key === undefined || one.key === wanted.key),
  );
  const { rows, ...rest } = page(found.toReversed(), wanted);
  return json(200, { messages: rows, ...rest });
}

function send(call: Call, { outbox, clock, feed }: MailWorld): Reply {
  const given = checked(message, call.body);
  const key = idempotencyKey(call);
  const before = key === null ? undefined : outbox.find((one) => one.key === key);
  if (before !== undefined) return json(200, before, { "idempotent-replayed": "true" });
  const to = given.to.toLowerCase();
  if (suppressed.has(to)) {
    throw new ApiError(409, "suppressed", `${to} asked for no more mail, or mail to it came back.`);
  }
  const mail: Mail = {
    ...given,
    to,
    id: `m-${5001 + outbox.length}`,
    reply_to: given.reply_to ?? null,
    reference: given.reference ?? null,
    key,
    status: "sent",
    created_at: clock.iso(),
  };
  outbox.push(mail);
  feed.publish("mail.sent", { id: mail.id, to, subject: mail.subject });
  return json(202, mail);
}
