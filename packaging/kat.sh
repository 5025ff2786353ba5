#!/bin/sh
# KAT as a package: nothing is looked for, fetched or built.
set -eu
root=$(dirname "$(dirname "$(readlink -f "$0")")")/lib/kat
export KAT_JAVA="$root/jre/bin/java" KAT_DIST="$root/dist" KAT_COMMAND="$0"
export KAT_PACKAGES="$root/packages" KAT_PROGRAMS="$root/programs" KAT_CHARTS="$root/charts"
class_path=
for jar in "$root"/dist/*.jar; do class_path="$class_path:$jar"; done
exec "$KAT_JAVA" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable -Xlog:all=error:stderr \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "${class_path#:}" kat.cli.Main "$@"
