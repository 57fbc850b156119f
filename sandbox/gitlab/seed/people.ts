import type { User } from "../types.ts";

const person = (id: number, username: string, name: string): User => ({
  id,
  username,
  name,
  email: `${username}@example.com`,
  state: "active",
  bot: false,
});

/** Everybody with an account: the service account, the eight of the sandbox, colleagues, an outsider. */
export const people = (): User[] => [
  { ...person(10, "steward", "Steward"), bot: true },
  person(11, "anna", "Anna Petrosyan"),
  person(12, "boris", "Boris Novak"),
  person(13, "carla", "Carla Mendes"),
  person(14, "dan", "Dan Whitfield"),
  person(15, "elif", "Elif Kaya"),
  person(16, "farid", "Farid Haddad"),
  person(17, "grace", "Grace Okafor"),
  person(18, "hugo", "Hugo Lambert"),
  person(21, "mei", "Mei Tanaka"),
  person(22, "tomas", "Tomas Lindqvist"),
  person(90, "rbright", "R. Bright"),
];
