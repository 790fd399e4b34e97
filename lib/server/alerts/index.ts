/** Alerts: rules, alerts, channels and deliveries; what other nouns and the doors may call. */
export { acknowledgeAlert } from "./acknowledge-alert";
export { addAlertRule } from "./add-alert-rule";
export { addChannel } from "./add-channel";
export { changeAlertRule } from "./change-alert-rule";
export { changeChannel } from "./change-channel";
export { createWebhookSender, type WebhookContext, type WebhookSender } from "./deliver-webhooks";
export { evaluateAlerts } from "./evaluate-alerts";
export { getAlert } from "./get-alert";
export { listAlertRules } from "./list-alert-rules";
export { listAlerts } from "./list-alerts";
export { listChannels } from "./list-channels";
export { listDeliveries } from "./list-deliveries";
export { queueDeliveries } from "./queue-deliveries";
export { removeAlertRule } from "./remove-alert-rule";
export { removeChannel } from "./remove-channel";
export { testChannel } from "./test-channel";
