using System.Text;

namespace Glmm.Sparse.Cli;

/// <summary>Scripts that complete the command line in shells. They hold all they need and never start glmm.</summary>
internal static class CompletionScripts
{
    /// <summary>For bash: <c>source &lt;(glmm completion bash)</c>.</summary>
    public static string Bash(IReadOnlyList<CompletedCommand> commands)
    {
        var text = new StringBuilder($$"""
            # bash completion of glmm; put into ~/.bashrc: source <(glmm completion bash)
            _glmm() {
              local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"
              COMPREPLY=()
              if [ "$COMP_CWORD" -eq 1 ]; then
                COMPREPLY=($(compgen -W "{{Names(commands)}} --help --version" -- "$cur"))
                return
              fi
              case "${COMP_WORDS[1]} $prev" in

            """);
        foreach (CompletedCommand command in commands)
        {
            foreach (CompletedOption option in command.Options.Where(static option => option.Value.Length > 0))
            {
                string complete = option.Choices.Count > 0
                    ? $"COMPREPLY=($(compgen -W \"{string.Join(' ', option.Choices)}\" -- \"$cur\")); "
                    : option.IsFile ? "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")); " : "";
                text.Append($"    \"{command.Name} {option.Name}\") {complete}return ;;\n");
            }
        }

        text.Append("  esac\n  case \"${COMP_WORDS[1]}\" in\n");
        foreach (CompletedCommand command in commands)
        {
            string words = string.Join(' ', [.. command.Values, .. command.Options.Select(static o => o.Name)]);
            text.Append($"    {command.Name}) COMPREPLY=($(compgen -W \"{words}\" -- \"$cur\")) ;;\n");
        }

        return text.Append("  esac\n}\ncomplete -F _glmm glmm\n").ToString();
    }

    /// <summary>For zsh: a file named <c>_glmm</c> in a folder of <c>fpath</c>.</summary>
    public static string Zsh(IReadOnlyList<CompletedCommand> commands)
    {
        var text = new StringBuilder("""
            #compdef glmm
            # zsh completion of glmm: glmm completion zsh > FOLDER/_glmm, FOLDER being one of $fpath
            _glmm() {
              local -a commands
              commands=(

            """);
        foreach (CompletedCommand command in commands)
            text.Append($"    '{command.Name}:{Single(command.Description)}'\n");
        text.Append("""
              )
              if (( CURRENT == 2 )); then
                _describe 'command' commands
                return
              fi
              shift words
              (( CURRENT-- ))
              case $words[1] in

            """);
        foreach (CompletedCommand command in commands)
        {
            text.Append($"    {command.Name})\n      _arguments");
            if (command.Values.Count > 0) text.Append($" \\\n        '1:value:({string.Join(' ', command.Values)})'");
            foreach (CompletedOption option in command.Options)
            {
                string values = option.Choices.Count > 0 ? $"({string.Join(' ', option.Choices)})"
                    : option.IsFile ? "_files" : " ";
                string value = option.Value.Length == 0 ? "" : $":{Single(option.Value)}:{values}";
                string repeats = option.Repeats ? "*" : "";
                text.Append($" \\\n        '{repeats}{option.Name}[{Bracketed(option.Description)}]{value}'");
            }

            text.Append("\n      ;;\n");
        }

        return text.Append("  esac\n}\ncompdef _glmm glmm\n").ToString();
    }

    /// <summary>For fish: <c>glmm completion fish | source</c>.</summary>
    public static string Fish(IReadOnlyList<CompletedCommand> commands)
    {
        var text = new StringBuilder(
            "# fish completion of glmm: glmm completion fish > ~/.config/fish/completions/glmm.fish\n"
            + "complete -c glmm -f\n");
        foreach (CompletedCommand command in commands)
        {
            text.Append(
                $"complete -c glmm -n __fish_use_subcommand -a {command.Name} -d '{Fished(command.Description)}'\n");
            string seen = $"complete -c glmm -n '__fish_seen_subcommand_from {command.Name}'";
            if (command.Values.Count > 0) text.Append($"{seen} -a '{string.Join(' ', command.Values)}'\n");
            foreach (CompletedOption option in command.Options)
            {
                string value = option.Choices.Count > 0 ? $" -x -a '{string.Join(' ', option.Choices)}'"
                    : option.IsFile ? " -r -F" : option.Value.Length > 0 ? " -x" : "";
                text.Append($"{seen} -l {option.Name[2..]}{value} -d '{Fished(option.Description)}'\n");
            }
        }

        return text.ToString();
    }

    /// <summary>For PowerShell: <c>glmm completion pwsh | Out-String | Invoke-Expression</c>.</summary>
    public static string Pwsh(IReadOnlyList<CompletedCommand> commands)
    {
        var text = new StringBuilder("""
            # PowerShell completion of glmm; put into $PROFILE: glmm completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName glmm -ScriptBlock {
              param($word, $ast, $cursor)
              $commands = [ordered]@{

            """);
        foreach (CompletedCommand command in commands)
        {
            IEnumerable<string> words = [.. command.Values, .. command.Options.Select(static o => o.Name)];
            text.Append($"    '{command.Name}' = @({Quoted(words)})\n");
        }

        text.Append("  }\n  $choices = @{\n");
        foreach (CompletedCommand command in commands)
        {
            foreach (CompletedOption option in command.Options.Where(static option => option.Choices.Count > 0))
                text.Append($"    '{command.Name} {option.Name}' = @({Quoted(option.Choices)})\n");
        }

        return text.Append("""
              }
              $typed = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } |
                ForEach-Object { $_.ToString() })
              if ($typed.Count -le 1) { $found = $commands.Keys }
              elseif ($choices.ContainsKey("$($typed[1]) $($typed[-1])")) {
                $found = $choices["$($typed[1]) $($typed[-1])"]
              }
              else { $found = $commands[$typed[1]] }
              $found | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """).ToString();
    }

    private static string Names(IEnumerable<CompletedCommand> commands) =>
        string.Join(' ', commands.Select(static command => command.Name));

    private static string Quoted(IEnumerable<string> words) =>
        string.Join(", ", words.Select(static word => $"'{word}'"));

    // Within single quotes, which end at one, and fields that end at a colon.
    private static string Single(string text) =>
        text.Replace("'", "'\\''", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    private static string Bracketed(string text) => Single(text)
        .Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private static string Fished(string text) => text.Replace("'", "\\'", StringComparison.Ordinal);
}
