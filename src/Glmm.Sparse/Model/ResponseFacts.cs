using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Model;

/// <summary>
/// What one look at the response, beside its weights, tells; additive, so that blocks of rows can be looked at side by
/// side. A value that cannot be is left to the caller to name: the scan stops there.
/// </summary>
internal record struct ResponseFacts
{
    private bool _any;

    /// <summary>First row, counted from the start of the block, whose response or weight cannot be; −1 if there is
    /// none.</summary>
    internal int FirstFault { get; private set; }

    /// <summary>The first value.</summary>
    internal double First { get; private set; }

    /// <summary>Every response is the same number.</summary>
    internal bool IsConstant { get; private set; }

    /// <summary>Every response lies at the lower edge of the mean's domain.</summary>
    internal bool AllLower { get; private set; }

    /// <summary>Every response lies at its upper edge.</summary>
    internal bool AllUpper { get; private set; }

    /// <summary>Σω.</summary>
    internal double Weight { get; private set; }

    /// <summary>Σωy.</summary>
    internal double WeightedSum { get; private set; }

    /// <summary>Σy².</summary>
    internal double Squares { get; private set; }

    /// <summary>The sums alone, as they were kept.</summary>
    internal static ResponseFacts OfSums(double weight, double weightedSum, double squares) =>
        new() { Weight = weight, WeightedSum = weightedSum, Squares = squares };

    /// <summary>Whether the response must be 0 or 1, there being no trials.</summary>
    internal static bool RequiresTrials(Family family, bool hasWeights) =>
        family.IsBinomial && !hasWeights && !family.EstimatesDispersionByDefault;

    /// <summary>Looks at a block of rows.</summary>
    /// <param name="family">The family.</param>
    /// <param name="y">The responses.</param>
    /// <param name="omega">The weights, or empty.</param>
    /// <param name="hasTrials">Whether there are weights that may be numbers of trials.</param>
    internal static ResponseFacts Of(
        Family family, ReadOnlySpan<double> y, ReadOnlySpan<double> omega, bool hasTrials)
    {
        if (y.IsEmpty) return default;
        Extremes seen = Extremes.Of(y);
        Extremes weights = omega.IsEmpty ? Extremes.Ones : Extremes.Of(omega);

        // What a family allows is an interval, or the whole numbers in one.
        bool valid = family.IsValidResponse(seen.Least) && family.IsValidResponse(seen.Most) &&
            (seen.AllWhole || !family.IsCount) && (seen.AllEdges || !RequiresTrials(family, hasTrials)) &&
            weights.Least > 0 && double.IsFinite(weights.Most);
        if (!valid || seen.HasNaN || weights.HasNaN)
            return new ResponseFacts { FirstFault = FindFault(family, y, omega, hasTrials), _any = true };
        return new ResponseFacts
        {
            _any = true,
            FirstFault = -1,
            First = y[0],
            IsConstant = seen.Least == seen.Most,
            AllLower = family.ResponseEdge(seen.Most) == DomainEdge.Lower,
            AllUpper = family.ResponseEdge(seen.Least) == DomainEdge.Upper,
            Weight = omega.IsEmpty ? y.Length : TensorPrimitives.Sum(omega),
            WeightedSum = omega.IsEmpty ? TensorPrimitives.Sum(y) : TensorPrimitives.Dot(omega, y),
            Squares = TensorPrimitives.SumOfSquares(y),
        };
    }

    /// <summary>Adds the rows that follow.</summary>
    internal readonly ResponseFacts And(in ResponseFacts next)
    {
        if (!_any) return next;
        return this with
        {
            IsConstant = IsConstant && next.IsConstant && First == next.First,
            AllLower = AllLower && next.AllLower,
            AllUpper = AllUpper && next.AllUpper,
            Weight = Weight + next.Weight,
            WeightedSum = WeightedSum + next.WeightedSum,
            Squares = Squares + next.Squares,
        };
    }

    private static int FindFault(
        Family family, ReadOnlySpan<double> y, ReadOnlySpan<double> omega, bool hasTrials)
    {
        bool trialsRequired = RequiresTrials(family, hasTrials);
        for (int i = 0; i < y.Length; i++)
        {
            bool possible = family.IsValidResponse(y[i]) && (y[i] is 0 or 1 || !trialsRequired);
            if (!possible || (!omega.IsEmpty && !(omega[i] > 0 && double.IsFinite(omega[i])))) return i;
        }

        throw new InvalidOperationException("A block of rows has a fault, but none of its rows.");
    }

    /// <summary>The range of some numbers, and of what kind they are.</summary>
    private readonly record struct Extremes(double Least, double Most, bool AllWhole, bool AllEdges, bool HasNaN)
    {
        internal static Extremes Ones => new(1, 1, AllWhole: true, AllEdges: true, HasNaN: false);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal static Extremes Of(ReadOnlySpan<double> values)
        {
            ref double x = ref MemoryMarshal.GetReference(values);
            Vector512<double> least = Vector512.Create(values[0]), most = least;
            Vector512<double> whole = Vector512<double>.AllBitsSet, edges = whole, numbers = whole;
            int count = Vector512<double>.Count, wholeVectors = values.Length / count * count;
            for (int i = 0; i < values.Length; i += count)
            {
                // The last vector may be read from a little earlier: nothing minds a value that comes twice.
                Vector512<double> v = values.Length < count
                    ? Padded(values)
                    : Vector512.LoadUnsafe(ref x, (nuint)(i < wholeVectors ? i : values.Length - count));
                least = Vector512.MinNative(v, least);
                most = Vector512.MaxNative(v, most);
                whole &= Vector512.Equals(Vector512.Floor(v), v);
                edges &= Vector512.Equals(v, Vector512<double>.Zero) | Vector512.Equals(v, Vector512<double>.One);
                numbers &= Vector512.Equals(v, v);
            }

            double low = values[0], high = values[0];
            for (int lane = 0; lane < count; lane++)
                (low, high) = (Math.Min(low, least[lane]), Math.Max(high, most[lane]));
            return new Extremes(low, high, All(whole), All(edges), !All(numbers));
        }

        private static Vector512<double> Padded(ReadOnlySpan<double> values)
        {
            Span<double> block = stackalloc double[Vector512<double>.Count];
            block.Fill(values[0]);
            values.CopyTo(block);
            return Vector512.Create<double>(block);
        }

        private static bool All(Vector512<double> mask) =>
            Vector512.EqualsAll(mask.AsInt64(), Vector512<long>.AllBitsSet);
    }
}
