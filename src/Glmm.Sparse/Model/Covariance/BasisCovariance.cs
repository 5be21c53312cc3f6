using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model.Covariance;

/// <summary>
/// D = Σ_l τ²_l G_l for any linear basis, its members not all positive semidefinite (a Toeplitz structure, say): θ =
/// τ², any sign, as long as D is positive semidefinite.
/// </summary>
/// <remarks>
/// No map of θ keeps such a D feasible by construction, so a logarithmic barrier does: −log|D|, in natural units, with
/// a weight that the minimiser lowers until it no longer shows (Fiacco &amp; McCormick 1968). A D on the boundary is
/// then singular to about 1e-9 of its natural unit, not exactly.
/// </remarks>
internal sealed class BasisCovariance : CovarianceStructure
{
    // A variance below this, in natural units, is the barrier's doing.
    private const double NearlyZero = 1e-7;

    private readonly double[][] _basis;
    private readonly double[][] _dual;

    /// <param name="basis">Symmetric matrices, linearly independent.</param>
    /// <param name="dual">Their dual basis.</param>
    /// <param name="dimension">q.</param>
    internal BasisCovariance(double[][] basis, double[][] dual, int dimension)
    {
        (_basis, _dual, Dimension) = (basis, dual, dimension);
        var start = new double[basis[0].Length];
        if (!TryStart(Enumerable.Repeat(1.0, dimension).ToArray(), start))
        {
            throw new InvalidModelOptionException(
                "No positive definite matrix was found in the span of the covariance basis; let the basis " +
                "contain the " +
                "identity, or another matrix that is a covariance by itself.");
        }
    }

    public override int Dimension { get; }

    public override string Name => "linear";

    public override int ComponentCount => _basis.Length;

    internal override bool HasBarrier => true;

    public override void BasisInto(int component, Span<double> g) => _basis[component].CopyTo(g);

    internal override void CovarianceInto(ReadOnlySpan<double> theta, Span<double> covariance)
    {
        covariance.Clear();
        for (int l = 0; l < _basis.Length; l++)
        {
            for (int e = 0; e < covariance.Length; e++) covariance[e] += theta[l] * _basis[l][e];
        }
    }

    internal override void DerivativeInto(ReadOnlySpan<double> theta, int coordinate, Span<double> derivative) =>
        _basis[coordinate].CopyTo(derivative);

    internal override double Curvature(ReadOnlySpan<double> f, int l, int m) => 0;

    internal override void CoordinatesInto(ReadOnlySpan<double> covariance, Span<double> theta)
    {
        for (int l = 0; l < _basis.Length; l++) theta[l] = SymmetricBasis.Inner(covariance, _dual[l]);
    }

    internal override void StartInto(ReadOnlySpan<double> unit, Span<double> theta)
    {
        Span<double> start = new double[Dimension * Dimension];
        TryStart(unit, start);
        CoordinatesInto(start, theta);
    }

    internal override bool Snap(Span<double> theta, double negligible, ReadOnlySpan<double> unit)
    {
        Span<double> values = stackalloc double[Dimension];
        Eigenvalues(theta, unit, values);
        double least = double.PositiveInfinity;
        foreach (double value in values) least = Math.Min(least, value);
        return least < NearlyZero;
    }

    internal override double ReleaseInto(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> f, ReadOnlySpan<double> unit, Span<double> direction)
    {
        direction.Clear();
        return 0;
    }

    internal override double Barrier(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> unit, Span<double> gradient, Span<double> hessian)
    {
        int q = Dimension, m = _basis.Length;
        Span<double> left = stackalloc double[q * q], right = stackalloc double[q * q];
        Span<double> inverse = stackalloc double[q * q];
        CovarianceInto(theta, left);
        double logUnits = 0;
        foreach (double u in unit) logUnits += Math.Log(u);
        if (DenseCholesky.Factor(left, q) >= 0) return double.PositiveInfinity;
        double value = logUnits - DenseCholesky.LogDeterminant(left, q);
        if (gradient.IsEmpty) return value;
        DenseCholesky.Invert(left, q, inverse);

        // ∂(−log|D|) = −tr(D⁻¹G_l), ∂² = tr(D⁻¹G_lD⁻¹G_m).
        for (int l = 0; l < m; l++)
        {
            gradient[l] = -SymmetricBasis.Inner(inverse, _basis[l]);
            Multiply(inverse, _basis[l], q, left);
            for (int other = 0; other <= l; other++)
            {
                Multiply(inverse, _basis[other], q, right);
                double sum = 0;
                for (int i = 0; i < q; i++)
                {
                    for (int j = 0; j < q; j++) sum += left[(i * q) + j] * right[(j * q) + i];
                }

                hessian[(l * m) + other] = sum;
                hessian[(other * m) + l] = sum;
            }
        }

        return value;
    }

    internal override void UnitsInto(ReadOnlySpan<double> unit, Span<double> coordinateUnit)
    {
        double mean = 0;
        foreach (double u in unit) mean += u / unit.Length;
        for (int l = 0; l < _basis.Length; l++)
            coordinateUnit[l] = mean / Math.Sqrt(SymmetricBasis.Inner(_basis[l], _basis[l]));
    }

    // A rescaled structure would be another one, so all columns of Z keep one scale.
    internal override int ScaleGroup(int column) => 0;

    private static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int q, Span<double> result)
    {
        for (int i = 0; i < q; i++)
        {
            for (int j = 0; j < q; j++)
            {
                double sum = 0;
                for (int e = 0; e < q; e++) sum += a[(i * q) + e] * b[(e * q) + j];
                result[(i * q) + j] = sum;
            }
        }
    }

    private void Eigenvalues(ReadOnlySpan<double> theta, ReadOnlySpan<double> unit, Span<double> values)
    {
        int q = Dimension;
        Span<double> scaled = stackalloc double[q * q], vectors = stackalloc double[q * q];
        CovarianceInto(theta, scaled);
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++) scaled[(a * q) + b] /= Math.Sqrt(unit[a] * unit[b]);
        }

        SymmetricEigen.Decompose(scaled, q, values, vectors);
    }

    // The projection of the natural units onto the span where that is positive definite, else a member of the basis.
    private bool TryStart(ReadOnlySpan<double> unit, Span<double> start)
    {
        int q = Dimension;
        Span<double> theta = new double[_basis.Length], values = new double[q];
        for (int e = 0; e < start.Length; e++) start[e] = 0;
        for (int a = 0; a < q; a++) start[(a * q) + a] = unit[a];
        double size = 0;
        foreach (double u in unit) size += u / q;
        CoordinatesInto(start, theta);
        for (int candidate = -1; candidate < _basis.Length; candidate++)
        {
            if (candidate >= 0)
            {
                theta.Clear();
                theta[candidate] = size;
            }

            CovarianceInto(theta, start);
            Eigenvalues(theta, unit, values);
            double least = double.PositiveInfinity;
            foreach (double value in values) least = Math.Min(least, value);
            if (least > 1e-3) return true;
        }

        return false;
    }
}
