/** Programs of the system as tests use them; the script that tries a RabbitMQ cluster starts its nodes in the same way. */
export { type RealProcess, startProcess } from "@/services/external/real-process";
