/** Values of CRMs as ours; what cannot be read is none. */

/** The day of a moment: ISO 8601, or milliseconds as older portals give it. */
export function dayOf(moment: string | null | undefined): string | undefined {
  if (!moment) return undefined;
  const at = /^\d+$/.test(moment) ? Number(moment) : Date.parse(moment);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, 10);
}

export function numberOf(value: string | number | null | undefined): number | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  const read = Number(value);
  return Number.isFinite(read) ? read : undefined;
}

export const oneOf = <T extends string>(known: readonly T[], value: string | undefined): T | undefined =>
  known.find((one) => one === value);
