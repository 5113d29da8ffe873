#!/usr/bin/env bash
# Verifies what was just deployed, by the outputs of `cdk deploy --outputs-file`. The secrets go through
# a pipe: they are in no variable, no file, no argument, and the verifier prints none.
set -euo pipefail
outputs=$1

output() { jq -r --arg name "$1" '[.[][$name] // empty] | first // empty' "$outputs"; }
secret() {
  [ -z "$1" ] || aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text
}

url=$(output McpUrl)
machine=$(output VerificationMachineSecret)
user=$(output VerificationUserSecret)
[ -n "$url" ] || { echo "$outputs has no McpUrl" >&2; exit 2; }

reports=(--junit verification.xml --html verification.html)
# A stage without secrets is tried as a stranger would.
if [ -z "$machine$user" ]; then exec npx cdk-secure-mcp verify "$url" "${reports[@]}"; fi
{ secret "$machine"; secret "$user"; } |
  npx cdk-secure-mcp verify "$url" --credentials --browser google-chrome "${reports[@]}"
