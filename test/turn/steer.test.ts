import { expect, it } from "vitest";
import { steers } from "../../src/turn/steer.ts";

it.each([
  "also !2",
  "And the pipeline?",
  "instead, look at !3",
  "Actually: only the open ones",
  "auch !2",
  "et !2",
])("takes “%s” for steering", (text) => {
  expect(steers(text)).toBe(true);
});

it.each(["android pipeline", "what is Globex worth?", "butter", "", "etage 2", "stop"])(
  "takes “%s” for something new",
  (text) => {
    expect(steers(text)).toBe(false);
  },
);
