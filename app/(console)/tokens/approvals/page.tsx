import { WaitingCommands } from "@/components/commands/waiting-commands";
import { ApprovalsPage } from "@/components/tokens/approvals-page";
import { memberPage } from "../../member-page";

export default memberPage("/tokens/approvals", () => <ApprovalsPage commands={<WaitingCommands />} />);
