import path from "node:path";
import { chromium } from "@playwright/test";
import { createViteServer } from "vitest/node";
import { freePorts } from "@/lib/testing/free-ports";
import type { BrowserFigures, measureInBrowser } from "./in-browser";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const MODULE = "/bench/support/crypto/in-browser.ts";

/** The same code in Chromium: served as modules from this folder, on loopback only. */
export async function measureChromium(roundMs: number): Promise<BrowserFigures> {
  const [port = 0] = await freePorts(1);
  const server = await createViteServer({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    resolve: { alias: { "@": ROOT } },
    server: { host: "127.0.0.1", port, strictPort: true, watch: null, hmr: false },
    optimizeDeps: { entries: [], include: ["cbor-x"] },
    plugins: [
      {
        name: "empty page",
        configureServer: (vite) =>
          void vite.middlewares.use("/empty", (_, response) => void response.setHeader("content-type", "text/html").end("<!doctype html><title>bench</title>")),
      },
    ],
  });
  await server.listen();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/empty`);
    const measure = async ([module, ms]: readonly [string, number]) => {
      const loaded: { measureInBrowser: typeof measureInBrowser } = await import(module);
      return loaded.measureInBrowser(ms);
    };
    return await page.evaluate(measure, [MODULE, roundMs] as const);
  } finally {
    await browser.close();
    await server.close();
  }
}
