#!/usr/bin/env bash
# What a user of the packages does: packs the solution into a folder, references the library from a new project and fits a
# model, installs the command from the same folder and runs it, and publishes the new project trimmed and, where a C
# compiler is there, ahead of time. All of them must print the same digits. Everything happens in a temporary folder.
#
#   try-packages.sh        packs the command for this machine's platform alone
#   try-packages.sh all    packs it for every platform, as a release does
set -euo pipefail

root=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
feed="$work/feed"
app="$work/app"
runtime=$(dotnet --info | awk '$1 == "RID:" { print $2; exit }')
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

say() { printf '== %s\n' "$1"; }
fail() { printf '%s\n' "$1"; exit 1; }

say 'pack'
platforms=()
[ "${1:-}" = all ] || platforms=("-p:ToolPlatforms=$runtime")
(cd "$root" && dotnet pack Glmm.Sparse.sln -c Release -o "$feed" -v quiet "${platforms[@]}")
(cd "$feed" && wc -c ./*)

say 'what the packages hold'
mkdir "$work/opened"
command -v unzip > /dev/null || echo 'not looked into, there is no unzip'
for package in "$feed"/*.nupkg; do
  command -v unzip > /dev/null || break
  name=$(basename "$package" .nupkg)
  unzip -q -o "$package" -d "$work/opened/$name"
  [ -s "$work/opened/$name/README.md" ] || fail "$name has no readme"
  case $name in
    Glmm.Sparse.Tool.*) ;;
    *) unzip -q -o "$feed/$name.snupkg" -d "$work/opened/$name" || fail "$name has no symbols" ;;
  esac
done
# Whoever packs, and wherever, packs the same bytes: no assembly and no symbols name a folder of this machine.
named=$(find "$work/opened" -type f \( -name '*.dll' -o -name '*.pdb' \) -exec grep -laF -e "$root" {} + || true)
[ -z "$named" ] || fail "a path of this machine is in $named"

# The new project knows nothing of the sources' lock files; it keeps its packages apart, lest an older library with the
# same version be found, and looks for what others made where it may already lie.
unset CI
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
[ ! -d "$cache" ] || [ -d "$cache/glmm.sparse" ] || export RestoreAdditionalProjectFallbackFolders="$cache"
export NUGET_PACKAGES="$work/packages" RestoreAdditionalProjectSources="$feed"

say 'a new console project'
mkdir -p "$app"
cp "$root/tests/packages/Program.cs" "$root/data/epil.csv" "$app/"
cat > "$app/app.csproj" << XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <InvariantGlobalization>true</InvariantGlobalization>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <WarningsNotAsErrors>NU1900;NU1901;NU1902;NU1903;NU1904</WarningsNotAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Glmm.Sparse" Version="*" />
  </ItemGroup>
</Project>
XML
dotnet run -c Release --project "$app/app.csproj" -- "$app/epil.csv" > "$work/jit.txt"
cat "$work/jit.txt"

say 'the command'
dotnet tool install Glmm.Sparse.Tool --tool-path "$work/tool" --source "$feed" > /dev/null
du -sh "$work/tool" | cut -f1
"$work/tool/glmm" --version
"$work/tool/glmm" fit --data "$app/epil.csv" --formula 'y ~ lbase*trt + lage + V4 + (1 | subject)' --family poisson \
  --json - > "$work/fit.json"
grep -q '"converged": true' "$work/fit.json"

# published NAME PROPERTY…: publishes the new project for this platform and compares what it prints. The packages of the
# platform cannot be had everywhere: not restoring them is no failure.
published() {
  local name=$1
  shift
  if ! dotnet restore "$app/app.csproj" -r "$runtime" "$@" > "$work/restore.log" 2>&1; then
    grep -qE 'NU1101|NU1102|NU1103|NU1301' "$work/restore.log" || fail "$(cat "$work/restore.log")"
    echo "skipped, its packages cannot be restored here"
    return
  fi
  dotnet publish "$app/app.csproj" --no-restore -c Release -r "$runtime" "$@" -o "$work/$name" -v quiet
  "$work/$name/app" "$app/epil.csv" > "$work/$name.txt"
  cmp "$work/jit.txt" "$work/$name.txt"
  rm -f "$work/$name/"*.dbg
  du -sh "$work/$name" | cut -f1
}

say "trimmed, for $runtime"
published trimmed -p:PublishTrimmed=true -p:SelfContained=true

say "ahead of time, for $runtime"
if command -v clang > /dev/null || command -v gcc > /dev/null; then
  # Unless told, x64 code is for processors without fused multiply-add, whose sums round otherwise.
  case $runtime in
    *-x64) published aot -p:PublishAot=true -p:IlcInstructionSet=x86-64-v3 ;;
    *) published aot -p:PublishAot=true ;;
  esac
else
  echo 'skipped, there is no C compiler'
fi

say 'the same digits everywhere'
