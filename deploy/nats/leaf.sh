#!/bin/sh
# Prints what lets the leaf node of a site in, for users.conf of the server:
#
#   ./leaf.sh CLUSTER PUBLIC-NKEY
#
# Its agents may publish for CLUSTER and nothing else.
set -eu
[ $# -eq 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
case $1 in '' | *[!A-Za-z0-9_-]*) echo "$0: \"$1\": only letters, digits, - and _" >&2; exit 2 ;; esac
case $2 in U[A-Z2-7]*) ;; *) echo "$0: \"$2\" is no public key of a user" >&2; exit 2 ;; esac
cat <<EOF
{
  nkey: $2
  permissions {
    publish: ["uc.records.$1.>", "uc.agents.$1.*"]
    subscribe: ["_INBOX.>"]
  }
}
EOF
