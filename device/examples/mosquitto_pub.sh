#!/bin/sh
# Reports one reading to Sallyport with mosquitto_pub (Debian: apt install mosquitto-clients), at QoS 1: PUBACK means stored.
#
#   export SALLYPORT_HOST=127.0.0.1 SALLYPORT_PORT=1883 SALLYPORT_FLEET=flt_... SALLYPORT_DEVICE=dev_...
#   export SALLYPORT_TOKEN_FILE=./token
#   sh device/examples/mosquitto_pub.sh temperature 21.4
#
# SALLYPORT_CA=FILE connects by TLS and trusts that certificate authority.
set -eu
: "${SALLYPORT_FLEET:?}" "${SALLYPORT_DEVICE:?}" "${SALLYPORT_TOKEN_FILE:?}"
metric=${1:-temperature}
value=${2:-21.4}

# The token goes by mosquitto_pub's configuration file: on the command line, other users of this machine could read it.
XDG_CONFIG_HOME=$(mktemp -d)
export XDG_CONFIG_HOME
trap 'rm -rf "$XDG_CONFIG_HOME"' EXIT
(
  umask 077
  printf -- '-u %s\n-P %s\n' "$SALLYPORT_DEVICE" "$(cat "$SALLYPORT_TOKEN_FILE")" >"$XDG_CONFIG_HOME/mosquitto_pub"
)

set -- -h "${SALLYPORT_HOST:-127.0.0.1}" -p "${SALLYPORT_PORT:-1883}" -i "$SALLYPORT_DEVICE" -k 30 -q 1
if [ -n "${SALLYPORT_CA:-}" ]; then set -- "$@" --cafile "$SALLYPORT_CA"; fi

# The plain form: numbers by name, with the moment in seconds since 1970 and the message's own sequence number (milliseconds
# since 1970 rise over restarts). With both, a message that is sent twice is stored once.
now=$(date +%s%3N)
mosquitto_pub "$@" -t "sp/v1/$SALLYPORT_FLEET/$SALLYPORT_DEVICE/up/telemetry" \
  -m "{\"seq\": $now, \"time\": ${now%???}.${now#??????????}, \"$metric\": $value}"
echo "stored $metric=$value"
