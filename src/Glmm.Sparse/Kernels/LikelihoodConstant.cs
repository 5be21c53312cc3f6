using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>
/// What the objective leaves out of the log-likelihood: log f(y|η) = −objective/φ + c(y, ω, φ, ξ) row by row, where
/// objective is what <see cref="KernelSums.Objective"/> sums.
/// </summary>
/// <remarks>
/// The prior weight ω is the number of trials of a binomial row; it divides the dispersion of a gaussian, gamma or
/// inverse-gaussian row, φ/ω; and it repeats a row of the Poisson, the negative binomials and beta ω times.
/// </remarks>
internal static class LikelihoodConstant
{
    /// <summary>Σ c and its derivatives.</summary>
    /// <param name="family">A family with a likelihood; its shape ξ is the value it holds.</param>
    /// <param name="y">Responses in the family's domain, n.</param>
    /// <param name="omega">ω &gt; 0, n, or empty for all 1.</param>
    /// <param name="dispersion">φ of gaussian, gamma and inverse-gaussian; 1 for the others, which do not look.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="InvalidOperationException">The family has no likelihood.</exception>
    public static LikelihoodConstantSums Of(
        Family family, ReadOnlySpan<double> y, ReadOnlySpan<double> omega, double dispersion)
    {
        SpanLengths.CheckOptional(y.Length, omega.Length, nameof(omega));
        if (!family.HasLikelihood || family.Kind == VarianceKind.Custom)
            throw new InvalidOperationException($"Family {family.Name} has no likelihood.");
        if (y.IsEmpty)
            return default;
        if (Vector512.IsHardwareAccelerated)
            return LikelihoodConstant<RowVector512>.Of(family, y, omega, dispersion);
        return Vector256.IsHardwareAccelerated
            ? LikelihoodConstant<RowVector256>.Of(family, y, omega, dispersion)
            : LikelihoodConstant<RowVector128>.Of(family, y, omega, dispersion);
    }
}

