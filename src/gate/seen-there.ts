import type { Principal } from "../core/principal.ts";

/**
 * A person as a conversation's workspace sees them. Whoever acts from another workspace is external there, also where
 * the app serves both: each directory vouches for its own people alone.
 */
export const seenThere = (person: Principal, conversation: string): Principal =>
  person.workspace === conversation.split("/")[0] ? person : { ...person, external: true };
