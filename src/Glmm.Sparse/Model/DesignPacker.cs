using System.Globalization;
using System.Numerics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model;

/// <summary>Turns a user's design into packed rows: sorts by cluster, checks the numbers, centres and scales.</summary>
internal static unsafe class DesignPacker
{
    private const int BlockRows = 4096;

    // Beyond this ratio of mean to spread a column is centred: below it, centring would gain less than a digit and
    // would cost the sharing of columns between X and Z.
    private const double CentreBeyond = 8;

    /// <summary>Packs a design.</summary>
    /// <param name="design">The user's design.</param>
    /// <param name="centreFixed">Whether columns of X may be centred about a constant one.</param>
    /// <returns>The packed rows, collinear columns still in.</returns>
    /// <exception cref="InvalidModelDataException">A number is not finite, or a column of Z is 0
    /// everywhere.</exception>
    internal static PackedDesign Pack(ClusteredDesign design, bool centreFixed = true)
    {
        ClusterOrder order = ClusterOrder.Create(design.Clusters);
        int q = design.RandomEffects.Count;
        ColumnFacts[] fixedFacts = [.. design.FixedEffects.Select(c => ColumnFacts.Of(design, c, order))];
        ColumnFacts[] randomFacts = [.. design.RandomEffects.Select(c => ColumnFacts.Of(design, c, order))];
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
        var layout = new RowLayout(distinct.Count, leading, fixedPosition, randomPosition);

        int n = design.Observations;
        var rows = new AlignedBuffer(((long)n * layout.Stride) + 4);
        for (int position = 0; position < distinct.Count; position++)
            distinct[position].WriteInto(rows, layout.Stride, position, order, n);
        AlignedBuffer response = Gather(design, design.Response, order);
        AlignedBuffer? weights = design.PriorWeights is null ? null : Gather(design, design.PriorWeights, order);
        AlignedBuffer? offset = design.Offset is null ? null : Gather(design, design.Offset, order);
        double total = 0, mean = 0, square = 0;
        for (long i = 0; i < n; i++)
        {
            double y = response.Pointer[i], omega = weights is null ? 1 : weights.Pointer[i];
            total += omega;
            mean += omega * y;
            square += y * y;
        }

        return new PackedDesign(design, layout, fixedScale, randomScale, order, rows, response, weights, offset)
        {
            MeanResponse = mean / total,
            MeanSquareResponse = square / n,
            InterceptIndex = intercept,
            FixedNames = [.. design.FixedEffects.Select(c => c.Name)],
        };
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
            int known = distinct.FindIndex(column.EqualsColumn);
            if (known < 0)
            {
                known = distinct.Count;
                distinct.Add(column);
            }

            positions[j] = known;
        }

        return positions;
    }

    private static AlignedBuffer Gather(ClusteredDesign design, DesignColumn column, ClusterOrder order)
    {
        int n = column.Length;
        var buffer = new AlignedBuffer(n + 8L);
        int[] rows = new int[Math.Min(n, BlockRows)];
        for (int start = 0; start < n; start += BlockRows)
        {
            int count = Math.Min(BlockRows, n - start);
            order.RowsInto(start, rows.AsSpan(0, count));
            Span<double> values = buffer.Span(start, count);
            column.Gather(rows.AsSpan(0, count), values);
            for (int i = 0; i < count; i++)
            {
                if (!double.IsFinite(values[i])) throw NotFinite(design, column, rows[i], values[i]);
            }
        }

        return buffer;
    }

    private static InvalidModelDataException NotFinite(
        ClusteredDesign design, DesignColumn column, int row, double value) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"Column '{column.Name}' holds {value} in {design.RowLabel(row)}; every value must be a finite number. " +
            $"Mend the value, or mark it as missing (an empty field or NA)."));

    // Values of a distinct column as they will lie in the rows: (x − shift)/scale.
    private sealed record PackedColumn(DesignColumn Column, ColumnFacts Facts, double Shift, double Scale)
    {
        internal bool EqualsColumn(PackedColumn other)
        {
            if (Shift != other.Shift || Scale != other.Scale || Facts != other.Facts) return false;
            if (ReferenceEquals(Column, other.Column)) return true;
            int n = Column.Length;
            int[] rows = new int[Math.Min(n, BlockRows)];
            Span<double> mine = new double[rows.Length], theirs = new double[rows.Length];
            for (int start = 0; start < n; start += BlockRows)
            {
                int count = Math.Min(BlockRows, n - start);
                for (int i = 0; i < count; i++) rows[i] = start + i;
                Column.Gather(rows.AsSpan(0, count), mine);
                other.Column.Gather(rows.AsSpan(0, count), theirs);
                if (!mine[..count].SequenceEqual(theirs[..count])) return false;
            }

            return true;
        }

        internal void WriteInto(AlignedBuffer rows, int stride, int position, ClusterOrder order, int n)
        {
            int[] source = new int[Math.Min(n, BlockRows)];
            Span<double> values = new double[source.Length];
            double factor = 1 / Scale;
            for (int start = 0; start < n; start += BlockRows)
            {
                int count = Math.Min(BlockRows, n - start);
                order.RowsInto(start, source.AsSpan(0, count));
                Column.Gather(source.AsSpan(0, count), values);
                double* target = rows.Pointer + ((long)start * stride) + position;
                for (int i = 0; i < count; i++, target += stride) *target = (values[i] - Shift) * factor;
            }
        }
    }

    /// <summary>What one look at a column tells.</summary>
    private sealed record ColumnFacts(
        double Mean, double StandardDeviation, double RootMeanSquare, bool IsConstant, ulong Hash)
    {
        internal static ColumnFacts Of(ClusteredDesign design, DesignColumn column, ClusterOrder order)
        {
            int n = column.Length;
            int[] rows = new int[Math.Min(n, BlockRows)];
            Span<double> values = new double[rows.Length];
            double first = 0, sum = 0, squares = 0;
            bool constant = true;
            ulong hash = 14695981039346656037;
            for (int start = 0; start < n; start += BlockRows)
            {
                int count = Math.Min(BlockRows, n - start);
                order.RowsInto(start, rows.AsSpan(0, count));
                column.Gather(rows.AsSpan(0, count), values);
                if (start == 0) first = values[0];
                double blockSum = 0, blockSquares = 0;
                for (int i = 0; i < count; i++)
                {
                    double value = values[i];
                    if (!double.IsFinite(value)) throw NotFinite(design, column, rows[i], value);
                    double d = value - first;
                    constant &= d == 0;
                    blockSum += d;
                    blockSquares += d * d;
                    ulong mixed = (hash ^ BitConverter.DoubleToUInt64Bits(value)) * 1099511628211;
                    hash = BitOperations.RotateLeft(mixed, 31);
                }

                sum += blockSum;
                squares += blockSquares;
            }

            double meanDeviation = n == 0 ? 0 : sum / n;
            double variance = n == 0 ? 0 : Math.Max(0, (squares / n) - (meanDeviation * meanDeviation));
            double mean = first + meanDeviation;
            return new ColumnFacts(mean, Math.Sqrt(variance), Math.Sqrt(variance + (mean * mean)), constant, hash);
        }
    }
}
