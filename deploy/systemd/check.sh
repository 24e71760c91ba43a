#!/bin/sh
# Checks the units, the users and the files of this folder with systemd's own
# tools, in a folder that stands for the root. It changes nothing else.
set -eu
cd "$(dirname "$0")"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/usr/bin" "$root/usr/lib/sysusers.d" "$root/usr/lib/tmpfiles.d" "$root/etc/systemd/system" "$root/etc/uctrace"
cp -r /usr/lib/systemd "$root/usr/lib/"
cp /bin/true "$root/usr/bin/uctraced"
cp /bin/true "$root/usr/bin/uctrace-agent"
cp ./*.service "$root/etc/systemd/system/"
cp sysusers.conf "$root/usr/lib/sysusers.d/uctrace.conf"
cp tmpfiles.conf "$root/usr/lib/tmpfiles.d/uctrace.conf"
: > "$root/etc/uctrace/agent.yaml"

for unit in uctraced uctrace-agent; do
  # A misspelt key is only a warning.
  said=$(systemd-analyze verify --man=no --root="$root" "$unit.service" 2>&1) || { echo "$said"; exit 1; }
  [ -z "$said" ] || { echo "$said"; exit 1; }
  systemd-analyze security --offline=true --threshold=20 "./$unit.service" | tail -1
done
systemd-sysusers --root="$root" 2> /dev/null
grep -q '^uctrace:.*:/usr/sbin/nologin$' "$root/etc/passwd"
systemd-tmpfiles --root="$root" --create
[ "$(stat -c %a "$root/etc/uctrace") $(stat -c %a "$root/etc/uctrace/agent.yaml")" = "750 640" ]
echo "units, users and files are as they should be"
