import { expect, test } from "vitest";
import { coursePath } from "./course-path";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString();

test("nothing known draws nothing", () => expect(coursePath([], 0)).toBeUndefined());

test("devices that leave and come back are steps, up to now", () => {
  const path = coursePath(
    [
      { at: at(0), away: 10 },
      { at: at(50), away: 0 },
    ],
    Date.parse(at(100)),
  );
  expect(path?.line).toBe("M0 2H500V98H1000");
  expect(path?.area).toBe("M0 2H500V98H1000V100H0Z");
});
