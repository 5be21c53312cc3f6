using System.Globalization;
using System.Text;

namespace Glmm.Sparse.Results;

/// <summary>A parametric bootstrap of a fit: intervals, and the table of replicates they come from. Immutable and
/// thread-safe.</summary>
public sealed class BootstrapResult
{
    private readonly double[] _values;

    /// <param name="values">Used replicates, row by row.</param>
    internal BootstrapResult(double[] values) => _values = values;

    /// <summary>The fit of the data.</summary>
    public required GlmmFit Fit { get; init; }

    /// <summary>Each parameter with its intervals.</summary>
    public required IReadOnlyList<BootstrapParameter> Parameters { get; init; }

    /// <summary>The intervals' coverage.</summary>
    public required double Level { get; init; }

    /// <summary>Replicates that everything rests on.</summary>
    public required int Replicates { get; init; }

    /// <summary>Replicates whose refit did not converge, left out.</summary>
    public required int Failures { get; init; }

    /// <summary>Replicates that could not be fitted at all (every response 0, say), left out.</summary>
    public required int Refused { get; init; }

    /// <summary>Why the first of those that were left out was, or null.</summary>
    public required string? FirstFailure { get; init; }

    /// <summary>Numbers of the replicates used, which <c>ResponseSimulation</c> draws again from the same
    /// seed.</summary>
    public required IReadOnlyList<int> ReplicateNumbers { get; init; }

    /// <summary>Estimates of one replicate, in the order of <see cref="Parameters"/>.</summary>
    /// <param name="replicate">Which of those used.</param>
    /// <returns>Its estimates; NaN for a correlation that is not there.</returns>
    public ReadOnlySpan<double> Replicate(int replicate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(replicate);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(replicate, Replicates);
        return _values.AsSpan(replicate * Parameters.Count, Parameters.Count);
    }

    /// <summary>Replicates of one parameter.</summary>
    /// <param name="parameter">Its index in <see cref="Parameters"/>.</param>
    /// <returns>One for each replicate used.</returns>
    public double[] ValuesOf(int parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(parameter, Parameters.Count);
        return [.. Enumerable.Range(0, Replicates).Select(r => _values[(r * Parameters.Count) + parameter])];
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Parametric bootstrap, {Replicates} replicates");
        if (Failures + Refused > 0)
            text.Append(CultureInfo.InvariantCulture, $" ({Failures} did not converge, {Refused} could not be fitted)");
        text.Append(CultureInfo.InvariantCulture, $", {100 * Level:0.###} % intervals");
        foreach (BootstrapParameter parameter in Parameters) text.AppendLine().Append("  ").Append(parameter);
        return text.ToString();
    }
}
