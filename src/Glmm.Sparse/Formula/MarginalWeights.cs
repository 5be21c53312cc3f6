using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>A marginal mean as a contrast of the fixed effects.</summary>
/// <param name="Levels">The levels it is of.</param>
/// <param name="Weights">w, p; null where the data do not determine it.</param>
/// <param name="Offset">The mean of the offset.</param>
internal sealed record MarginalWeights(IReadOnlyList<string> Levels, double[]? Weights, double Offset)
{
    /// <summary>The averages of a grid's rows with the same levels of some factors.</summary>
    /// <param name="columns">The columns of X.</param>
    /// <param name="grid">A grid of all columns.</param>
    /// <param name="factors">The factors, the first to run fastest.</param>
    /// <param name="over">How many of them the means are over.</param>
    /// <exception cref="InvalidModelOptionException">A name is no factor of the grid or occurs twice.</exception>
    internal static MarginalWeights[] Of(KeptColumns columns, ReferenceGrid grid, string[] factors, int over)
    {
        FactorLevels[] chosen = Choose(grid, factors, over);
        int p = grid.Frame.FixedEffectCount, cells = chosen.Aggregate(1, (product, f) => product * f.Levels.Count);
        double[][] sums = [.. Enumerable.Range(0, cells).Select(_ => new double[p])];
        double[] counts = new double[cells], offsets = new double[cells];
        int[][] levels = [.. chosen.Select(factor => Cells(grid, factor))];
        ReadOnlySpan<double> x = grid.Frame.FixedEffects.Span, offset = grid.Frame.Offset.Span;
        for (int row = 0; row < grid.RowCount; row++)
        {
            int cell = 0, stride = 1;
            for (int f = 0; f < chosen.Length; f++)
            {
                cell += stride * levels[f][row];
                stride *= chosen[f].Levels.Count;
            }

            counts[cell]++;
            if (!offset.IsEmpty) offsets[cell] += offset[row];
            for (int j = 0; j < p; j++) sums[cell][j] += x[(row * p) + j];
        }

        var result = new MarginalWeights[cells];
        for (int cell = 0; cell < cells; cell++)
        {
            double[] mean = [.. sums[cell].Select(sum => sum / counts[cell])];
            var labels = new string[chosen.Length];
            int rest = cell;
            for (int f = 0; f < chosen.Length; f++)
            {
                labels[f] = chosen[f].Levels[rest % chosen[f].Levels.Count];
                rest /= chosen[f].Levels.Count;
            }

            result[cell] = new MarginalWeights(labels, columns.Reduce([mean])?[0], offsets[cell] / counts[cell]);
        }

        return result;
    }

    private static FactorLevels[] Choose(ReferenceGrid grid, string[] factors, int over)
    {
        string known = ColumnLookup.List([.. grid.Factors.Select(f => f.Name)]);
        if (over == 0)
            throw new InvalidModelOptionException($"Name a factor to take marginal means over; there are {known}.");
        if (factors.Distinct(StringComparer.Ordinal).Count() < factors.Length)
            throw new InvalidModelOptionException("A factor of the marginal means is named twice; name it once.");
        return
        [
            .. factors.Select(name => grid.Factors.FirstOrDefault(f => f.Name == name) ??
                throw new InvalidModelOptionException(
                    $"'{name}' is no factor of the fixed effects" +
                    $"{NearestName.Suggestion(name, grid.Factors.Select(f => f.Name))}; there are {known}.")),
        ];
    }

    // The number of each row's level.
    private static int[] Cells(ReferenceGrid grid, FactorLevels factor)
    {
        TableColumn column = grid.Table[factor.Name]!;
        string[] levels = [.. factor.Levels];
        return [.. Enumerable.Range(0, grid.RowCount).Select(row => Array.IndexOf(levels, column.LabelAt(row)))];
    }
}
