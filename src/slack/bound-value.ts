import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Values of buttons in a private list: the action id, bound to the person the list was shown to. A copy of the button
 * on another message, or a click by somebody else, does not verify.
 */
export const boundValues = (
  secret: string,
): {
  bind(action: string, user: string): string;
  read(value: string): { action: string; user: string } | undefined;
} => {
  const key = createHmac("sha256", secret).update("steward.list-button.1").digest();
  const mark = (action: string, user: string): Buffer =>
    createHmac("sha256", key).update(`${action}|${user}`).digest().subarray(0, 16);
  return {
    bind: (action, user) => `${action}|${user}|${mark(action, user).toString("base64url")}`,
    read(value) {
      const [action = "", user = "", given = "", ...rest] = value.split("|");
      const expected = mark(action, user);
      const bytes = Buffer.from(given, "base64url");
      const valid = rest.length === 0 && bytes.length === expected.length && timingSafeEqual(bytes, expected);
      return valid ? { action, user } : undefined;
    },
  };
};
