/** Access tokens: what other nouns and the doors may call. */
export { grantConsoleToken } from "./grant-console-token";
export { grantDeviceToken } from "./grant-device-token";
export { grantManyDeviceTokens } from "./grant-many-device-tokens";
export { listTokens } from "./list-tokens";
export { mintServiceToken, type ServiceCredentials } from "./mint-service-token";
export { mintToken } from "./mint-token";
export { revokeToken, revokeTokensOf } from "./revoke-token";
export { ensureSigningKey, jwks } from "./signing-keys";
