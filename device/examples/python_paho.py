#!/usr/bin/env python3
"""Reports readings to Sallyport with paho-mqtt (1.x from Debian, or 2.x), at QoS 1: PUBACK means stored.

    apt install python3-paho-mqtt        (or: pip install paho-mqtt)
    export SALLYPORT_HOST=127.0.0.1 SALLYPORT_PORT=1883 SALLYPORT_FLEET=flt_... SALLYPORT_DEVICE=dev_...
    export SALLYPORT_TOKEN_FILE=./token
    python3 device/examples/python_paho.py

SALLYPORT_CA=FILE connects by TLS and trusts that certificate authority. SALLYPORT_COUNT sets the number of readings (default 3).
"""

import json
import os
import sys
import threading
import time

import paho.mqtt.client as mqtt

host = os.environ.get("SALLYPORT_HOST", "127.0.0.1")
port = int(os.environ.get("SALLYPORT_PORT", "1883"))
fleet = os.environ["SALLYPORT_FLEET"]
device = os.environ["SALLYPORT_DEVICE"]
count = int(os.environ.get("SALLYPORT_COUNT", "3"))
with open(os.environ["SALLYPORT_TOKEN_FILE"], encoding="utf-8") as file:
    token = file.read().strip()

topic = f"sp/v1/{fleet}/{device}/up/telemetry"
connected = threading.Event()
refused = []


def on_connect(client, userdata, flags, reason, properties=None):
    """Return codes of MQTT 3.1.1: 0 is well; 4 and 5 say that user name or token are not."""
    if reason == 0:
        connected.set()
    else:
        refused.append(str(reason))
        connected.set()


def make_client():
    """paho 2 wants to know which callbacks are meant; paho 1 does not know the question."""
    if hasattr(mqtt, "CallbackAPIVersion"):
        return mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=device, protocol=mqtt.MQTTv311)
    return mqtt.Client(client_id=device, protocol=mqtt.MQTTv311)


client = make_client()
client.username_pw_set(device, token)
client.on_connect = on_connect
client.reconnect_delay_set(min_delay=1, max_delay=30)
if os.environ.get("SALLYPORT_CA"):
    client.tls_set(ca_certs=os.environ["SALLYPORT_CA"])
client.connect(host, port, keepalive=30)
client.loop_start()
if not connected.wait(15):
    sys.exit("no answer from the broker")
if refused:
    sys.exit(f"refused: {refused[0]}. Check user name and token, or grant a new one.")

# Rising over restarts without a file to remember it in: milliseconds since 1970.
seq = int(time.time() * 1000)
for index in range(count):
    # SenML (RFC 8428): base name, base time in seconds, and the message's own sequence number in the first record.
    reading = [
        {"bn": f"{device}:", "bt": round(time.time(), 3), "seq": seq + index, "n": "temperature", "u": "Cel", "v": 21.4 + index},
        {"n": "pressure", "u": "kPa", "v": 320.5},
    ]
    message = client.publish(topic, json.dumps(reading), qos=1)
    # paho keeps it and sends it again after a reconnect, until the PUBACK has come.
    message.wait_for_publish(30)
    if not message.is_published():
        sys.exit(f"number {seq + index} was not acknowledged")
    print(f"stored {seq + index}")
client.disconnect()
client.loop_stop()
