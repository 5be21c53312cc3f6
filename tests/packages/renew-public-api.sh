#!/usr/bin/env bash
# Writes what the packages make public into their PublicAPI.Unshipped.txt: adds what is new and takes out what went. What
# went though a release had it becomes a line that says so (*REMOVED*…). `git diff` then shows the change of the API.
set -euo pipefail
cd "$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)"
export LC_ALL=C

# Also what would not be compiled again says what it misses.
touch src/*/PublicAPI.Unshipped.txt
for unshipped in src/*/PublicAPI.Unshipped.txt; do
  project=$(dirname "$unshipped")
  log=$(dotnet build "$project" --verbosity quiet \
    '-p:WarningsNotAsErrors="RS0016;RS0017;NU1900;NU1901;NU1902;NU1903;NU1904"') || { echo "$log"; exit 1; }
  # Of this project alone, not of what it refers to.
  log=$(grep -F "[$PWD/$project/" <<< "$log" || true)
  symbols() { sed -nE "s/^$1: (warning|error) $2: Symbol '(.*)' is (not )?part of the declared .*/\2/p" <<< "$log" | sort -u; }
  added=$(symbols '.*' RS0016)
  gone=$(symbols '.*PublicAPI\.Unshipped\.txt[^:]*' RS0017)
  removed=$(symbols '.*PublicAPI\.Shipped\.txt[^:]*' RS0017 | sed 's/^/*REMOVED*/')
  lines=$( (grep -vxF '#nullable enable' "$unshipped" || true) | (grep -vxF "${gone:-#}" || true)
    printf '%s\n' "$added" "$removed")
  (echo '#nullable enable'; sort -u <<< "$lines" | sed '/^$/d') > "$unshipped.new"
  if cmp -s "$unshipped" "$unshipped.new"; then rm "$unshipped.new"; else mv "$unshipped.new" "$unshipped"; fi
  echo "$project: $(grep -c . <<< "$added" || true) added, $(cat <(echo "$gone") <(echo "$removed") | grep -c . || true) gone"
done
