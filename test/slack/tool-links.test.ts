import { expect, it } from "vitest";
import { isSlackLink } from "../../src/slack/tool/links.ts";

const home = "https://northwind-pay.example.com/";

it.each([
  "https://northwind-pay.example.com/archives/C0PAYDEV/p1700000000000100",
  "https://northwind.slack.com/archives/C0PAYDEV/p1700000000000100?thread_ts=1700000000.000100&cid=C0PAYDEV",
  "https://northwind.enterprise.slack.com/archives/C0PAYDEV",
  "https://slack.com/app_redirect?channel=C0NEW&team=T0NORTHWIND",
])("links to a message or a channel: %s", (link) => {
  expect(isSlackLink(link, home)).toBe(true);
});

it.each([
  "https://slack.com.evil.example/archives/C0PAYDEV/p1700000000000100",
  "https://evil.example/archives/C0PAYDEV/p1700000000000100",
  "http://northwind.slack.com/archives/C0PAYDEV/p1700000000000100",
  "https://northwind.slack.com/archives/C0PAYDEV/p1700000000000100?secret=glpat-1",
  "https://northwind.slack.com/archives/C0PAYDEV/p1700000000000100#secret",
  "https://u:p@northwind.slack.com/archives/C0PAYDEV/p1700000000000100",
  "https://hooks.slack.com/services/T0/B0/x",
  "https://slack.com/app_redirect?app=A0EVIL",
  "https://northwind-pay.example.com/admin",
  "not a link",
])("links nothing else: %s", (link) => {
  expect(isSlackLink(link, home)).toBe(false);
});
