/** Questions of external brokers (EMQX, RabbitMQ), answered by the evaluator of the embedded one. */
export { emqxAuthn, emqxAuthz } from "./emqx";
export { hookRefusals, hookRoute } from "./hook-route";
export { mosquittoAdmit } from "./mosquitto/admit";
export { rabbitmqResource, rabbitmqTopic, rabbitmqUser, rabbitmqVhost } from "./rabbitmq";
