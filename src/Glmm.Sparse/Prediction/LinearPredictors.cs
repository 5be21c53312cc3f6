using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Prediction;

/// <summary>
/// η = o + xᵀα̂ + zᵀb̂ of rows, its variance, and the variance zᵀDz of random effects not known. Immutable and
/// thread-safe; allocates nothing after construction. A row's numbers depend on that row alone.
/// </summary>
internal sealed class LinearPredictors
{
    private readonly FittedModelParts _parts;
    private readonly int _p;
    private readonly int _q;
    private readonly double[] _lambda;

    internal LinearPredictors(FittedModelParts parts)
    {
        _parts = parts;
        (_p, _q) = (parts.FixedEffects.Length, parts.RandomTerms.Length);
        _lambda = new double[_q * _q];
        CovarianceFactor.Compute(parts.Covariance, _q, _lambda);
    }

    /// <summary>η of some rows.</summary>
    /// <param name="rows">All rows, their shapes and codes checked.</param>
    /// <param name="start">First of them.</param>
    /// <param name="population">b = 0 for every row.</param>
    /// <param name="eta">Receives η of as many rows as it is long.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Fill(in PredictionRows rows, int start, bool population, Span<double> eta)
    {
        int p = _p, q = _q;
        bool known = !population && !rows.Z.IsEmpty && (rows.Posterior is not null || !rows.Clusters.IsEmpty);

        // In bounds: X has p values and Z q values for every row, and every code has q modes, which the caller checked.
        ref double x = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows.X), (nint)start * p);
        ref double z = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows.Z), (nint)start * q);
        ref double alpha = ref MemoryMarshal.GetArrayDataReference(_parts.FixedEffects);
        ref double modes = ref rows.Posterior is null
            ? ref MemoryMarshal.GetArrayDataReference(_parts.Modes)
            : ref MemoryMarshal.GetReference(rows.Posterior.Mode);
        ReadOnlySpan<int> codes = known && rows.Posterior is null ? rows.Clusters.Slice(start, eta.Length) : [];
        ReadOnlySpan<double> offset = rows.Offset.IsEmpty ? [] : rows.Offset.Slice(start, eta.Length);
        for (int i = 0; i < eta.Length; i++)
        {
            double sum = offset.IsEmpty ? 0 : offset[i];
            for (int j = 0; j < p; j++) sum = Math.FusedMultiplyAdd(Unsafe.Add(ref x, j), Unsafe.Add(ref alpha, j), sum);
            x = ref Unsafe.Add(ref x, p);
            if (known)
            {
                int code = codes.IsEmpty ? 0 : codes[i];
                if (code >= 0)
                {
                    ref double mode = ref Unsafe.Add(ref modes, (nint)code * q);
                    for (int l = 0; l < q; l++)
                        sum = Math.FusedMultiplyAdd(Unsafe.Add(ref z, l), Unsafe.Add(ref mode, l), sum);
                }

                z = ref Unsafe.Add(ref z, q);
            }

            eta[i] = sum;
        }
    }

    /// <summary>zᵀDz of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void SpreadInto(in PredictionRows rows, int start, Span<double> spread)
    {
        int q = _q;
        for (int i = 0; i < spread.Length; i++)
        {
            ReadOnlySpan<double> z = rows.Z.Slice((start + i) * q, q);
            double sum = 0;
            for (int c = 0; c < q; c++)
            {
                double part = 0;
                for (int l = c; l < z.Length; l++) part = Math.FusedMultiplyAdd(z[l], _lambda[(l * q) + c], part);
                sum = Math.FusedMultiplyAdd(part, part, sum);
            }

            spread[i] = sum;
        }
    }

    /// <summary>
    /// Var(xᵀ(α̂ − α) + zᵀ(b̂ − b)) = uᵀCov(α̂)u + zᵀEz with u = x − CEz (Henderson 1975; Kackar &amp; Harville 1984,
    /// without the part of the variance components) for a known cluster, xᵀCov(α̂)x otherwise.
    /// </summary>
    /// <param name="rows">All rows.</param>
    /// <param name="row">The row.</param>
    /// <param name="population">b = 0.</param>
    /// <param name="scratch">p + q values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal double Variance(in PredictionRows rows, int row, bool population, Span<double> scratch)
    {
        int p = _p, q = _q;
        Span<double> u = scratch[..p], spread = scratch.Slice(p, q);
        rows.X.Slice(row * p, p).CopyTo(u);
        double sum = 0;
        int code = population || rows.Posterior is not null || rows.Clusters.IsEmpty ? -1 : rows.Clusters[row];
        if (!population && (rows.Posterior is not null || code >= 0))
        {
            ReadOnlySpan<double> z = rows.Z.Slice(row * q, q), cross;
            if (rows.Posterior is not null)
            {
                SquareTimes(rows.Posterior.Covariance, z, spread);
                cross = rows.Posterior.Cross;
            }
            else
            {
                int packed = q * (q + 1) / 2;
                TriangleTimes(_parts.Covariances.AsSpan(code * packed, packed), z, spread);
                cross = _parts.Crosses.AsSpan(code * p * q, p * q);
            }

            for (int l = 0; l < z.Length; l++) sum = Math.FusedMultiplyAdd(z[l], spread[l], sum);
            for (int j = 0, at = 0; j < u.Length; j++)
            {
                for (int l = 0; l < spread.Length; l++, at++) u[j] = Math.FusedMultiplyAdd(-cross[at], spread[l], u[j]);
            }
        }

        ReadOnlySpan<double> covariance = _parts.FixedCovariance;
        for (int j = 0; j < u.Length; j++)
        {
            ReadOnlySpan<double> line = covariance.Slice(j * p, p);
            double product = 0;
            for (int m = 0; m < line.Length; m++) product = Math.FusedMultiplyAdd(line[m], u[m], product);
            sum = Math.FusedMultiplyAdd(u[j], product, sum);
        }

        return sum < 0 ? 0 : sum; // NaN stays
    }

    private static void SquareTimes(ReadOnlySpan<double> square, ReadOnlySpan<double> z, Span<double> product)
    {
        int q = z.Length;
        for (int r = 0; r < q; r++)
        {
            double sum = 0;
            for (int c = 0; c < q; c++) sum = Math.FusedMultiplyAdd(square[(r * q) + c], z[c], sum);
            product[r] = sum;
        }
    }

    // In the order of SquareTimes, so that a posterior taken out of the model predicts the same bits.
    private static void TriangleTimes(ReadOnlySpan<double> triangle, ReadOnlySpan<double> z, Span<double> product)
    {
        int q = z.Length;
        for (int r = 0; r < q; r++)
        {
            double sum = 0;
            for (int c = 0; c < q; c++)
            {
                (int high, int low) = (Math.Max(r, c), Math.Min(r, c));
                sum = Math.FusedMultiplyAdd(triangle[(high * (high + 1) / 2) + low], z[c], sum);
            }

            product[r] = sum;
        }
    }
}
