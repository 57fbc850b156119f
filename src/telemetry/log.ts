import { pino, type Logger } from "pino";

/** The process's logger; children carry `turn`, `action` and `trace` ids. */
export type Log = Logger;

/** Field names whose values never reach a log, wherever they stand. */
const secretFields = [
  "token",
  "secret",
  "password",
  "authorization",
  "apiKey",
  "api_key",
  "cookie",
  "botToken",
];

/** Token shapes of the systems Steward talks to; a message that quotes one is masked. */
const secretShapes =
  /\b(xox[a-z]-[\w-]+|xapp-[\w-]+|glpat-[\w-]+|sk-[\w-]{8,}|pat-[a-z0-9]+-[\w-]+|Bearer\s+[\w.~+/-]+=*|eyJ[\w-]+\.[\w-]+\.[\w-]+)/g;

/** Masks what looks like a credential in a text. */
const masked = (text: string): string =>
  text.replace(secretShapes, "[secret]").replace(/(\w+:\/\/[^/\s:@]+:)[^@\s/]+@/g, "$1[secret]@");

/** An error as logs may show it: name, code, masked message and stack; no other fields (SDK errors hold requests). */
const safeError = (error: unknown): object => {
  if (!(error instanceof Error)) return { message: masked(String(error)) };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  return { name: error.name, ...code, message: masked(error.message), stack: masked(error.stack ?? "") };
};

/** JSON lines to standard error, so that standard output stays for people and `--json`. */
export const openLog = (level: string): Log =>
  pino(
    {
      level,
      base: { service: "steward" },
      redact: {
        paths: secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: "[secret]",
      },
      serializers: { err: safeError, error: safeError },
      hooks: {
        logMethod(args, method) {
          const safe = args.map((arg) => (typeof arg === "string" ? masked(arg) : arg));
          method.apply(this, safe as typeof args);
        },
      },
    },
    pino.destination({ fd: 2, sync: false }),
  );
