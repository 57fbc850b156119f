/** The services that metrics and logs speak of, and what is the matter with them. */
export interface Service {
  readonly name: string;
  readonly team: string;
  /** Requests a minute. */
  readonly traffic: number;
  /** Percent of requests that fail, usually and during the incident. */
  readonly errors: readonly [usual: number, incident: number];
  /** Milliseconds at the 95th percentile, usually and during the incident. */
  readonly latency: readonly [usual: number, incident: number];
  /** Minutes since the incident began; none where all is well. */
  readonly incidentMinutes?: number;
  readonly version: string;
  /** Minutes since this version was rolled out. */
  readonly deployedMinutes: number;
}

export const services: readonly Service[] = [
  {
    name: "card-auth",
    team: "platform",
    traffic: 1_840,
    errors: [0.4, 6.8],
    latency: [140, 2_950],
    incidentMinutes: 35,
    version: "5.8.1",
    deployedMinutes: 41,
  },
  {
    name: "ledger-api",
    team: "payments",
    traffic: 620,
    errors: [0.2, 0.2],
    latency: [85, 85],
    version: "2.13.4",
    deployedMinutes: 4_300,
  },
  {
    name: "payout-worker",
    team: "payments",
    traffic: 95,
    errors: [0.6, 2.1],
    latency: [310, 640],
    incidentMinutes: 5_700,
    version: "1.44.0",
    deployedMinutes: 8_700,
  },
  {
    name: "checkout-web",
    team: "growth",
    traffic: 2_400,
    errors: [0.3, 0.3],
    latency: [190, 190],
    version: "7.2.0",
    deployedMinutes: 2_900,
  },
];
