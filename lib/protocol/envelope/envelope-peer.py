"""Another implementation of the envelope: jwcrypto for JWE, cbor2 and cryptography for COSE. Tests only.

Reads one JSON object on stdin: key (hex), device, topic, seq, plain, jwe (text), cose (hex). Answers on stdout what it read in
those two, and its own two of the same plaintext.
"""
import json
import os
import sys

import cbor2
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jwcrypto import jwe, jwk

given = json.load(sys.stdin)
key = bytes.fromhex(given["key"])
jwk_key = jwk.JWK(kty="oct", k=jwk.base64url_encode(key))
external = cbor2.dumps([given["device"], given["topic"], given["seq"]], canonical=True)


def structure(protected):
    return cbor2.dumps(["Encrypt0", protected, external], canonical=True)


def open_cose(message):
    tagged = cbor2.loads(message)
    assert tagged.tag == 16
    protected, unprotected, sealed = tagged.value
    header = cbor2.loads(protected)
    assert header[1] == 3 and header["seq"] == given["seq"], header
    return AESGCM(key).decrypt(unprotected[5], sealed, structure(protected)).decode()


def seal_cose(plain):
    nonce = os.urandom(12)
    protected = cbor2.dumps({1: 3, 4: b"v7", "seq": given["seq"]}, canonical=True)
    return cbor2.dumps(cbor2.CBORTag(16, [protected, {5: nonce}, AESGCM(key).encrypt(nonce, plain, structure(protected))]))


def open_jwe(compact):
    token = jwe.JWE()
    token.deserialize(compact, key=jwk_key)
    return token.payload.decode()


def seal_jwe(plain):
    header = {"alg": "dir", "enc": "A256GCM", "kid": "v7", "sub": given["device"], "topic": given["topic"], "seq": given["seq"]}
    token = jwe.JWE(plain, json.dumps(header))
    token.add_recipient(jwk_key)
    return token.serialize(compact=True)


plain = given["plain"].encode()
answer = {
    "readJwe": open_jwe(given["jwe"]),
    "readCose": open_cose(bytes.fromhex(given["cose"])),
    "jwe": seal_jwe(plain),
    "cose": seal_cose(plain).hex(),
}
json.dump(answer, sys.stdout)
