#!/bin/sh
# Checks the chart with the libraries of Helm and Kubernetes (internal/tools/deploy),
# and lets the program and promtool read what the chart makes for them. No
# cluster is needed.
set -eu
umask 077
cd "$(dirname "$0")/../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cmp deploy/prometheus/uctrace.rules.yaml deploy/helm/uctrace/files/uctrace.rules.yaml
go build -C internal/tools/deploy -o "$out/helm" ./helm
"$out/helm" deploy/helm/uctrace "$out"
promtool check rules "$out/rules.yaml" > /dev/null

# The settings name files that are Secrets in the cluster.
mkdir -p "$out/etc"
for secret in clickhouse/password http/token; do
  mkdir -p "$out/etc/${secret%/*}"
  echo a-secret-of-some-length > "$out/etc/$secret"
done
sed "s|/etc/uctrace/|$out/etc/|" "$out/uctraced.yaml" > "$out/server.yaml"
go run ./cmd/uctraced config show --config "$out/server.yaml" | grep -q 'listen: 0.0.0.0:8080'
go run ./cmd/uctrace-agent config show --config "$out/agent.yaml" | grep -q 'id: collector-1'
