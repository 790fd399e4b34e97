import { notFoundHandler } from "@/lib/web/not-found";

export { notFoundHandler as DELETE, notFoundHandler as GET, notFoundHandler as PATCH, notFoundHandler as POST, notFoundHandler as PUT };
