namespace Glmm.Sparse.Model.Covariance;

/// <summary>
/// D = Σ_l τ²_l G_l with G_l ⪰ 0 and τ²_l = θ_l² ≥ 0: diagonal, identity, compound symmetry and users' own bases.
/// </summary>
internal sealed class LinearCovariance : CovarianceStructure
{
    private readonly double[][] _basis;
    private readonly double[][] _dual;
    private readonly bool _sharedScale;

    internal LinearCovariance(string name, double[][,] basis, bool sharedScale)
    {
        Name = name;
        Dimension = basis[0].GetLength(0);
        _basis = [.. basis.Select(g => g.Cast<double>().ToArray())];
        _dual = SymmetricBasis.Dual(_basis);
        _sharedScale = sharedScale;
    }

    public override int Dimension { get; }

    public override string Name { get; }

    public override int ComponentCount => _basis.Length;

    public override void BasisInto(int component, Span<double> g) => _basis[component].CopyTo(g);

    internal override void CovarianceInto(ReadOnlySpan<double> theta, Span<double> covariance)
    {
        covariance.Clear();
        for (int l = 0; l < _basis.Length; l++)
        {
            double component = theta[l] * theta[l];
            for (int e = 0; e < covariance.Length; e++) covariance[e] += component * _basis[l][e];
        }
    }

    internal override void DerivativeInto(ReadOnlySpan<double> theta, int coordinate, Span<double> derivative)
    {
        for (int e = 0; e < derivative.Length; e++) derivative[e] = 2 * theta[coordinate] * _basis[coordinate][e];
    }

    internal override double Curvature(ReadOnlySpan<double> f, int l, int m) =>
        l == m ? 2 * SymmetricBasis.Inner(f, _basis[l]) : 0;

    internal override void CoordinatesInto(ReadOnlySpan<double> covariance, Span<double> theta)
    {
        for (int l = 0; l < _basis.Length; l++)
            theta[l] = Math.Sqrt(Math.Max(0, SymmetricBasis.Inner(covariance, _dual[l])));
    }

    internal override bool Snap(Span<double> theta, double negligible, ReadOnlySpan<double> unit)
    {
        for (int l = 0; l < _basis.Length; l++)
        {
            if (theta[l] * theta[l] <= negligible * ComponentUnit(l, unit)) theta[l] = 0;
        }

        // D may be regular though a component is 0 (one part can cover another's null space): ask the matrix.
        Span<double> covariance = stackalloc double[Dimension * Dimension];
        CovarianceInto(theta, covariance);
        return CovarianceFactor.Rank(covariance, Dimension) < Dimension;
    }

    internal override double ReleaseInto(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> f, ReadOnlySpan<double> unit, Span<double> direction)
    {
        int best = -1;
        double slope = 0;
        for (int l = 0; l < _basis.Length; l++)
        {
            double candidate = SymmetricBasis.Inner(f, _basis[l]) * ComponentUnit(l, unit);
            if (theta[l] == 0 && candidate < slope) (best, slope) = (l, candidate);
        }

        direction.Clear();
        if (best < 0) return 0;
        double scale = ComponentUnit(best, unit);
        for (int e = 0; e < direction.Length; e++) direction[e] = scale * _basis[best][e];
        return slope;
    }

    internal override void UnitsInto(ReadOnlySpan<double> unit, Span<double> coordinateUnit)
    {
        for (int l = 0; l < _basis.Length; l++) coordinateUnit[l] = Math.Sqrt(ComponentUnit(l, unit));
    }

    internal override int ScaleGroup(int column) => _sharedScale ? 0 : column;

    // The component whose matrix has, on its own diagonal, variances of about one unit.
    private double ComponentUnit(int l, ReadOnlySpan<double> unit)
    {
        double sum = 0, trace = 0;
        for (int a = 0; a < Dimension; a++)
        {
            double g = _basis[l][(a * Dimension) + a];
            sum += g * unit[a];
            trace += g * g;
        }

        return sum / trace;
    }
}
