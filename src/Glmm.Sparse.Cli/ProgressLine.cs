using System.Globalization;
using Glmm.Sparse.Estimation;

namespace Glmm.Sparse.Cli;

/// <summary>One line on the terminal that tells how far a fit has come, wiped at the end.</summary>
internal sealed class ProgressLine(CommandConsole console, bool quiet) : IDisposable
{
    private readonly bool _shown = console.ErrorIsTerminal && !quiet;
    private int _width;

    /// <summary>Shows the newest state.</summary>
    public void Report(FitProgress progress)
    {
        if (!_shown) return;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"iteration {progress.Iteration}, next step {progress.GradientNorm:G3} standard errors");
        console.Error.Write($"\r{line.PadRight(_width)}");
        _width = line.Length;
    }

    /// <summary>Wipes the line.</summary>
    public void Dispose()
    {
        if (_width > 0) console.Error.Write($"\r{new string(' ', _width)}\r");
    }
}
