#!/bin/sh
# serve.sh PROGRAM SECONDS [FLAGS]: serves images; after so many seconds, and when told by SIGUSR1, deletes blobs that no
# image needs, and only reads meanwhile: whoever pushed then could lose a blob that is not named yet. 0 seconds: only
# when told. FLAGS are those of garbage-collect.
set -u
program=$1 seconds=$2 flags=${3:-}
wanted='' server='' clock=''

serve() { "$program" serve "/etc/registry/$1" & server=$!; }
await() { while kill -0 "$1" 2>/dev/null; do wait "$1"; done; }
stop() { kill -TERM "$server" 2>/dev/null; await "$server"; }
wind() { [ "$seconds" = 0 ] || { (sleep "$seconds" && kill -USR1 1) & clock=$!; }; }

trap 'wanted=yes' USR1
trap 'stop; exit 0' TERM INT
serve config.yml
wind
while :; do
  wait "$server"
  code=$?
  [ -n "$wanted" ] || exit "$code"
  wanted=''
  [ -z "$clock" ] || kill "$clock" 2>/dev/null
  stop
  serve read-only.yml
  echo "clean-up begins: pushes are refused"
  "$program" garbage-collect $flags /etc/registry/config.yml >/tmp/clean-up.log 2>&1 || { echo "clean-up failed:"; tail -n 20 /tmp/clean-up.log; }
  echo "clean-up ends: $(grep -c 'blob eligible for deletion' /tmp/clean-up.log) blobs deleted"
  stop
  serve config.yml
  wind
done
