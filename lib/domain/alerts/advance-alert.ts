/** One condition on one device: pending -> firing -> resolved. One that is resolved without `firedAt` never fired. */
export interface Alert {
  state: "pending" | "firing" | "resolved";
  pendingAt: Date;
  firedAt: Date | null;
  resolvedAt: Date | null;
  /** Server time of the newest measurement judged; null where presence is the evidence. */
  evidenceAt: Date | null;
  value: number | null;
}

export type AlertInput =
  /** The condition was seen to hold at `at`. */
  | { kind: "holds"; at: Date; value: number | null }
  /** The condition was seen not to hold at `at`. */
  | { kind: "over"; at: Date; value: number | null }
  /** Time passed, and nothing newer is known. `staleBefore`: evidence older than this says nothing; undefined: it does not age. */
  | { kind: "time"; staleBefore: Date | undefined }
  /** There is nothing to watch any more: rule off or changed, device retired or moved. */
  | { kind: "withdrawn" };

export interface AlertOptions {
  holdSeconds: number;
  now: Date;
}

/**
 * The alert machine. Answers the same object when nothing changes; a new alert where there was none or a resolved one.
 *
 *   input      | none     | pending                                   | firing    | resolved
 *   holds      | pending  | firing once it held for the hold time     | -         | pending, if newer than the end
 *   over       | -        | resolved, never fired                     | resolved  | -
 *   time       | -        | firing when due; withdrawn when stale     | -         | -
 *   withdrawn  | -        | resolved, never fired                     | resolved  | -
 *
 * Gaps: no data neither confirms nor clears. A pending alert whose evidence went stale is withdrawn (its hold time starts anew
 * with the next value), a firing one stays until a value or a person's change of the rule says otherwise.
 * An acknowledgement is no input: it says that a person knows, not that the condition is over.
 */
export function advanceAlert(alert: Alert | null, input: AlertInput, options: AlertOptions): Alert | null {
  switch (input.kind) {
    case "holds":
      return holds(alert, input, options);
    case "over":
      return alert && isOpen(alert) && input.at >= alert.pendingAt ? resolved(alert, input.at) : alert;
    case "time":
      return timePassed(alert, input.staleBefore, options);
    case "withdrawn":
      return alert && isOpen(alert) ? resolved(alert, options.now) : alert;
  }
}

export function isOpen({ state }: Alert): boolean {
  return state !== "resolved";
}

function holds(alert: Alert | null, { at, value }: { at: Date; value: number | null }, options: AlertOptions): Alert | null {
  if (alert === null || !isOpen(alert)) {
    if (alert?.resolvedAt && at <= alert.resolvedAt) return alert; // Read once more: it was judged before.
    const fresh: Alert = { state: "pending", pendingAt: at, firedAt: null, resolvedAt: null, evidenceAt: at, value };
    return options.holdSeconds === 0 ? { ...fresh, state: "firing", firedAt: options.now } : fresh;
  }
  if (alert.state === "firing" || (alert.evidenceAt !== null && at <= alert.evidenceAt)) return alert;
  const confirmed: Alert = { ...alert, evidenceAt: at };
  return at.getTime() - alert.pendingAt.getTime() >= options.holdSeconds * 1000 ? { ...confirmed, state: "firing", firedAt: options.now, value } : confirmed;
}

function timePassed(alert: Alert | null, staleBefore: Date | undefined, { holdSeconds, now }: AlertOptions): Alert | null {
  if (alert?.state !== "pending") return alert;
  if (staleBefore && alert.evidenceAt && alert.evidenceAt < staleBefore) return resolved(alert, alert.evidenceAt);
  return now.getTime() - alert.pendingAt.getTime() >= holdSeconds * 1000 ? { ...alert, state: "firing", firedAt: now } : alert;
}

/** The end lies not before what went before it, whatever a device's clock says. */
function resolved(alert: Alert, at: Date): Alert {
  const from = alert.firedAt ?? alert.evidenceAt ?? alert.pendingAt;
  return { ...alert, state: "resolved", resolvedAt: at > from ? at : from };
}
