/** Why a device is away, and whether somebody has laid hands on it. */
export { getDiagnosis } from "./get-diagnosis";
export { judgeTamperVerdicts } from "./judge-tamper-verdicts";
export { listTamperVerdicts } from "./list-tamper-verdicts";
