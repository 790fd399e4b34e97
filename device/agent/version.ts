/** Put in by the bundler (services/supervisor/bundle-agent.ts); from the sources it is `development`. */
export const AGENT_VERSION = process.env.SALLYPORT_AGENT_BUNDLE_VERSION ?? "development";
/** One file with nothing beside it: only that can be copied to where a service starts it. */
export const IS_BUNDLE = AGENT_VERSION !== "development";
