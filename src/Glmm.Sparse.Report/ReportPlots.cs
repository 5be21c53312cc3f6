namespace Glmm.Sparse.Report;

/// <summary>The names of the plots on the command line and in file names.</summary>
public static class ReportPlots
{
    private static readonly (ReportPlot Plot, string Name)[] s_names =
    [
        (ReportPlot.Coefficients, "coefficients"), (ReportPlot.Caterpillar, "caterpillar"),
        (ReportPlot.Residuals, "residuals"), (ReportPlot.Quantiles, "quantiles"),
        (ReportPlot.RandomQuantiles, "random-quantiles"), (ReportPlot.Trajectories, "trajectories"),
        (ReportPlot.Calibration, "calibration"), (ReportPlot.Variance, "variance"),
        (ReportPlot.Influence, "influence"),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_names.Select(static pair => pair.Name)];

    /// <summary>The name of a plot, such as <c>random-quantiles</c>.</summary>
    /// <param name="plot">The plot.</param>
    /// <returns>Its name.</returns>
    public static string NameOf(ReportPlot plot) => s_names.First(pair => pair.Plot == plot).Name;

    /// <summary>The plot of a name.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The plot.</returns>
    /// <exception cref="InvalidModelOptionException">There is no such plot.</exception>
    public static ReportPlot Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach ((ReportPlot plot, string known) in s_names)
        {
            if (string.Equals(name, known, StringComparison.OrdinalIgnoreCase)) return plot;
        }

        throw new InvalidModelOptionException($"There is no plot '{name}'; there are {string.Join(", ", Names)}.");
    }
}
