import { z } from "zod";

/** The parts of an Events API envelope that Steward reads. Unknown fields are left alone. */
const envelopeSchema = z.object({
  type: z.literal("event_callback"),
  team_id: z.string(),
  event_id: z.string(),
  event_time: z.number().optional(),
  authorizations: z
    .array(
      z.object({
        team_id: z.string().nullish(),
        enterprise_id: z.string().nullish(),
        user_id: z.string(),
        is_enterprise_install: z.boolean().nullish(),
      }),
    )
    .optional(),
  is_ext_shared_channel: z.boolean().nullish(),
  event: z.looseObject({ type: z.string() }),
});

/** A verified event, as every handler gets it. */
export interface EventEnvelope {
  /** The workspace in keys. */
  workspace: string;
  /** Slack's id of this event: the same in every delivery of it. */
  id: string;
  /** When Slack saw it happen, to the second; now where it does not say. */
  at: Date;
  /** It came for the installation of a whole organisation, where Slack says so. */
  orgWide: boolean | undefined;
  /** It happened in a channel that people of another organisation share. */
  shared: boolean;
  event: { type: string } & Record<string, unknown>;
}

/** The workspace in keys: with its enterprise where there is one, since channel ids are unique only within. */
export const workspaceKey = (team: string, enterprise?: string | null): string =>
  enterprise === undefined || enterprise === null || enterprise === "" ? team : `${enterprise}.${team}`;

/** Reads a verified body; `undefined` for a shape that is not known. The first authorization says for whom it came. */
export const readEnvelope = (body: unknown): EventEnvelope | undefined => {
  const parsed = envelopeSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { team_id, event_id, event_time, authorizations, event, is_ext_shared_channel } = parsed.data;
  const first = authorizations?.[0];
  return {
    workspace: workspaceKey(first?.team_id ?? team_id, first?.enterprise_id),
    id: event_id,
    at: event_time === undefined ? new Date() : new Date(event_time * 1000),
    orgWide: first?.is_enterprise_install ?? undefined,
    shared: is_ext_shared_channel === true,
    event,
  };
};
