import { MembersPage } from "@/components/members/members-page";
import { memberPage } from "../member-page";

export default memberPage("/members", () => <MembersPage />);
