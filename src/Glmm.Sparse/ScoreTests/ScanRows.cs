using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.ScoreTests;

/// <summary>
/// What a scan multiplies each row of a candidate column by, sorted by cluster: s, w, the row of F and the row of
/// R = V⁻¹XL⁻ᵀ with XᵀV⁻¹X = LLᵀ. Then xᵀPy* = sᵀx and xᵀPx = Σ wx² − Σ_i|F_iᵀx_i|² − |Rᵀx|². Immutable.
/// </summary>
internal sealed class ScanRows
{
    private ScanRows(ScoreRows rows, double[] factors) => (Rows, Factors) = (rows, factors);

    internal ScoreRows Rows { get; }

    /// <summary>n.</summary>
    internal int Count => Rows.Count;

    /// <summary>2 + q + p numbers for each row.</summary>
    internal double[] Factors { get; }

    /// <summary>Numbers for each row.</summary>
    internal int Width => 2 + Rows.RandomCount + Rows.FixedCount;

    /// <summary>Takes the working model of a fit.</summary>
    internal static ScanRows Of(PqlFit fit, ClusteredDesign design)
    {
        RowPredictor.RequireFitted(fit.Outcome, design);
        int[] columns = fit.Outcome.FixedColumns;
        int p = columns.Length, q = fit.RandomTerms.Count, n = design.Observations;
        ScoreRows rows = ScoreRows.Of(design, columns);
        double[] eta = new double[n], y = new double[n], w = new double[n], s = new double[n];
        rows.LinearPredictor([.. fit.FixedEffects.Select(e => e.Estimate)], eta);
        ReadOnlySpan<int> codes = design.Clusters.Codes.Span;
        for (int r = 0; r < n; r++)
        {
            ReadOnlySpan<double> beta = fit.RandomEffects.Slice(codes[rows.Order[r]] * q, q);
            eta[r] += FusedSums.Dot(rows.Z.AsSpan(r * q, q), beta);
        }

        design.Response.Gather(rows.Order, y);
        WorkingKernel.Create(fit.Family, fit.Link).WeightsScoresAndObjective(eta, y, rows.Weights, w, s);
        var result = new ScanRows(rows, new double[n * (2 + q + p)]);
        result.Fill(w, s, fit.Dispersion, [.. fit.Covariance.Cast<double>()]);
        return result;
    }

    private void Fill(double[] w, double[] s, double phi, double[] covariance)
    {
        int p = Rows.FixedCount, q = Rows.RandomCount, width = Width;
        double[] lambda = new double[q * q], schur = new double[p * p];
        CovarianceFactor.Compute(covariance, q, lambda);
        double[] inner = new double[q * q], cross = new double[q * p];
        for (int i = 0; i < Rows.ClusterCount; i++)
        {
            int start = Rows.Start[i], end = Rows.Start[i + 1];
            Array.Clear(inner);
            for (int r = start; r < end; r++)
            {
                Span<double> row = Factors.AsSpan(r * width, width);
                (row[0], row[1]) = (s[r] / phi, w[r] / phi);

                // Λᵀz, for now where F's row will be.
                Span<double> f = row.Slice(2, q);
                for (int a = 0; a < q; a++)
                {
                    for (int b = a; b < q; b++) f[a] += lambda[(b * q) + a] * Rows.Z[(r * q) + b];
                }

                for (int a = 0; a < q; a++) FusedSums.AddMultiple(row[1] * f[a], f, inner.AsSpan(a * q, q));
            }

            for (int a = 0; a < q; a++) inner[(a * q) + a] += 1;
            DenseCholesky.Factor(inner, q);
            Array.Clear(cross);
            for (int r = start; r < end; r++)
            {
                Span<double> row = Factors.AsSpan(r * width, width), f = row.Slice(2, q);
                DenseCholesky.SolveLower(inner, q, f);
                for (int a = 0; a < q; a++)
                {
                    f[a] *= row[1];
                    FusedSums.AddMultiple(f[a], Rows.X.AsSpan(r * p, p), cross.AsSpan(a * p, p));
                }
            }

            for (int r = start; r < end; r++)
            {
                Span<double> row = Factors.AsSpan(r * width, width), v = row[(2 + q)..];
                ReadOnlySpan<double> x = Rows.X.AsSpan(r * p, p);
                FusedSums.AddMultiple(row[1], x, v);
                for (int a = 0; a < q; a++) FusedSums.AddMultiple(-row[2 + a], cross.AsSpan(a * p, p), v);
                for (int j = 0; j < p; j++) FusedSums.AddMultiple(x[j], v, schur.AsSpan(j * p, p));
            }
        }

        // A fit that converged has a regular S.
        DenseCholesky.Factor(schur, p);
        for (int r = 0; r < Count; r++) DenseCholesky.SolveLower(schur, p, Factors.AsSpan((r * width) + 2 + q, p));
    }
}
