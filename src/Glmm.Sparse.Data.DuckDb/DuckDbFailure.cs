using DuckDB.NET.Native;

namespace Glmm.Sparse.Data;

/// <summary>What the engine says went wrong; whoever knows what was asked of it makes an error for the user.</summary>
internal sealed class DuckDbFailure : Exception
{
    public DuckDbFailure(string message, DuckDBErrorType type = DuckDBErrorType.Invalid)
        : base(FirstParagraph(message)) =>
        IsOutOfMemory = type == DuckDBErrorType.OutOfMemory
            || message.StartsWith("Out of Memory", StringComparison.Ordinal);

    /// <summary>The memory limit did not suffice.</summary>
    public bool IsOutOfMemory { get; }

    /// <summary>An error for the user.</summary>
    /// <param name="context">What was being done, as the beginning of a sentence.</param>
    /// <param name="mend">What to do about it.</param>
    public InvalidModelDataException For(string context, string mend) => new(
        IsOutOfMemory
            ? $"{context}: the engine's memory limit does not suffice ({Message}); raise the limit, read fewer columns "
                + "or name a temporary folder with more room."
            : $"{context}: {Message}; {mend}.",
        this);

    /// <summary>Without the excerpt of the query that the engine adds.</summary>
    private static string FirstParagraph(string message)
    {
        IEnumerable<string> lines = message.Split('\n').TakeWhile(static line => !string.IsNullOrWhiteSpace(line));
        return string.Join(" ", lines.Select(static line => line.Trim())).TrimEnd('.', '!', ' ');
    }
}
