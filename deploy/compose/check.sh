#!/bin/sh
# Makes keys as a newcomer does, in a copy, and checks what compose.yaml comes
# to with them: by the library of Docker's plugin (no Docker is needed), and
# against what we promise: nothing is open to other hosts, nothing runs with
# privileges, nothing has a default password.
set -eu
umask 077
cd "$(dirname "$0")/../.."
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cp -r deploy "$root/"
go build -C internal/tools/deploy -o "$root/compose" ./compose
cd "$root/deploy/compose"

cp .env.example .env
if "$root/compose" . > said 2>&1; then echo "it starts without passwords"; exit 1; fi
grep -q "run ./init.sh" said || { cat said; exit 1; }
rm .env

./init.sh 2> /dev/null
mkdir logs
sed 's|^UCTRACE_LOGS=$|UCTRACE_LOGS=./logs|' .env > .env.new && mv .env.new .env
cp .env before
./init.sh
cmp .env before # what is there stays
openssl verify -CAfile secrets/ca.pem secrets/cert.pem > /dev/null
[ "$(stat -c %a secrets) $(stat -c %a .env) $(stat -c %a secrets/ca.key)" = "700 600 600" ]
"$root/compose" .
promtool check config --syntax-only prometheus.yaml > /dev/null
