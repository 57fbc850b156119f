/** The same customers in every sandbox CRM: by their own keys, for each CRM to give ids of its kind. */

export const people = [
  { key: "dan", first: "Dan", last: "Whitfield", email: "dan@example.com", role: "sales" },
  { key: "mei", first: "Mei", last: "Tanaka", email: "mei@example.com", role: "sales" },
  { key: "carla", first: "Carla", last: "Mendes", email: "carla@example.com", role: "support" },
] as const;
export type Person = (typeof people)[number]["key"];

export const companies = [
  { key: "globex", name: "Globex", domain: "globex.example" },
  { key: "initech", name: "Initech", domain: "initech.example" },
  { key: "corp", name: "Acme Corp", domain: "corp.example" },
  { key: "piper", name: "Pied Piper", domain: "piedpiper.example" },
] as const;
type Company = (typeof companies)[number]["key"];

export const contacts: readonly {
  key: string;
  first: string;
  last: string;
  email: string;
  company: Company;
}[] = [
  { key: "dana", first: "Dana", last: "Reyes", email: "dana.reyes@globex.example", company: "globex" },
  { key: "peter", first: "Peter", last: "Gibbons", email: "peter@initech.example", company: "initech" },
  { key: "ines", first: "Ines", last: "Costa", email: "acme@corp.example", company: "corp" },
];

/** Stages by their names; `days` count from now. */
export const deals: readonly {
  key: string;
  name: string;
  stage: string;
  amount: number;
  days: number;
  owner: Person;
  company: Company;
}[] = [
  {
    key: "globex",
    name: "Globex",
    stage: "Proposal",
    amount: 40_000,
    days: 40,
    owner: "dan",
    company: "globex",
  },
  {
    key: "licence",
    name: "Initech platform licence",
    stage: "Negotiation",
    amount: 120_000,
    days: 25,
    owner: "dan",
    company: "initech",
  },
  {
    key: "addon",
    name: "Initech support add-on",
    stage: "Proposal",
    amount: 8_000,
    days: 12,
    owner: "mei",
    company: "initech",
  },
  {
    key: "onboarding",
    name: "Acme Corp onboarding",
    stage: "Closed won",
    amount: 22_000,
    days: -60,
    owner: "dan",
    company: "corp",
  },
  {
    key: "audit",
    name: "Pied Piper audit",
    stage: "Proposal",
    amount: 15_000,
    days: 15,
    owner: "carla",
    company: "piper",
  },
];

export const dealStages: readonly { name: string; closed: boolean; won: boolean; percent: number }[] = [
  { name: "Qualification", closed: false, won: false, percent: 20 },
  { name: "Proposal", closed: false, won: false, percent: 40 },
  { name: "Negotiation", closed: false, won: false, percent: 80 },
  { name: "Closed won", closed: true, won: true, percent: 100 },
  { name: "Closed lost", closed: true, won: false, percent: 0 },
];

export const ticketStages: readonly { name: string; closed: boolean }[] = [
  { name: "New", closed: false },
  { name: "Waiting on us", closed: false },
  { name: "Closed", closed: true },
];

export const tickets: readonly {
  key: string;
  subject: string;
  text: string;
  stage: string;
  priority: "High" | "Medium" | "Low";
  cause: string;
  contact: string;
}[] = [
  {
    key: "payout",
    subject: "Payout 77120 has not arrived",
    text: "Our payout 77120 is three days late. IBAN ends in 4421.",
    stage: "New",
    priority: "High",
    cause: "Billing",
    contact: "ines",
  },
  {
    key: "address",
    subject: "How do we change our billing address?",
    text: "We moved last week.",
    stage: "Closed",
    priority: "Low",
    cause: "Question",
    contact: "peter",
  },
];

/** A note on the deal with Globex, three days old. */
export const note = "Dana likes the proposal, asks about single sign-on and a start in the spring.";

const dayMs = 86_400_000;
/** `YYYY-MM-DD` so many days from a moment. */
export const dayFrom = (now: number, days: number): string =>
  new Date(now + days * dayMs).toISOString().slice(0, 10);
