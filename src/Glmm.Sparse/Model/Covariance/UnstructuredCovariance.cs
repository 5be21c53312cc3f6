using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model.Covariance;

/// <summary>
/// D with every variance and covariance free. θ is the lower Cholesky factor Λ, row by row, D = ΛΛᵀ: a D of any rank
/// is an ordinary value of θ.
/// </summary>
internal sealed class UnstructuredCovariance : CovarianceStructure
{
    internal UnstructuredCovariance(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Dimension = dimension;
    }

    public override int Dimension { get; }

    public override string Name => "unstructured";

    public override int ComponentCount => Dimension * (Dimension + 1) / 2;

    public override void BasisInto(int component, Span<double> g)
    {
        g.Clear();
        (int a, int b) = RowAndColumn(component);
        g[(a * Dimension) + b] = 1;
        g[(b * Dimension) + a] = 1;
    }

    internal override void CovarianceInto(ReadOnlySpan<double> theta, Span<double> covariance)
    {
        int q = Dimension;
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double sum = 0;
                for (int c = 0; c <= b; c++) sum += theta[Index(a, c)] * theta[Index(b, c)];
                covariance[(a * q) + b] = sum;
                covariance[(b * q) + a] = sum;
            }
        }
    }

    // ∂D/∂Λ_ab = E_ab Λᵀ + Λ E_ba: row and column a receive column b of Λ.
    internal override void DerivativeInto(ReadOnlySpan<double> theta, int coordinate, Span<double> derivative)
    {
        int q = Dimension;
        (int a, int b) = RowAndColumn(coordinate);
        derivative.Clear();
        for (int r = b; r < q; r++)
        {
            derivative[(a * q) + r] += theta[Index(r, b)];
            derivative[(r * q) + a] += theta[Index(r, b)];
        }
    }

    internal override double Curvature(ReadOnlySpan<double> f, int l, int m)
    {
        (int a, int b) = RowAndColumn(l);
        (int c, int d) = RowAndColumn(m);
        return b == d ? 2 * f[(a * Dimension) + c] : 0;
    }

    internal override void CoordinatesInto(ReadOnlySpan<double> covariance, Span<double> theta)
    {
        Span<double> factor = stackalloc double[Dimension * Dimension];
        CovarianceFactor.Compute(covariance, Dimension, factor);
        for (int a = 0; a < Dimension; a++)
        {
            for (int b = 0; b <= a; b++) theta[Index(a, b)] = factor[(a * Dimension) + b];
        }
    }

    // In units of the data's own, D = U^{1/2} R U^{1/2}; eigenvalues of R that are negligible become exactly 0. The
    // check is on R, not on Λ's diagonal, since a collapsed direction may lie across several rows of Λ.
    internal override bool Snap(Span<double> theta, double negligible, ReadOnlySpan<double> unit)
    {
        int q = Dimension;
        Span<double> scaled = stackalloc double[q * q];
        Span<double> values = stackalloc double[q];
        Span<double> vectors = stackalloc double[q * q];
        ScaledEigen(theta, unit, scaled, values, vectors);
        double largest = 0;
        foreach (double value in values) largest = Math.Max(largest, value);

        // Relative to the largest eigenvalue too: what is below its rounding cannot be told from 0.
        double threshold = Math.Max(negligible, 1e-13 * largest);
        bool any = false, singular = false;
        for (int e = 0; e < q; e++)
        {
            if (values[e] > threshold) continue;
            any |= values[e] != 0;
            values[e] = 0;
            singular = true;
        }

        if (!any) return singular;
        Rebuild(values, vectors, unit, scaled);
        CoordinatesInto(scaled, theta);
        return true;
    }

    internal override double ReleaseInto(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> f, ReadOnlySpan<double> unit, Span<double> direction)
    {
        int q = Dimension;
        direction.Clear();
        Span<double> scaled = stackalloc double[q * q];
        Span<double> values = stackalloc double[q];
        Span<double> vectors = stackalloc double[q * q];
        ScaledEigen(theta, unit, scaled, values, vectors);
        double largest = 0;
        foreach (double value in values) largest = Math.Max(largest, value);
        Span<int> nullIndex = stackalloc int[q];
        int nullity = 0;
        for (int e = 0; e < q; e++)
        {
            if (values[e] <= 1e-12 * largest) nullIndex[nullity++] = e;
        }

        if (nullity == 0) return 0;

        // NᵀF̃N with F̃ = U^{1/2} F U^{1/2} and N the null vectors of R: its smallest eigenvalue decides.
        Span<double> restricted = stackalloc double[nullity * nullity];
        for (int i = 0; i < nullity; i++)
        {
            for (int j = 0; j < nullity; j++)
            {
                double sum = 0;
                for (int a = 0; a < q; a++)
                {
                    for (int b = 0; b < q; b++)
                    {
                        sum += vectors[(a * q) + nullIndex[i]] * Math.Sqrt(unit[a] * unit[b]) * f[(a * q) + b] *
                               vectors[(b * q) + nullIndex[j]];
                    }
                }

                restricted[(i * nullity) + j] = sum;
            }
        }

        Span<double> slopes = stackalloc double[nullity];
        Span<double> combination = stackalloc double[nullity * nullity];
        SymmetricEigen.Decompose(restricted, nullity, slopes, combination);
        int least = 0;
        for (int i = 1; i < nullity; i++)
        {
            if (slopes[i] < slopes[least]) least = i;
        }

        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
            {
                double va = 0, vb = 0;
                for (int i = 0; i < nullity; i++)
                {
                    va += vectors[(a * q) + nullIndex[i]] * combination[(i * nullity) + least];
                    vb += vectors[(b * q) + nullIndex[i]] * combination[(i * nullity) + least];
                }

                direction[(a * q) + b] = va * vb * Math.Sqrt(unit[a] * unit[b]);
            }
        }

        return slopes[least];
    }

    internal override void UnitsInto(ReadOnlySpan<double> unit, Span<double> coordinateUnit)
    {
        for (int a = 0, at = 0; a < Dimension; a++)
        {
            for (int b = 0; b <= a; b++, at++) coordinateUnit[at] = Math.Sqrt(unit[a]);
        }
    }

    internal override bool AllowsMixing(int a, int b) => true;

    internal override int ScaleGroup(int column) => column;

    private static int Index(int a, int b) => (a * (a + 1) / 2) + b;

    private static (int Row, int Column) RowAndColumn(int coordinate)
    {
        int row = 0;
        while (Index(row + 1, 0) <= coordinate) row++;
        return (row, coordinate - Index(row, 0));
    }

    private void ScaledEigen(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> unit, Span<double> scaled, Span<double> values,
        Span<double> vectors)
    {
        int q = Dimension;
        CovarianceInto(theta, scaled);
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++) scaled[(a * q) + b] /= Math.Sqrt(unit[a] * unit[b]);
        }

        SymmetricEigen.Decompose(scaled, q, values, vectors);
    }

    private void Rebuild(
        ReadOnlySpan<double> values, ReadOnlySpan<double> vectors, ReadOnlySpan<double> unit, Span<double> covariance)
    {
        int q = Dimension;
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
            {
                double sum = 0;
                for (int e = 0; e < q; e++) sum += vectors[(a * q) + e] * values[e] * vectors[(b * q) + e];
                covariance[(a * q) + b] = sum * Math.Sqrt(unit[a] * unit[b]);
            }
        }
    }
}
