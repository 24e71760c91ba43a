#!/bin/sh
# Prints what lets one agent in, for users.conf:
#
#   ./agent.sh CLUSTER ID PUBLIC-NKEY
#
# CLUSTER and ID are those of the agent's settings (cluster, id); CLUSTER is
# "default" when it has none. The agent may publish records of its cluster and
# its own status, and hear the acknowledgements. It may read nothing.
set -eu
[ $# -eq 3 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
for name in "$1" "$2"; do
  case $name in '' | *[!A-Za-z0-9_-]*) echo "$0: \"$name\": only letters, digits, - and _" >&2; exit 2 ;; esac
done
case $3 in U[A-Z2-7]*) ;; *) echo "$0: \"$3\" is no public key of a user" >&2; exit 2 ;; esac
cat <<EOF
{
  nkey: $3
  permissions {
    publish: ["uc.records.$1.>", "uc.agents.$1.$2"]
    subscribe: ["_INBOX.$2.>"]
  }
}
EOF
