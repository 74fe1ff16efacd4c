/** What an adapter answers to a check; the duration is in nanoseconds. */
export interface CheckResult {
  /** Of google.rpc.Code: 0 is OK. */
  readonly code: number;
  readonly message: string;
  readonly validDuration: number;
  readonly validUseCount: number;
}

/** How many of what was asked for an adapter of quotas gives. */
export interface QuotaResult {
  readonly granted: number;
  readonly code: number;
  readonly message: string;
  readonly validDuration: number;
}

export interface QuotaRequest {
  readonly amount: number;
  readonly bestEffort: boolean;
}
