import { config } from "zod/v4/core";

// Runs before anything else in the browser. zod probes for `eval`, which our Content-Security-Policy refuses and reports.
config({ jitless: true });
