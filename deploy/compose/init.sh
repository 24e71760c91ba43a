#!/bin/sh
# Makes what compose.yaml wants and nobody may share: keys, certificates and
# passwords, in the folder secrets and in .env. What is there already stays.
# Needs openssl, and nk, Go or Docker for the keys of NATS.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
chmod 700 secrets
[ -e .env ] || cp .env.example .env

random() { openssl rand -hex 24; }

# setting NAME VALUE writes a value into .env where there is none.
setting() {
  if grep -q "^$1=.\{1,\}" .env; then return; fi
  sed "s|^$1=\$|$1=$2|" .env > .env.new && mv .env.new .env
}

pair() {
  if command -v nk > /dev/null; then nk -gen user -pubout
  elif command -v go > /dev/null; then go run github.com/nats-io/nkeys/nk@v0.4.16 -gen user -pubout
  else docker run --rm golang:1.26-bookworm go run github.com/nats-io/nkeys/nk@v0.4.16 -gen user -pubout; fi
}

# nkey NAME makes a key: the seed in secrets/NAME.nk, the public half in
# secrets/NAME.pub.
nkey() {
  [ -e "secrets/$1.pub" ] && return
  pair > secrets/pair
  sed -n 1p secrets/pair > "secrets/$1.nk"
  sed -n 2p secrets/pair > "secrets/$1.pub"
  rm secrets/pair
}

nkey uctraced
nkey agent
setting UCTRACED_NKEY "$(cat secrets/uctraced.pub)"
if [ ! -e secrets/users.conf ]; then
  ../nats/agent.sh default compose "$(cat secrets/agent.pub)" > secrets/stanza
  awk '/^]$/ { while ((getline line < "secrets/stanza") > 0) print line } { print }' ../nats/users.conf > secrets/users.conf
  rm secrets/stanza
fi

# A certificate authority of our own, and a certificate for all names inside.
if [ ! -e secrets/cert.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=uctrace compose CA" \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout secrets/ca.key -out secrets/ca.pem 2> /dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=uctrace" -keyout secrets/key.pem -out secrets/csr 2> /dev/null
  printf '%s\n' "subjectAltName=DNS:localhost,DNS:uctraced,DNS:nats,IP:127.0.0.1" "extendedKeyUsage=serverAuth" "keyUsage=critical,digitalSignature" \
    "basicConstraints=critical,CA:FALSE" > secrets/ext
  openssl x509 -req -in secrets/csr -CA secrets/ca.pem -CAkey secrets/ca.key -CAcreateserial -days 825 -extfile secrets/ext -out secrets/cert.pem 2> /dev/null
  rm secrets/csr secrets/ext
fi

[ -e secrets/http.token ] || random > secrets/http.token
[ -e secrets/clickhouse-writer ] || random > secrets/clickhouse-writer
setting CLICKHOUSE_WRITER_SHA256 "$(tr -d '\n' < secrets/clickhouse-writer | openssl dgst -sha256 -r | cut -d' ' -f1)"
if grep -q '^CLICKHOUSE_READER_PASSWORD=$' .env; then
  password=$(random)
  setting CLICKHOUSE_READER_PASSWORD "$password"
  setting CLICKHOUSE_READER_SHA256 "$(printf %s "$password" | openssl dgst -sha256 -r | cut -d' ' -f1)"
fi
setting GRAFANA_ADMIN_PASSWORD "$(random)"

# The programs run as users that are not the one of this host. They get the
# single files; the folder itself keeps everybody else out.
chmod 644 secrets/*
chmod 600 secrets/ca.key .env
grep -q '^UCTRACE_LOGS=.\{1,\}' .env || echo "now name the folder with the logs: UCTRACE_LOGS in .env" >&2
