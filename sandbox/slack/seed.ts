import type { Channel, Person, Seed, SeedMessage } from "./types.ts";

/** The workspace that the sandbox opens with: a payments company and its people. */

const BERLIN = { tz: "Europe/Berlin", tzLabel: "Central European Time", tzOffset: 3600 };
const LONDON = { tz: "Europe/London", tzLabel: "Greenwich Mean Time", tzOffset: 0 };
const NEW_YORK = { tz: "America/New_York", tzLabel: "Eastern Standard Time", tzOffset: -18_000 };
const TALLINN = { tz: "Europe/Tallinn", tzLabel: "Eastern European Time", tzOffset: 7200 };

const BOT = "U0STEWARD";

const person = (id: string, name: string, realName: string, title: string, zone: typeof BERLIN): Person => ({
  id,
  name,
  realName,
  title,
  email: `${name}@example.com`,
  ...zone,
});

const people: readonly Person[] = [
  person("U0ANNA", "anna", "Anna Petrosyan", "Software engineer, payments", BERLIN),
  person("U0BORIS", "boris", "Boris Novak", "Payments lead", BERLIN),
  person("U0CARLA", "carla", "Carla Mendes", "Customer support", LONDON),
  person("U0DAN", "dan", "Dan Whitfield", "Sales", NEW_YORK),
  person("U0ELIF", "elif", "Elif Kaya", "Site reliability engineer, on call", TALLINN),
  person("U0FARID", "farid", "Farid Haddad", "Internal audit", LONDON),
  { ...person("U0GRACE", "grace", "Grace Okafor", "Platform administrator", LONDON), admin: true },
  { ...person("U0HUGO", "hugo", "Hugo Lambert", "Contractor", BERLIN), restricted: true },
  { id: BOT, name: "steward", realName: "Steward", title: "", bot: true, ...LONDON },
];

const channel = (id: string, name: string, purpose: string, members: readonly string[]): Channel => ({
  id,
  name,
  kind: "public",
  topic: "",
  purpose,
  created: 1_700_000_000,
  members: new Set([...members, BOT]),
});

const everyone = people.map(({ id }) => id);

const channels: readonly Channel[] = [
  channel("C0PAYDEV", "payments-dev", "Code, pipelines and merges of the payments services", [
    "U0ANNA",
    "U0BORIS",
    "U0CARLA",
    "U0ELIF",
  ]),
  channel("C0SUPPORT", "support", "Customers' questions and stuck payouts", [
    "U0CARLA",
    "U0DAN",
    "U0BORIS",
    "U0FARID",
  ]),
  channel("C0SALES", "sales", "Deals and calls", ["U0DAN", "U0CARLA", "U0GRACE"]),
  channel("C0INCIDENT", "incidents", "Alerts and what is done about them", [
    "U0ELIF",
    "U0ANNA",
    "U0BORIS",
    "U0GRACE",
  ]),
  { ...channel("C0GENERAL", "general", "Everyone at Northwind Pay", everyone), general: true },
];

const said = (
  channel: string,
  user: string,
  minutesAgo: number,
  text: string,
  reply = false,
): SeedMessage => ({
  channel,
  user,
  minutesAgo,
  text,
  reply,
});

const messages: readonly SeedMessage[] = [
  said(
    "C0GENERAL",
    "U0GRACE",
    4_320,
    "Steward has joined the workspace. Mention it in a channel or write to it directly.",
  ),
  said(
    "C0GENERAL",
    "U0HUGO",
    2_880,
    "Hello all, I am here until the end of the quarter to help with the website.",
  ),
  said(
    "C0PAYDEV",
    "U0ANNA",
    1_500,
    "I opened !482, Idempotent payout retries. <@U0BORIS> could you look when you have a moment?",
  ),
  said("C0PAYDEV", "U0BORIS", 1_470, "Will do after lunch. Did the integration tests settle down?", true),
  said("C0PAYDEV", "U0ANNA", 1_465, "Mostly. One of them still fails now and then.", true),
  said("C0PAYDEV", "U0ELIF", 190, "Deploy window for ledger-api stays open until Thursday."),
  said(
    "C0SUPPORT",
    "U0CARLA",
    260,
    "Acme asked again about a payout that has not arrived. I am collecting the details.",
  ),
  said("C0SUPPORT", "U0BORIS", 250, "Send me the payout number when you have it.", true),
  said("C0SALES", "U0DAN", 320, "Globex wants to talk numbers this week."),
  said("C0INCIDENT", "U0ELIF", 980, "Resolved: elevated latency on card-auth after the certificate change."),
];

/** Northwind Pay: eight people, five channels, the bot in all of them. Ids are fixed. */
export const northwind: Seed = {
  team: { id: "T0NORTHWIND", name: "Northwind Pay", domain: "northwind-pay" },
  app: { appId: "A0STEWARD", botId: "B0STEWARD", botUserId: BOT },
  bots: [{ botId: "B0ALERTS", userId: "U0ALERTS", appId: "A0ALERTS", name: "Alerts" }],
  people,
  channels,
  usergroups: [{ id: "S0PAYLEADS", handle: "payments-leads", name: "Payments leads", users: ["U0BORIS"] }],
  messages,
};
