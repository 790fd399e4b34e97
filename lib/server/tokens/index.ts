/** Access tokens: what other nouns and the doors may call. */
export { collectGrant } from "./collect-grant";
export { approveGrantRequest, rejectGrantRequest, withdrawGrantRequest } from "./decide-grant-request";
export { grantConsoleToken } from "./grant-console-token";
export { grantDeviceToken } from "./grant-device-token";
export { grantManyDeviceTokens } from "./grant-many-device-tokens";
export { grantToken } from "./grant-token";
export { listGrantRequests } from "./list-grant-requests";
export { listTokens } from "./list-tokens";
export { deviceLifetime } from "./load-policy";
export { mintServiceToken, type ServiceCredentials } from "./mint-service-token";
export { mintToken } from "./mint-token";
export { previewGrant } from "./preview-grant";
export { readToken } from "./read-token";
export { revokeToken, revokeTokensOf, revokeTokensOfDevice } from "./revoke-token";
export { ensureSigningKey, jwks, receiptKeys } from "./signing-keys";
export { simulateAccess } from "./simulate-access";
export { changeTokenPolicy, readTokenPolicy } from "./token-policy";
export { whoCan } from "./who-can";