/// <summary>The loops over rows, with one kind of vector.</summary>
internal static class LikelihoodConstant<T>
    where T : struct, IRowVector<T>
{
    /// <summary>Counts below it are put together: each is evaluated once, whatever the number of rows.</summary>
    private const int CountLimit = 1024;

    /// <summary>From so many rows on that pays.</summary>
    private const int ManyRows = 256;

    /// <inheritdoc cref="LikelihoodConstant.Of"/>
    public static LikelihoodConstantSums Of(
        Family family, ReadOnlySpan<double> y, ReadOnlySpan<double> omega, double dispersion)
    {
        double shape = family.Shape?.Value ?? 1;
        return family.Kind switch
        {
            VarianceKind.Constant => OfDispersion(Sum(new GaussianConstant<T>(dispersion), y, omega)),
            VarianceKind.Gamma =>
                OfDispersion(Sum(new GammaConstant<T>(dispersion, isWeighted: !omega.IsEmpty), y, omega)),
            VarianceKind.InverseGaussian =>
                OfDispersion(Sum(new InverseGaussianConstant<T>(dispersion), y, omega)),
            VarianceKind.Binomial => OfShape(Sum(default(BinomialConstant<T>), y, omega)),
            VarianceKind.Poisson => OfShape(SumCounts(default(PoissonConstant<T>), y, omega)),
            VarianceKind.NegativeBinomial =>
                OfShape(SumCounts(new NegativeBinomialConstant<T>(shape), y, omega)),
            VarianceKind.NegativeBinomial1 =>
                OfShape(SumCounts(new NegativeBinomial1Constant<T>(shape), y, omega)),
            VarianceKind.Beta => OfShape(Sum(new BetaConstant<T>(shape), y, omega)),
            _ => throw new InvalidOperationException($"Variance {family.Kind} has no likelihood."),
        };
    }

    private static LikelihoodConstantSums OfDispersion(in Sums sums) => new(sums.ValueSum, sums.SlopeSum, 0);

    private static LikelihoodConstantSums OfShape(in Sums sums) => new(sums.ValueSum, 0, sums.SlopeSum);

    /// <summary>The sum over the rows; those of the last block that do not exist are copies, left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Sums Sum<TConstant>(TConstant constant, ReadOnlySpan<double> y, ReadOnlySpan<double> omega)
        where TConstant : struct, IConstantLanes<T>
    {
        var sums = default(Sums);
        int whole = y.Length / T.Count * T.Count;
        for (int row = 0; row < whole; row += T.Count)
            AddBlock(constant, y, omega, row, ref sums);
        AddRest(constant, y[whole..], omega.IsEmpty ? omega : omega[whole..], ref sums);
        return sums;
    }

    /// <summary>The same for counts with c = ω c(y): the ω of each small count are added up first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Sums SumCounts<TConstant>(TConstant constant, ReadOnlySpan<double> y, ReadOnlySpan<double> omega)
        where TConstant : struct, IConstantLanes<T>
    {
        if (y.Length < ManyRows)
            return Sum(constant, y, omega);
        var sums = default(Sums);
        Span<double> weights = stackalloc double[CountLimit];
        weights.Clear();
        int most = 0;
        int whole = y.Length / T.Count * T.Count;
        for (int row = 0; row < whole; row += T.Count)
        {
            if (!T.All(T.LessThan(RowBlocks<T>.Load(y, (nuint)row), T.Create(CountLimit))))
            {
                AddBlock(constant, y, omega, row, ref sums);
                continue;
            }

            for (int i = row; i < row + T.Count; i++)
            {
                int count = (int)y[i];
                most = Math.Max(most, count);
                weights[count] += omega.IsEmpty ? 1 : omega[i];
            }
        }

        AddRest(constant, y[whole..], omega.IsEmpty ? omega : omega[whole..], ref sums);
        Span<double> counts = stackalloc double[T.Count];
        for (int start = 0; start <= most; start += T.Count)
        {
            for (int i = 0; i < T.Count; i++)
                counts[i] = start + i;
            AddBlock(constant, counts, weights.Slice(start, T.Count), 0, ref sums);
        }

        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBlock<TConstant>(
        TConstant constant, ReadOnlySpan<double> y, ReadOnlySpan<double> omega, int row, ref Sums sums)
        where TConstant : struct, IConstantLanes<T>
    {
        // In bounds: the caller's block of rows lies within y, and ω is as long or empty.
        var weight = omega.IsEmpty ? T.One : RowBlocks<T>.Load(omega, (nuint)row);
        constant.Evaluate(RowBlocks<T>.Load(y, (nuint)row), weight, out var value, out var slope);
        sums.Value += value;
        sums.Slope += slope;
    }

    private static void AddRest<TConstant>(
        TConstant constant, ReadOnlySpan<double> y, ReadOnlySpan<double> omega, ref Sums sums)
        where TConstant : struct, IConstantLanes<T>
    {
        if (y.IsEmpty)
            return;
        Span<double> scratch = stackalloc double[2 * T.Count];
        var padded = default(Sums);
        AddBlock(
            constant,
            RowBlocks<T>.Padded(y, RowBlocks<T>.Part(scratch, y, 0)),
            RowBlocks<T>.Padded(omega, RowBlocks<T>.Part(scratch, omega, 1)),
            0,
            ref padded);
        var exist = RowBlocks<T>.Before(y.Length);
        sums.Value += exist & padded.Value;
        sums.Slope += exist & padded.Slope;
    }

    /// <summary>Sums over the rows, lane by lane.</summary>
    private struct Sums
    {
        public T Value;
        public T Slope;

        public readonly double ValueSum => RowBlocks<T>.Sum(Value);

        public readonly double SlopeSum => RowBlocks<T>.Sum(Slope);
    }
}
