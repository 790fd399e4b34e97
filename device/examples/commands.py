#!/usr/bin/env python3
"""A device that does what it is asked to, with paho-mqtt (1.x from Debian, or 2.x). The settings are those of python_paho.py.

    export SALLYPORT_HOST=127.0.0.1 SALLYPORT_PORT=1883 SALLYPORT_FLEET=flt_... SALLYPORT_DEVICE=dev_... SALLYPORT_TOKEN_FILE=./token
    python3 device/examples/commands.py

It knows one command, set-valve with a number `percent`. SALLYPORT_STATE is the file that it remembers ids in (default ./commands.json).
"""

import datetime
import json
import os

import paho.mqtt.client as mqtt

fleet, device = os.environ["SALLYPORT_FLEET"], os.environ["SALLYPORT_DEVICE"]
topic = f"sp/v1/{fleet}/{device}"
state_file = os.environ.get("SALLYPORT_STATE", "./commands.json")
with open(os.environ["SALLYPORT_TOKEN_FILE"], encoding="utf-8") as file:
    token = file.read().strip()
try:
    with open(state_file, encoding="utf-8") as file:
        known = json.load(file)
except FileNotFoundError:
    known = {}


def set_valve(parameters):
    """Here the valve would turn."""
    return {"percent": parameters["percent"]}


HANDLERS = {"set-valve": set_valve}


def answer(client, command_id, said):
    client.publish(f"{topic}/up/command/{command_id}", json.dumps(said), qos=1)


def remember(command_id, said):
    """On disk before anything is done: the same message may come again, after a restart too. Forget what has expired for an hour."""
    known[command_id] = said
    with open(state_file + ".new", "w", encoding="utf-8") as file:
        json.dump(known, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(state_file + ".new", state_file)


def outcome(client, command):
    if datetime.datetime.fromisoformat(command["expiresAt"].replace("Z", "+00:00")) < datetime.datetime.now(datetime.timezone.utc):
        return {"state": "rejected", "error": {"code": "expired", "message": "It came after it had expired."}}
    handler = HANDLERS.get(command["name"])
    if handler is None:
        return {"state": "rejected", "error": {"code": "unknown_command", "message": f"This device knows no command {command['name']}."}}
    remember(command["id"], {"state": "failed", "error": {"code": "interrupted", "message": "The device restarted while it ran."}})
    answer(client, command["id"], {"state": "delivered"})
    try:
        return {"state": "succeeded", "result": handler(command["parameters"])}
    except Exception as error:
        return {"state": "failed", "error": {"code": "failed", "message": str(error)[:500]}}


def on_message(client, userdata, message):
    command = json.loads(message.payload)
    if command["name"] == "ping":
        client.publish(f"{topic}/up/telemetry", json.dumps({"alive": 1}), qos=1)
        return
    if command["id"] not in known:
        remember(command["id"], outcome(client, command))
    answer(client, command["id"], known[command["id"]])


def on_connect(client, userdata, flags, reason, properties=None):
    client.subscribe(f"{topic}/down/command/+", qos=1)
    print("listening", flush=True)


versions = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
client = mqtt.Client(*versions, client_id=device, protocol=mqtt.MQTTv311)
client.username_pw_set(device, token)
client.on_connect = on_connect
client.on_message = on_message
client.connect(os.environ.get("SALLYPORT_HOST", "127.0.0.1"), int(os.environ.get("SALLYPORT_PORT", "1883")), keepalive=30)
client.loop_forever()
