using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Model;

/// <summary>Turns a user's design into tiles: orders the clusters, checks the numbers, centres and scales.</summary>
internal static class DesignPacker
{
    // Beyond this ratio of mean to spread a column is centred: below it, centring would gain less than a digit and
    // would cost the sharing of columns between X and Z.
    private const double CentreBeyond = 8;

    /// <summary>Packs a design.</summary>
    /// <param name="design">The user's design.</param>
    /// <param name="team">The threads that look at the columns and move them.</param>
    /// <param name="centreFixed">Whether columns of X may be centred about a constant one.</param>
    /// <param name="stores">Whether tiles are stored; by the size of the data when null.</param>
    /// <returns>The tiles, collinear columns still in.</returns>
    /// <exception cref="InvalidModelDataException">A number is not finite, or a column of Z is 0
    /// everywhere.</exception>
    internal static PackedDesign Pack(
        ClusteredDesign design, WorkerTeam team, bool centreFixed = true, bool? stores = null)
    {
        ClusterOrder order = ClusterOrder.Create(design.Clusters);
        int p = design.FixedEffects.Count, q = design.RandomEffects.Count;
        DesignColumn?[] columns =
        [
            .. design.FixedEffects, .. design.RandomEffects, design.Response, design.RowWeights, design.Offset,
        ];
        ColumnFacts[] facts = LookAt([.. columns.OfType<DesignColumn>()], design, team);
        ColumnFacts[] fixedFacts = facts[..p], randomFacts = facts[p..(p + q)];
        for (int l = 0; l < q; l++)
        {
            if (randomFacts[l].RootMeanSquare == 0)
            {
                throw new InvalidModelDataException(
                    $"The random-effect column '{design.RandomEffects[l].Name}' is 0 in every row, so its " +
                    $"variance cannot " +
                    "be estimated; take it out of the formula.");
            }
        }

        int intercept = Array.FindIndex(fixedFacts, f => f.IsConstant && f.Mean != 0);
        ColumnStandardization fixedScale = Standardize(fixedFacts, intercept, (_, _) => centreFixed, j => j);
        int constant = Array.FindIndex(randomFacts, f => f.IsConstant);
        ColumnStandardization randomScale = Standardize(
            randomFacts, constant, design.Covariance.AllowsMixing, design.Covariance.ScaleGroup);

        // Distinct columns: those of Z lead, then the ones that only X has.
        var distinct = new List<PackedColumn>();
        int[] randomPosition = Place(design.RandomEffects, randomFacts, randomScale, distinct);
        int leading = distinct.Count;
        int[] fixedPosition = Place(design.FixedEffects, fixedFacts, fixedScale, distinct);
        var layout = new ColumnLayout(
            distinct.Count, leading, fixedPosition, randomPosition, [.. distinct.Select(c => c.Constant)]);

        PackedColumn[] varying = [.. distinct.Where(c => double.IsNaN(c.Constant))];
        return new PackedDesign(design, layout, varying, (fixedScale, randomScale), order, team, stores)
        {
            InterceptIndex = intercept,
            FixedNames = [.. design.FixedEffects.Select(c => c.Name)],
        };
    }

    // Columns that are the same object are looked at once.
    private static ColumnFacts[] LookAt(DesignColumn[] columns, ClusteredDesign design, WorkerTeam team)
    {
        DesignColumn[] different = [.. columns.Distinct()];
        var facts = new ColumnFacts[different.Length];
        team.Run(different.Length, new PartitionedAction(c => facts[c] = ColumnFacts.Of(design, different[c])));
        return [.. columns.Select(c => facts[Array.IndexOf(different, c)])];
    }

    private static ColumnStandardization Standardize(
        ColumnFacts[] facts, int constant, Func<int, int, bool> mayMix, Func<int, int> scaleGroup)
    {
        int count = facts.Length;
        var shift = new double[count];
        var scale = new double[count];
        for (int j = 0; j < count; j++)
        {
            ColumnFacts f = facts[j];
            bool centred = constant >= 0 && j != constant && !f.IsConstant && mayMix(constant, j) &&
                           Math.Abs(f.Mean) > CentreBeyond * f.StandardDeviation;
            shift[j] = centred ? f.Mean / facts[constant].Mean : 0;
            scale[j] = f.IsConstant && Math.Abs(f.Mean) == 1
                ? 1
                : PowerOfTwo(centred ? f.StandardDeviation : f.RootMeanSquare);
        }

        foreach (IGrouping<int, int> group in Enumerable.Range(0, count).GroupBy(scaleGroup).Where(g => g.Count() > 1))
        {
            double common = group.Max(j => scale[j]);
            foreach (int j in group) scale[j] = common;
        }

        return new ColumnStandardization(constant, shift, scale);
    }

    private static double PowerOfTwo(double value) =>
        value > 0 ? double.ScaleB(1, Math.Clamp(double.ILogB(value), -1000, 1000)) : 1;

    private static int[] Place(
        IReadOnlyList<DesignColumn> columns, ColumnFacts[] facts, ColumnStandardization scale,
        List<PackedColumn> distinct)
    {
        var positions = new int[columns.Count];
        for (int j = 0; j < columns.Count; j++)
        {
            double shift = scale.ShiftOf(j) == 0 ? 0 : facts[j].Mean;
            var column = new PackedColumn(columns[j], facts[j], shift, scale.ScaleOf(j));
            int known = distinct.FindIndex(column.IsSameAs);
            if (known < 0)
            {
                known = distinct.Count;
                distinct.Add(column);
            }

            positions[j] = known;
        }

        return positions;
    }
}
