import { expect, test } from "vitest";
import { DEVICE_CATALOGUE } from "../devices/device-fields";
import { parseQuery } from "./parse-query";
import { withValues } from "./set-term";

const set = (text: string, ...values: string[]) => withValues(parseQuery(text, DEVICE_CATALOGUE), "state", values);

test("chips write what one would type", () => {
  expect(set("", "offline")).toBe("state:offline");
  expect(set("pump", "offline", "silent")).toBe("state:offline,silent pump");
  expect(set("pump state:offline tag:x", "silent")).toBe("state:silent pump tag:x");
  expect(set("pump state:offline")).toBe("pump");
  expect(set("state:offline")).toBe("");
  expect(set("a OR state:offline", "online")).toBe("state:online (a OR state:offline)");
  expect(set("-state:offline", "online")).toBe("state:online -state:offline");
});
