import { PosturePage } from "@/components/posture/posture-page";
import { memberPage } from "../member-page";

export default memberPage("/posture", () => <PosturePage />);
