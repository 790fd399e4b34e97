/** Why a device is away, and whether somebody has laid hands on it. */
export { getDiagnosis } from "./get-diagnosis";
export { getPing } from "./get-ping";
export { judgeTamperVerdicts } from "./judge-tamper-verdicts";
export { listTamperVerdicts } from "./list-tamper-verdicts";
export { pingDevice } from "./ping-device";
export { sendPings } from "./send-pings";
