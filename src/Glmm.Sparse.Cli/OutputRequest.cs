using System.Text;

namespace Glmm.Sparse.Cli;

/// <summary>Where a result goes.</summary>
/// <param name="JsonPath">A file for the JSON document, <c>-</c> for standard output, or null for none.</param>
/// <param name="Quiet">No progress.</param>
internal sealed record OutputRequest(string? JsonPath, bool Quiet)
{
    private const string StandardOutput = "-";

    /// <summary>A person reads the result.</summary>
    public bool IsText => JsonPath is null;

    /// <summary>Opens the file of the JSON document, where there is one.</summary>
    public Stream? Open(OutputSet outputs) =>
        JsonPath is null or StandardOutput ? null : outputs.Open("--json", JsonPath);

    /// <summary>Writes the document, or the text where none was asked for, once all files are complete.</summary>
    /// <param name="outputs">The files; committed.</param>
    /// <param name="file">What <see cref="Open"/> gave.</param>
    /// <param name="console">The console.</param>
    /// <param name="json">The document.</param>
    /// <param name="text">Writes the text.</param>
    public void Write(
        OutputSet outputs, Stream? file, CommandConsole console, Func<string> json, Action<TextWriter> text)
    {
        string document = JsonPath is null ? "" : json();
        file?.Write(Encoding.UTF8.GetBytes(document + "\n"));
        outputs.Commit();
        if (JsonPath is null)
            text(console.Output);
        else if (JsonPath == StandardOutput)
            console.Output.WriteLine(document);

        // Nothing on standard error may come before what it speaks of.
        console.Output.Flush();
    }
}
