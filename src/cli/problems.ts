import { StewardError } from "../core/errors.ts";

/** Several rooms' complaints about the environment and people's files, said at once: nobody wants to mend one to meet the next. */
class StartProblemsError extends StewardError {
  constructor(messages: readonly string[]) {
    super("start", messages.join("\n"));
  }
}

/** Runs every reading, collects what they complain about, and throws it all together. */
export const readTogether = <T extends Record<string, () => unknown>>(
  readings: T,
): { [K in keyof T]: ReturnType<T[K]> } => {
  const read: Record<string, unknown> = {};
  const complaints: string[] = [];
  for (const [name, reading] of Object.entries(readings)) {
    try {
      read[name] = reading();
    } catch (error) {
      if (!(error instanceof StewardError)) throw error;
      complaints.push(error.message);
    }
  }
  if (complaints.length > 0) throw new StartProblemsError(complaints);
  return read as { [K in keyof T]: ReturnType<T[K]> };
};
