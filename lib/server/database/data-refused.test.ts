import { expect, test } from "vitest";
import { dataRefused } from "./data-refused";

const withCode = (code: string) => Object.assign(new Error("x"), { code });

test("what Postgres says of the data, by the measured findings", () => {
  for (const code of ["22021", "22P05", "22P02", "22003", "54001", "23503", "23514"]) expect(dataRefused(withCode(code)), code).toBe(code);
});

test("what has nothing to do with the data is worth another try", () => {
  for (const code of ["08006", "40P01", "53100", "53300", "57P01", "58030", "42P01", "XX000", "ECONNREFUSED", "EPIPE"])
    expect(dataRefused(withCode(code)), code).toBeUndefined();
  expect(dataRefused(new Error("Connection terminated unexpectedly"))).toBeUndefined();
  expect(dataRefused("22021")).toBeUndefined();
});
