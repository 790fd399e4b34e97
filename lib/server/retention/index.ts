/** What is thrown away, and when. */
export { dropMeasurements } from "./drop-measurements";
export { purgeRows } from "./purge-rows";
export { summarizeArrivals } from "./summarize-arrivals";
