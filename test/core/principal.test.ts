import { expect, it } from "vitest";
import { personKey } from "../../src/core/principal.ts";

const anna = { workspace: "T1", user: "UANNA", email: "Anna@Example.com", external: false };

it("names a person by the address of their own workspace, whatever account they use", () => {
  expect(personKey(anna)).toBe("mail:anna@example.com");
  expect(personKey({ ...anna, workspace: "T2", user: "UANNA2", email: "anna@example.com" })).toBe(
    personKey(anna),
  );
  expect(personKey({ workspace: "T1", user: "UANNA", external: false })).toBe("slack:T1/UANNA");
});

it("does not take somebody of another organisation for the person whose address they show", () => {
  expect(personKey({ ...anna, workspace: "T9", user: "UMALLORY", external: true })).toBe("slack:T9/UMALLORY");
});
