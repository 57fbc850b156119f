/** Milliseconds for one request of a sign-in: a person, or a call, waits for it. */
export const requestMs = 8_000;

/** Words of error bodies are left out: systems repeat what they were given, secrets included. */
export const silent = (): undefined => undefined;
