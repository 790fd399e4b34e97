import type { RouteHandler } from "@/lib/web/route";
import * as alertRulesRuleId from "./alert-rules/[ruleId]/route";
import * as alertRules from "./alert-rules/route";
import * as alertsAlertIdAcknowledge from "./alerts/[alertId]/acknowledge/route";
import * as alertsAlertId from "./alerts/[alertId]/route";
import * as alerts from "./alerts/route";
import * as apiKeysApiKeyIdRevoke from "./api-keys/[apiKeyId]/revoke/route";
import * as apiKeys from "./api-keys/route";
import * as auditEvents from "./audit-events/route";
import * as channelsChannelId from "./channels/[channelId]/route";
import * as channelsChannelIdTest from "./channels/[channelId]/test/route";
import * as channels from "./channels/route";
import * as claimBatchesBatchIdRevoke from "./claim-batches/[batchId]/revoke/route";
import * as claimBatchesBatchId from "./claim-batches/[batchId]/route";
import * as claimBatches from "./claim-batches/route";
import * as claimsClaimIdRevoke from "./claims/[claimId]/revoke/route";
import * as claimsClaimId from "./claims/[claimId]/route";
import * as claimsLookUp from "./claims/look-up/route";
import * as claims from "./claims/route";
import * as commandsCommandIdApprove from "./commands/[commandId]/approve/route";
import * as commandsCommandIdCancel from "./commands/[commandId]/cancel/route";
import * as commandsCommandIdReject from "./commands/[commandId]/reject/route";
import * as commandsCommandId from "./commands/[commandId]/route";
import * as commands from "./commands/route";
import * as compliance from "./compliance/route";
import * as deliveries from "./deliveries/route";
import * as devicesDeviceIdCommands from "./devices/[deviceId]/commands/route";
import * as devicesDeviceIdDecommission from "./devices/[deviceId]/decommission/route";
import * as devicesDeviceIdDiagnosis from "./devices/[deviceId]/diagnosis/route";
import * as devicesDeviceIdHistory from "./devices/[deviceId]/history/route";
import * as devicesDeviceIdInvestigation from "./devices/[deviceId]/investigation/route";
import * as devicesDeviceIdKeysAccept from "./devices/[deviceId]/keys/accept/route";
import * as devicesDeviceIdKeysOpening from "./devices/[deviceId]/keys/opening/route";
import * as devicesDeviceIdKeys from "./devices/[deviceId]/keys/route";
import * as devicesDeviceIdMetrics from "./devices/[deviceId]/metrics/route";
import * as devicesDeviceIdPing from "./devices/[deviceId]/ping/route";
import * as devicesDeviceIdPresence from "./devices/[deviceId]/presence/route";
import * as devicesDeviceIdRenewalApprove from "./devices/[deviceId]/renewal/approve/route";
import * as devicesDeviceIdRenewalAsk from "./devices/[deviceId]/renewal/ask/route";
import * as devicesDeviceIdRenewalDeny from "./devices/[deviceId]/renewal/deny/route";
import * as devicesDeviceIdRenewal from "./devices/[deviceId]/renewal/route";
import * as devicesDeviceIdReveal from "./devices/[deviceId]/reveal/route";
import * as devicesDeviceId from "./devices/[deviceId]/route";
import * as devicesDeviceIdSealedMessages from "./devices/[deviceId]/sealed-messages/route";
import * as devicesDeviceIdSeries from "./devices/[deviceId]/series/route";
import * as devicesDeviceIdSessions from "./devices/[deviceId]/sessions/route";
import * as devicesDeviceIdStateChanges from "./devices/[deviceId]/state/changes/route";
import * as devicesDeviceIdState from "./devices/[deviceId]/state/route";
import * as devicesDeviceIdTimeline from "./devices/[deviceId]/timeline/route";
import * as devicesDeviceIdTokens from "./devices/[deviceId]/tokens/route";
import * as devicesExport from "./devices/export/route";
import * as devicesImport from "./devices/import/route";
import * as devices from "./devices/route";
import * as devicesSuggestions from "./devices/suggestions/route";
import * as enrolmentsEnrolmentIdApprove from "./enrolments/[enrolmentId]/approve/route";
import * as enrolmentsEnrolmentIdDeny from "./enrolments/[enrolmentId]/deny/route";
import * as enrolments from "./enrolments/route";
import * as grantRequestsGrantRequestIdApprove from "./grant-requests/[grantRequestId]/approve/route";
import * as grantRequestsGrantRequestIdCollect from "./grant-requests/[grantRequestId]/collect/route";
import * as grantRequestsGrantRequestIdReject from "./grant-requests/[grantRequestId]/reject/route";
import * as grantRequestsGrantRequestIdWithdraw from "./grant-requests/[grantRequestId]/withdraw/route";
import * as grantRequests from "./grant-requests/route";
import * as grantsPreview from "./grants/preview/route";
import * as grants from "./grants/route";
import * as investigationsChanges from "./investigations/changes/route";
import * as investigationsDevices from "./investigations/devices/route";
import * as investigations from "./investigations/route";
import * as jobsJobIdApprove from "./jobs/[jobId]/approve/route";
import * as jobsJobIdCancel from "./jobs/[jobId]/cancel/route";
import * as jobsJobIdDevices from "./jobs/[jobId]/devices/route";
import * as jobsJobIdExport from "./jobs/[jobId]/export/route";
import * as jobsJobIdReject from "./jobs/[jobId]/reject/route";
import * as jobsJobId from "./jobs/[jobId]/route";
import * as jobsJobIdUndo from "./jobs/[jobId]/undo/route";
import * as jobsPreview from "./jobs/preview/route";
import * as jobs from "./jobs/route";
import * as keysLaggards from "./keys/laggards/route";
import * as keysPolicy from "./keys/policy/route";
import * as keysRotationsRotationIdDevices from "./keys/rotations/[rotationId]/devices/route";
import * as keysRotationsRotationIdPause from "./keys/rotations/[rotationId]/pause/route";
import * as keysRotationsRotationIdResume from "./keys/rotations/[rotationId]/resume/route";
import * as keysRotationsRotationIdRollBack from "./keys/rotations/[rotationId]/roll-back/route";
import * as keysRotationsRotationId from "./keys/rotations/[rotationId]/route";
import * as keysRotations from "./keys/rotations/route";
import * as keys from "./keys/route";
import * as liveToken from "./live-token/route";
import * as mePassword from "./me/password/route";
import * as me from "./me/route";
import * as membersUserId from "./members/[userId]/route";
import * as membersUserIdSetupLink from "./members/[userId]/setup-link/route";
import * as members from "./members/route";
import * as occupancy from "./occupancy/route";
import * as outagesOutageIdAcknowledge from "./outages/[outageId]/acknowledge/route";
import * as outagesOutageIdDevices from "./outages/[outageId]/devices/route";
import * as outagesOutageId from "./outages/[outageId]/route";
import * as outages from "./outages/route";
import * as overview from "./overview/route";
import * as platform from "./platform/route";
import * as posture from "./posture/route";
import * as postureStatement from "./posture/statement/route";
import * as profilesProfileIdAllowList from "./profiles/[profileId]/allow-list/route";
import * as profilesProfileIdCommands from "./profiles/[profileId]/commands/route";
import * as profilesProfileIdReporting from "./profiles/[profileId]/reporting/route";
import * as profilesProfileId from "./profiles/[profileId]/route";
import * as profilesProfileIdState from "./profiles/[profileId]/state/route";
import * as profiles from "./profiles/route";
import * as refusalsRefusalId from "./refusals/[refusalId]/route";
import * as refusals from "./refusals/route";
import * as rejectedMessages from "./rejected-messages/route";
import * as renewals from "./renewals/route";
import * as revocationsRevocationIdReceipt from "./revocations/[revocationId]/receipt/route";
import * as revocationsRevocationId from "./revocations/[revocationId]/route";
import * as revocationsPreview from "./revocations/preview/route";
import * as revocations from "./revocations/route";
import * as sealedDevices from "./sealed/devices/route";
import * as sealedOperators from "./sealed/operators/route";
import * as sealedRecovery from "./sealed/recovery/route";
import * as sealed from "./sealed/route";
import * as sealedSignatures from "./sealed/signatures/route";
import * as sealedVault from "./sealed/vault/route";
import * as setup from "./setup/route";
import * as signingKeysRetirementsPreview from "./signing-keys/retirements/preview/route";
import * as signingKeysRetirements from "./signing-keys/retirements/route";
import * as signingKeysRotations from "./signing-keys/rotations/route";
import * as signingKeys from "./signing-keys/route";
import * as sitesSiteId from "./sites/[siteId]/route";
import * as sitesMap from "./sites/map/route";
import * as sitesPlaces from "./sites/places/route";
import * as sites from "./sites/route";
import * as tamperVerdicts from "./tamper-verdicts/route";
import * as tokenPolicy from "./token-policy/route";
import * as tokensTokenIdRevoke from "./tokens/[tokenId]/revoke/route";
import * as tokensTokenId from "./tokens/[tokenId]/route";
import * as tokensExport from "./tokens/export/route";
import * as tokensReach from "./tokens/reach/route";
import * as tokens from "./tokens/route";
import * as tokensSimulate from "./tokens/simulate/route";
import * as userSessionsUserSessionIdEnd from "./user-sessions/[userSessionId]/end/route";
import * as userSessions from "./user-sessions/route";
import * as wallDevice from "./wall/device/route";
import * as wall from "./wall/route";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/**
 * Every address of the API, as its folder is named, with its handlers: the API description and the matrix of roles and
 * fleets are made from this list. A route that is missing here fails the test.
 */
