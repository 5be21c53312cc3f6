namespace Glmm.Sparse.Cli;

/// <summary>How words are made to stand out: by the colours of a terminal, or not at all.</summary>
/// <param name="HasColour">Whether there is a terminal that shows colours.</param>
internal sealed record TextStyle(bool HasColour)
{
    /// <summary>Words as they are.</summary>
    public static TextStyle Plain { get; } = new(false);

    /// <summary>The style of a terminal, unless its user wants no colours (no-color.org) or it has none.</summary>
    /// <param name="isTerminal">Output goes to a terminal.</param>
    /// <param name="variable">Reads the environment.</param>
    public static TextStyle Of(bool isTerminal, Func<string, string?> variable) => new(
        isTerminal && string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") != "dumb"
        // Older consoles of Windows show the codes themselves.
        && (!OperatingSystem.IsWindows() || variable("WT_SESSION") is not null));

    /// <summary>A heading.</summary>
    public string Heading(string text) => Mark("1", text);

    /// <summary>What went well.</summary>
    public string Good(string text) => Mark("32", text);

    /// <summary>What to look at.</summary>
    public string Caution(string text) => Mark("33", text);

    /// <summary>What went wrong.</summary>
    public string Bad(string text) => Mark("1;31", text);

    private string Mark(string code, string text) => HasColour ? $"\e[{code}m{text}\e[0m" : text;
}
