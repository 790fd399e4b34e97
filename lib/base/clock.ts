/** Time as a dependency: decisions take `now`, verbs and loops take a Clock, tests hand in a fake one. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
