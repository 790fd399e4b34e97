import { expect, test, vi } from "vitest";
import { createLog } from "./log";

test("secrets are redacted wherever they stand in the logged object", () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
  const log = createLog("test", "info");
  const sink = Reflect.get(log, Reflect.ownKeys(log).find((key) => String(key) === "Symbol(pino.stream)") ?? "") as {
    write: (line: string) => void;
  };
  sink.write = (line: string) => void written.push(line);
  log.info({ token: "canary-1", request: { authorization: "canary-2", headers: { cookie: "canary-3" } } }, "hello");
  write.mockRestore();
  const text = written.join("");
  expect(text).toContain("hello");
  expect(text).not.toContain("canary");
});
