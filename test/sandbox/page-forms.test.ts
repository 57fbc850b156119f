import { describe, expect, it } from "vitest";
import { heldOptions, heldText } from "../../sandbox/page/inputs.tsx";

const option = (value: string) => ({ text: { type: "plain_text", text: value.toUpperCase() }, value });

describe("what a part of a form holds, as one text", () => {
  it.each([
    ["nothing", undefined, ""],
    ["an empty field", { type: "plain_text_input", value: null }, ""],
    ["words", { type: "plain_text_input", value: "two, words" }, "two, words"],
    ["an option", { type: "static_select", selected_option: option("a") }, "a"],
    ["no option", { type: "static_select", selected_option: null }, ""],
    ["options", { type: "checkboxes", selected_options: [option("a"), option("b")] }, "a,b"],
    ["people", { type: "multi_users_select", selected_users: ["U1", "U2"] }, "U1,U2"],
    ["a moment", { type: "datetimepicker", selected_date_time: 1_760_000_000 }, "1760000000"],
  ])("%s", (_, held, text) => {
    expect(heldText(held)).toBe(text);
  });

  it("knows the words of options, which the page may never have listed", () => {
    expect(heldOptions({ type: "external_select", selected_option: option("a") })).toEqual([option("a")]);
    expect(heldOptions({ type: "external_select", selected_option: null })).toEqual([]);
    expect(heldOptions({ type: "multi_external_select", selected_options: [option("b")] })).toEqual([
      option("b"),
    ]);
  });
});