export const ROUTES: Record<string, Partial<Record<Method, RouteHandler>>> = {
  "/alert-rules": alertRules,
  "/alert-rules/[ruleId]": alertRulesRuleId,
  "/alerts": alerts,
  "/alerts/[alertId]": alertsAlertId,
  "/alerts/[alertId]/acknowledge": alertsAlertIdAcknowledge,
  "/api-keys": apiKeys,
  "/api-keys/[apiKeyId]/revoke": apiKeysApiKeyIdRevoke,
  "/audit-events": auditEvents,
  "/channels": channels,
  "/channels/[channelId]": channelsChannelId,
  "/channels/[channelId]/test": channelsChannelIdTest,
  "/claim-batches": claimBatches,
  "/claim-batches/[batchId]": claimBatchesBatchId,
  "/claim-batches/[batchId]/revoke": claimBatchesBatchIdRevoke,
  "/claims": claims,
  "/claims/[claimId]": claimsClaimId,
  "/claims/[claimId]/revoke": claimsClaimIdRevoke,
  "/claims/look-up": claimsLookUp,
  "/compliance": compliance,
  "/deliveries": deliveries,
  "/devices": devices,
  "/devices/[deviceId]": devicesDeviceId,
  "/devices/[deviceId]/decommission": devicesDeviceIdDecommission,
  "/devices/[deviceId]/diagnosis": devicesDeviceIdDiagnosis,
  "/devices/[deviceId]/history": devicesDeviceIdHistory,
  "/devices/[deviceId]/investigation": devicesDeviceIdInvestigation,
  "/devices/[deviceId]/keys": devicesDeviceIdKeys,
  "/devices/[deviceId]/keys/accept": devicesDeviceIdKeysAccept,
  "/devices/[deviceId]/keys/opening": devicesDeviceIdKeysOpening,
  "/devices/[deviceId]/metrics": devicesDeviceIdMetrics,
  "/devices/[deviceId]/ping": devicesDeviceIdPing,
  "/devices/[deviceId]/commands": devicesDeviceIdCommands,
  "/commands": commands,
  "/commands/[commandId]": commandsCommandId,
  "/commands/[commandId]/approve": commandsCommandIdApprove,
  "/commands/[commandId]/reject": commandsCommandIdReject,
  "/commands/[commandId]/cancel": commandsCommandIdCancel,
  "/devices/[deviceId]/presence": devicesDeviceIdPresence,
  "/devices/[deviceId]/renewal": devicesDeviceIdRenewal,
  "/devices/[deviceId]/renewal/approve": devicesDeviceIdRenewalApprove,
  "/devices/[deviceId]/renewal/ask": devicesDeviceIdRenewalAsk,
  "/devices/[deviceId]/renewal/deny": devicesDeviceIdRenewalDeny,
  "/devices/[deviceId]/reveal": devicesDeviceIdReveal,
  "/devices/[deviceId]/sealed-messages": devicesDeviceIdSealedMessages,
  "/devices/[deviceId]/series": devicesDeviceIdSeries,
  "/devices/[deviceId]/sessions": devicesDeviceIdSessions,
  "/devices/[deviceId]/state": devicesDeviceIdState,
  "/devices/[deviceId]/state/changes": devicesDeviceIdStateChanges,
  "/devices/[deviceId]/timeline": devicesDeviceIdTimeline,
  "/devices/[deviceId]/tokens": devicesDeviceIdTokens,
  "/devices/export": devicesExport,
  "/devices/import": devicesImport,
  "/devices/suggestions": devicesSuggestions,
  "/enrolments": enrolments,
  "/enrolments/[enrolmentId]/approve": enrolmentsEnrolmentIdApprove,
  "/enrolments/[enrolmentId]/deny": enrolmentsEnrolmentIdDeny,
  "/grant-requests": grantRequests,
  "/grant-requests/[grantRequestId]/approve": grantRequestsGrantRequestIdApprove,
  "/grant-requests/[grantRequestId]/collect": grantRequestsGrantRequestIdCollect,
  "/grant-requests/[grantRequestId]/reject": grantRequestsGrantRequestIdReject,
  "/grant-requests/[grantRequestId]/withdraw": grantRequestsGrantRequestIdWithdraw,
  "/grants": grants,
  "/grants/preview": grantsPreview,
  "/investigations": investigations,
  "/investigations/changes": investigationsChanges,
  "/investigations/devices": investigationsDevices,
  "/jobs": jobs,
  "/jobs/[jobId]": jobsJobId,
  "/jobs/[jobId]/approve": jobsJobIdApprove,
  "/jobs/[jobId]/cancel": jobsJobIdCancel,
  "/jobs/[jobId]/devices": jobsJobIdDevices,
  "/jobs/[jobId]/export": jobsJobIdExport,
  "/jobs/[jobId]/reject": jobsJobIdReject,
  "/jobs/[jobId]/undo": jobsJobIdUndo,
  "/jobs/preview": jobsPreview,
  "/keys": keys,
  "/keys/laggards": keysLaggards,
  "/keys/policy": keysPolicy,
  "/keys/rotations": keysRotations,
  "/keys/rotations/[rotationId]": keysRotationsRotationId,
  "/keys/rotations/[rotationId]/devices": keysRotationsRotationIdDevices,
  "/keys/rotations/[rotationId]/pause": keysRotationsRotationIdPause,
  "/keys/rotations/[rotationId]/resume": keysRotationsRotationIdResume,
  "/keys/rotations/[rotationId]/roll-back": keysRotationsRotationIdRollBack,
  "/live-token": liveToken,
  "/me": me,
  "/me/password": mePassword,
  "/members": members,
  "/members/[userId]": membersUserId,
  "/members/[userId]/setup-link": membersUserIdSetupLink,
  "/occupancy": occupancy,
  "/wall": wall,
  "/wall/device": wallDevice,
  "/outages": outages,
  "/outages/[outageId]": outagesOutageId,
  "/outages/[outageId]/acknowledge": outagesOutageIdAcknowledge,
  "/outages/[outageId]/devices": outagesOutageIdDevices,
  "/overview": overview,
  "/platform": platform,
  "/posture": posture,
  "/posture/statement": postureStatement,
  "/profiles": profiles,
  "/refusals": refusals,
  "/refusals/[refusalId]": refusalsRefusalId,
  "/profiles/[profileId]": profilesProfileId,
  "/profiles/[profileId]/commands": profilesProfileIdCommands,
  "/profiles/[profileId]/reporting": profilesProfileIdReporting,
  "/profiles/[profileId]/allow-list": profilesProfileIdAllowList,
  "/profiles/[profileId]/state": profilesProfileIdState,
  "/rejected-messages": rejectedMessages,
  "/renewals": renewals,
  "/revocations": revocations,
  "/revocations/[revocationId]": revocationsRevocationId,
  "/revocations/[revocationId]/receipt": revocationsRevocationIdReceipt,
  "/revocations/preview": revocationsPreview,
  "/sealed": sealed,
  "/sealed/devices": sealedDevices,
  "/sealed/operators": sealedOperators,
  "/sealed/recovery": sealedRecovery,
  "/sealed/signatures": sealedSignatures,
  "/sealed/vault": sealedVault,
  "/setup": setup,
  "/signing-keys": signingKeys,
  "/signing-keys/retirements": signingKeysRetirements,
  "/signing-keys/retirements/preview": signingKeysRetirementsPreview,
  "/signing-keys/rotations": signingKeysRotations,
  "/sites": sites,
  "/sites/[siteId]": sitesSiteId,
  "/sites/map": sitesMap,
  "/sites/places": sitesPlaces,
  "/tamper-verdicts": tamperVerdicts,
  "/token-policy": tokenPolicy,
  "/tokens": tokens,
  "/tokens/[tokenId]": tokensTokenId,
  "/tokens/[tokenId]/revoke": tokensTokenIdRevoke,
  "/tokens/export": tokensExport,
  "/tokens/reach": tokensReach,
  "/tokens/simulate": tokensSimulate,
  "/user-sessions": userSessions,
  "/user-sessions/[userSessionId]/end": userSessionsUserSessionIdEnd,
};
