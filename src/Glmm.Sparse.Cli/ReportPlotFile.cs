using Glmm.Sparse.Report;

namespace Glmm.Sparse.Cli;

/// <summary>A file for one plot, whose name says which plot and in which format.</summary>
/// <param name="Path">The file.</param>
/// <param name="Plot">The plot.</param>
/// <param name="IsPng">PNG, else SVG.</param>
internal sealed record ReportPlotFile(string Path, ReportPlot Plot, bool IsPng)
{
    /// <exception cref="InvalidModelOptionException">The name says no plot, or no format.</exception>
    public static ReportPlotFile Parse(string path)
    {
        bool isPng = path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);
        if (!isPng && !path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidModelOptionException(
                $"--plot takes a file that ends in .svg or .png, such as caterpillar.svg, not '{path}'.");
        }

        try
        {
            return new ReportPlotFile(path, ReportPlots.Parse(System.IO.Path.GetFileNameWithoutExtension(path)), isPng);
        }
        catch (InvalidModelOptionException error)
        {
            throw new InvalidModelOptionException(
                $"--plot '{path}': the name before the ending says which plot. {error.Message}");
        }
    }
}
