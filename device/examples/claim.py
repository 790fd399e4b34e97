#!/usr/bin/env python3
"""First contact without our agent: python3 claim.py CODE HOST [PORT]. Debian: python3-paho-mqtt python3-jwcrypto.

Keeps keys, then identity, token and content key in claimed.json, and may be started again at any time: it goes on."""
import json, os, queue, sys
import paho.mqtt.client as mqtt
from jwcrypto import jwe, jwk, jws

code, host, port = sys.argv[1].replace("-", "").upper(), sys.argv[2], int((sys.argv + ["1883"])[3])
FILE = os.environ.get("CLAIM_FILE", "claimed.json")


def save(state):  # whole, and on the disk, or not at all
    with open(os.open(FILE + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(state))
        file.flush()
        os.fsync(file.fileno())
    os.rename(FILE + ".new", FILE)


if os.path.exists(FILE):
    state = json.load(open(FILE))
else:
    fresh = lambda: json.loads(jwk.JWK.generate(kty="EC", crv="P-256").export_private())
    state = {"identity": fresh(), "agreement": fresh()}
    save(state)
identity, agreement = jwk.JWK(**state["identity"]), jwk.JWK(**state["agreement"])
applicant, answers = identity.thumbprint(), queue.Queue()


def sign(payload):
    token = jws.JWS(json.dumps(payload))
    token.add_signature(identity, None, json.dumps({"alg": "ES256", "jwk": identity.export_public(as_dict=True)}))
    return token.serialize(compact=True)


def say(message):
    client.publish(f"sp/v1/claim/{applicant}/up", json.dumps(message), qos=1)


def on_connect(client, _data, _flags, status, *_):
    if status != 0:
        sys.exit(f"This broker does not know this claim code ({status}).")
    client.subscribe(f"sp/v1/claim/{applicant}/down", qos=1)


version = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
client = mqtt.Client(*version, client_id="", clean_session=True)
client.username_pw_set(applicant, code)
client.on_connect = on_connect
client.on_subscribe = lambda *_: say({"stored": sign({"stored": state["given"]["tokenId"]})} if "given" in state else {"hello": {}})
client.on_message = lambda _client, _data, message: answers.put(json.loads(message.payload))
client.connect(host, port)
client.loop_start()
while True:
    answer = answers.get(timeout=60)
    if "challenge" in answer:
        say({"proof": sign({"nonce": answer["challenge"]["nonce"], "agreementKey": agreement.export_public(as_dict=True)})})
    elif "waiting" in answer:
        print("Somebody has to agree in the console:", answer["waiting"]["fingerprint"], flush=True)
    elif "refused" in answer:
        sys.exit(f"{answer['refused']['message']} ({answer['refused']['code']})")
    elif "provisioned" in answer:
        sealed = jwe.JWE(algs=["ECDH-ES+A256KW", "A256GCM"])
        sealed.deserialize(answer["provisioned"], agreement)
        state["given"] = json.loads(sealed.payload)
        save(state)  # first on the disk, then said
        say({"stored": sign({"stored": state["given"]["tokenId"]})})
    elif "done" in answer:
        print(json.dumps({key: state["given"][key] for key in ("device", "fleet", "name")}))
        break
client.disconnect()
