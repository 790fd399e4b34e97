import { handleAuth } from "@/lib/web/auth-handler";

export const dynamic = "force-dynamic";
export { handleAuth as GET, handleAuth as POST };
