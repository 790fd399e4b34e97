/** Every token of this subject in this fleet that was issued before is void, known or not. */
export interface Cutoff {
  fleetId: string;
  subject: string;
  issuedBefore: Date;
}

/** The newest cut-off per fleet and subject. */
export class SubjectCutoffs {
  /** Seconds since 1970. */
  readonly #seconds = new Map<string, number>();

  constructor(cutoffs: Iterable<Cutoff> = []) {
    for (const cutoff of cutoffs) this.add(cutoff);
  }

  add({ fleetId, subject, issuedBefore }: Cutoff): void {
    const key = keyOf(fleetId, subject);
    this.#seconds.set(key, Math.max(this.#seconds.get(key) ?? 0, Math.floor(issuedBefore.getTime() / 1000)));
  }

  /**
   * `iat` has whole seconds (RFC 7519): a token of the cut-off's own second holds, as it may have been granted after it. Those that
   * were granted before, in that second, are revoked by their ids.
   */
  covers({ sub, iat, fleet }: { sub: string; iat: number; fleet?: string | undefined }): boolean {
    const before = this.#seconds.size > 0 && fleet !== undefined ? this.#seconds.get(keyOf(fleet, sub)) : undefined;
    return before !== undefined && iat < before;
  }
}

/** Neither has a slash: both are segments of topics. */
const keyOf = (fleetId: string, subject: string): string => `${fleetId}/${subject}`;
