import { newId } from "@/lib/base/ids";
import { because, type CraftedToken, type Forge, type GoodToken } from "./forge";

/** Genuine tokens at the wrong time. Clocks may differ by 60 seconds either way. */
export function moments({ withClaims, now }: Forge): CraftedToken[] {
  const ended = (seconds: number) => withClaims({ iat: now - seconds - 600, exp: now - seconds });
  const from = (seconds: number) => withClaims({ nbf: now + seconds, exp: now + seconds + 600 });
  const issued = (seconds: number) => withClaims({ iat: now + seconds, exp: now + seconds + 600 });
  return [
    ...because(
      "expired",
      [60, 61, 62, 600, 31_536_000].map((seconds) => [`expired ${seconds} s ago`, ended(seconds)] as const),
    ),
    ...because("expired", [["expired in 1970", withClaims({ iat: 0, exp: 1 })]]),
    ...because(
      "not_yet_valid",
      [61, 62, 600, 31_536_000].flatMap(
        (seconds) =>
          [
            [`valid in ${seconds} s`, from(seconds)],
            [`issued in ${seconds} s`, issued(seconds)],
          ] as const,
      ),
    ),
  ];
}

/** Genuine tokens in the hands of somebody else. */
export function bindings({ claims, good, withClaims, signedJson, header }: Forge): CraftedToken[] {
  const other = newId("device");
  const { sub } = claims;
  const bound = withClaims({ cid: "kiosk-1" });
  const tab = signedJson(header, { ...claims, kind: "console", sub: "usr_1111111111111111", cid: "tab-1" });
  const unbound = signedJson(header, { ...claims, kind: "console", sub: "usr_1111111111111111" });
  const users = [other, sub.toUpperCase(), sub.slice(0, -1), `${sub}0`, `${sub} `, "admin", "+", "#", claims.fleet ?? ""];
  const clients = [other, sub.toUpperCase(), sub.slice(0, -1), `${sub}-1`, `${sub} `, "anything", "+", "#"];
  return [
    ...users.map((username): CraftedToken => ({ name: `user name “${username}”`, token: good, reason: "wrong_subject", username })),
    { name: "a tab's token in a device's name", token: tab, reason: "wrong_subject" },
    ...clients.map((clientId): CraftedToken => ({ name: `client id “${clientId}”`, token: good, reason: "wrong_client_id", clientId })),
    { name: "the device's id where another is bound", token: bound, reason: "wrong_client_id" },
    { name: "a client id near the bound one", token: bound, reason: "wrong_client_id", clientId: "kiosk-2" },
    { name: "another tab's client id", token: tab, reason: "wrong_client_id", username: "usr_1111111111111111", clientId: "tab-2" },
    { name: "a client id where none is bound", token: unbound, reason: "wrong_client_id", username: "usr_1111111111111111", clientId: "usr_1111111111111111" },
  ];
}

/** What has to be let in. */
export function genuine({ good, withClaims, now, claims, header, signedJson }: Forge): GoodToken[] {
  const fresh = (extra: object) => withClaims({ jti: newId("accessToken"), ...extra });
  return [
    { name: "the good one", token: good },
    { name: "expired 59 s ago", token: fresh({ iat: now - 659, exp: now - 59 }) },
    { name: "valid in 60 s", token: fresh({ nbf: now + 60 }) },
    { name: "issued in 59 s", token: fresh({ iat: now + 59 }) },
    { name: "issued in 60 s", token: fresh({ iat: now + 60 }) },
    { name: "with no scope", token: fresh({ acl: [] }) },
    { name: "with what the grantor noted, and a claim of later days", token: fresh({ meta: { line: "a" }, later: 1 }) },
    { name: "a bound client id", token: fresh({ cid: "kiosk-1" }), clientId: "kiosk-1" },
    {
      name: "a tab",
      token: signedJson(header, { ...claims, jti: newId("accessToken"), kind: "console", sub: "usr_1111111111111111", cid: "tab-1" }),
      username: "usr_1111111111111111",
      clientId: "tab-1",
    },
  ];
}
