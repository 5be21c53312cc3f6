#!/usr/bin/env bash
# What a user of the packages does: packs the solution into a folder, references the library from a new project and fits a
# model, installs the command from the same folder and runs it, and publishes the new project trimmed and, where a C
# compiler is there, ahead of time. All of them must print the same digits. Everything happens in a temporary folder.
set -euo pipefail

root=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
feed="$work/feed"
app="$work/app"
export NUGET_PACKAGES="$work/packages" DOTNET_CLI_HOME="$work/home" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
unset CI # the lock files are for the sources, not for the new project

say() { printf '== %s\n' "$1"; }

say 'pack'
# What is restored already need not be fetched again.
(unset NUGET_PACKAGES; cd "$root" && dotnet pack Glmm.Sparse.sln -c Release -o "$feed" -v quiet)
ls -l "$feed"

say 'a new console project'
mkdir -p "$app"
cp "$root"/tests/packages/Program.cs "$app/"
cp "$root"/data/epil.csv "$app/"
cat > "$app/app.csproj" <<XML
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
export RestoreAdditionalProjectSources="$feed"
dotnet run -c Release --project "$app/app.csproj" -- "$app/epil.csv" > "$work/jit.txt"
cat "$work/jit.txt"

say 'the command'
dotnet tool install Glmm.Sparse.Tool --tool-path "$work/tool" --add-source "$feed" > /dev/null
"$work/tool/glmm" --version
"$work/tool/glmm" fit --data "$app/epil.csv" --formula 'y ~ lbase*trt + lage + V4 + (1 | subject)' --family poisson \
  --json - > "$work/fit.json"
grep -q '"converged": true' "$work/fit.json"

runtime=$(dotnet --info | awk '$1 == "RID:" { print $2; exit }')
say "trimmed, for $runtime"
dotnet publish "$app/app.csproj" -c Release -r "$runtime" -p:PublishTrimmed=true -p:SelfContained=true -o "$work/trimmed" \
  -v quiet
"$work/trimmed/app" "$app/epil.csv" > "$work/trimmed.txt"
cmp "$work/jit.txt" "$work/trimmed.txt"
du -sh "$work/trimmed" | cut -f1

if command -v clang > /dev/null || command -v gcc > /dev/null; then
  say 'ahead of time'
  dotnet publish "$app/app.csproj" -c Release -r "$runtime" -p:PublishAot=true -o "$work/aot" -v quiet
  "$work/aot/app" "$app/epil.csv" > "$work/aot.txt"
  cmp "$work/jit.txt" "$work/aot.txt"
  ls -l "$work/aot/app" | awk '{ print $5 " bytes" }'
else
  say 'ahead of time: skipped, there is no C compiler'
fi

say 'the same numbers everywhere'
