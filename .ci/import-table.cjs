// Who may import what: the rooms of docs/architecture.md as data. A room that is not named in a line may not be imported there.
/** Rooms by the paths they own. Order matters: the first pattern that fits a path is its room. */
const ROOMS = {
  base: "^lib/base/",
  protocol: "^lib/protocol/",
  domain: "^lib/domain/",
  server: "^lib/server/",
  web: "^lib/web/",
  client: "^lib/client/",
  testing: "^lib/testing/",
  ui: "^components/(ui|charts)/",
  components: "^components/(?!ui/|charts/)",
  api: "^app/(api|metrics|openapi\\.json|\\.well-known)/",
  pages: "^app/(?!(api|metrics|openapi\\.json|\\.well-known)/)",
  demo: "^services/demo/",
  services: "^services/(?!demo/)",
  agent: "^device/agent/",
  simulator: "^device/(?!agent/)",
  e2e: "^e2e/",
  bench: "^bench/",
};

/** From room -> rooms it may import, beside itself. */
const MAY_IMPORT = {
  base: [],
  protocol: ["base"],
  domain: ["base", "protocol"],
  server: ["base", "protocol", "domain"],
  web: ["base", "protocol", "domain", "server"],
  client: ["base", "protocol", "domain"],
  testing: ["base", "protocol", "domain", "server", "web", "services"],
  ui: ["base"],
  components: ["base", "protocol", "domain", "client", "ui"],
  api: ["web", "server", "domain"],
  pages: ["components", "ui", "client", "domain", "web"],
  demo: ["base", "protocol", "domain", "server", "agent", "simulator"],
  services: ["base", "protocol", "domain", "server", "demo"],
  agent: ["base", "protocol"],
  simulator: ["base", "protocol", "agent"],
  e2e: ["base", "protocol", "domain", "simulator", "testing"],
  bench: ["base", "protocol", "domain", "server", "services", "agent", "simulator", "testing", "e2e"],
};

/** Tests beside the files may also set the stage; those with a real database or broker may start the real thing. */
const TESTS_MAY_ALSO = ["testing"];
const INTEGRATION_TESTS_MAY_ALSO = ["testing", "base", "protocol", "domain", "server", "services", "demo", "agent", "simulator"];

module.exports = { ROOMS, MAY_IMPORT, TESTS_MAY_ALSO, INTEGRATION_TESTS_MAY_ALSO };
