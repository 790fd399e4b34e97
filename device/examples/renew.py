#!/usr/bin/env python3
"""The next access token without our agent: python3 renew.py HOST [PORT], in time or after it ended. Debian: python3-paho-mqtt python3-jwcrypto.

Goes on with what claim.py keeps in claimed.json, by the identity key alone. Run it from a timer, at two thirds of the token's life; it may be
started again at any time. The old token ends when the platform knows that the new one is on the disk, and not before."""
import json, os, queue, sys
import paho.mqtt.client as mqtt
from jwcrypto import jwe, jwk, jws

host, port = sys.argv[1], int((sys.argv + ["1883"])[2])
FILE = os.environ.get("CLAIM_FILE", "claimed.json")
state = json.load(open(FILE))
identity, agreement = jwk.JWK(**state["identity"]), jwk.JWK(**state["agreement"])
applicant, answers = identity.thumbprint(), queue.Queue()


def save():  # whole, and on the disk, or not at all
    with open(os.open(FILE + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(state))
        file.flush()
        os.fsync(file.fileno())
    os.rename(FILE + ".new", FILE)


def sign(payload, **header):
    token = jws.JWS(json.dumps(payload))
    token.add_signature(identity, None, json.dumps({"alg": "ES256", **header, "jwk": identity.export_public(as_dict=True)}))
    return token.serialize(compact=True)


def say(message):
    client.publish(f"sp/v1/home/{applicant}/up", json.dumps(message), qos=1)


def on_connect(client, _data, _flags, status, *_):
    if status != 0:
        answers.put({"refused": {"code": "unknown_key", "message": f"This broker does not know the key of this device ({status})."}})
    client.subscribe(f"sp/v1/home/{applicant}/down", qos=1)


version = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
client = mqtt.Client(*version, client_id="", clean_session=True)
client.username_pw_set(applicant, sign({"aud": "sallyport-home", "sub": applicant}, typ="home+jwt"))
client.on_connect = on_connect
client.on_subscribe = lambda *_: say({"stored": sign({"stored": state["next"]["tokenId"]})} if "next" in state else {"hello": {}})
client.on_message = lambda _client, _data, message: answers.put(json.loads(message.payload))
client.connect(host, port)
client.loop_start()
while True:
    answer = answers.get(timeout=3_600)
    if "challenge" in answer:
        say({"proof": sign({"nonce": answer["challenge"]["nonce"], "agreementKey": agreement.export_public(as_dict=True)})})
    elif "waiting" in answer:
        print("Somebody has to agree in the console:", answer["waiting"]["fingerprint"], flush=True)
    elif "refused" in answer:
        sys.exit(f"{answer['refused']['message']} ({answer['refused']['code']})")
    elif "provisioned" in answer:
        sealed = jwe.JWE(algs=["ECDH-ES+A256KW", "A256GCM"])
        sealed.deserialize(answer["provisioned"], agreement)
        state["next"] = json.loads(sealed.payload)
        save()  # first on the disk, then said
        say({"stored": sign({"stored": state["next"]["tokenId"]})})
    elif "done" in answer:
        state["given"].update(state.pop("next"))
        save()
        print(json.dumps({"device": state["given"]["device"], "tokenId": state["given"]["tokenId"]}))
        break
client.disconnect()
