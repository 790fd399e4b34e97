export { changeInvestigations } from "./change-investigations";
export { getInvestigation } from "./get-investigation";
export { listInvestigationGroups } from "./list-investigation-groups";
export { listInvestigations } from "./list-investigations";
