namespace Glmm.Sparse.Model.Covariance;

/// <summary>
/// A structure of the random effects' covariance, D(τ²) = Σ_l τ²_l G_l, a q×q matrix linear in its m variance
/// components. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// The estimators move in coordinates θ of the structure's own in which every D(θ) is positive semidefinite by
/// construction, so that the boundary (a variance of 0, a correlation of ±1) is an ordinary point that a step can land
/// on; a structure that has no such map gives a barrier instead. To add a structure, give its basis and that map with
/// its two derivatives; nothing else in the engine changes. Matrices are q×q, row by row, in spans of length q².
/// </remarks>
public abstract class CovarianceStructure
{
    /// <summary>Order of D, q.</summary>
    public abstract int Dimension { get; }

    /// <summary>The structure's name, such as <c>unstructured</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Number of variance components and of coordinates θ, m.</summary>
    public abstract int ComponentCount { get; }

    /// <summary>Every variance and covariance free: m = q(q+1)/2.</summary>
    /// <param name="dimension">q, at least 1.</param>
    /// <returns>The structure.</returns>
    public static CovarianceStructure Unstructured(int dimension) => new UnstructuredCovariance(dimension);

    /// <summary>Uncorrelated random effects, each with a variance of its own: m = q.</summary>
    /// <param name="dimension">q, at least 1.</param>
    /// <returns>The structure.</returns>
    public static CovarianceStructure Diagonal(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        var basis = new double[dimension][,];
        for (int l = 0; l < dimension; l++)
        {
            basis[l] = new double[dimension, dimension];
            basis[l][l, l] = 1;
        }

        return new LinearCovariance("diagonal", basis, sharedScale: false);
    }

    /// <summary>Uncorrelated random effects with one common variance: D = τ²I, m = 1.</summary>
    /// <param name="dimension">q, at least 1.</param>
    /// <returns>The structure.</returns>
    public static CovarianceStructure Identity(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        var identity = new double[dimension, dimension];
        for (int l = 0; l < dimension; l++) identity[l, l] = 1;
        return new LinearCovariance("identity", [identity], sharedScale: true);
    }

    /// <summary>
    /// One common variance v and one common covariance c, c ≥ −v/(q−1): m = 2, or 1 when q = 1.
    /// </summary>
    /// <param name="dimension">q, at least 1.</param>
    /// <returns>The structure.</returns>
    /// <remarks>
    /// The basis is that of the two eigenspaces, J/q and I − J/q (J all ones), whose components, v + (q−1)c and v − c,
    /// are free of each other: the matrix is positive semidefinite exactly when both are at least 0.
    /// </remarks>
    public static CovarianceStructure CompoundSymmetry(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        var mean = new double[dimension, dimension];
        var contrast = new double[dimension, dimension];
        for (int a = 0; a < dimension; a++)
        {
            for (int b = 0; b < dimension; b++)
            {
                mean[a, b] = 1.0 / dimension;
                contrast[a, b] = (a == b ? 1 : 0) - (1.0 / dimension);
            }
        }

        double[][,] basis = dimension == 1 ? [mean] : [mean, contrast];
        return new LinearCovariance("compound-symmetry", basis, sharedScale: true);
    }

    /// <summary>
    /// D = Σ_l τ²_l G_l for a basis of the user's own. Where every G_l is positive semidefinite, each τ²_l is a
    /// variance, τ²_l ≥ 0, as in the classical variance-components model; else τ²_l may have any sign that
    /// keeps D ⪰ 0.
    /// </summary>
    /// <param name="basis">m symmetric q×q matrices, linearly independent, whose span holds a positive definite
    /// one.</param>
    /// <returns>The structure.</returns>
    /// <exception cref="InvalidModelOptionException">A matrix is not of that kind; the message says which.</exception>
    public static CovarianceStructure Linear(IReadOnlyList<double[,]> basis) => SymmetricBasis.CreateStructure(basis);

    /// <summary>Independent terms one after the other: D is block diagonal, each block with its own
    /// structure.</summary>
    /// <param name="terms">The structures of the blocks, at least one.</param>
    /// <returns>The structure; the term itself when there is just one.</returns>
    public static CovarianceStructure DirectSum(params IReadOnlyList<CovarianceStructure> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentOutOfRangeException.ThrowIfLessThan(terms.Count, 1);
        return terms.Count == 1 ? terms[0] : new DirectSumCovariance([.. terms]);
    }

    /// <summary>Writes G_l = ∂D/∂τ²_l.</summary>
    /// <param name="component">l, below <see cref="ComponentCount"/>.</param>
    /// <param name="g">Overwritten, q².</param>
    public abstract void BasisInto(int component, Span<double> g);

    /// <summary>Overwrites D by D(θ).</summary>
    /// <param name="theta">m coordinates.</param>
    /// <param name="covariance">Overwritten, q².</param>
    internal abstract void CovarianceInto(ReadOnlySpan<double> theta, Span<double> covariance);

    /// <summary>Overwrites a matrix by ∂D/∂θ_l.</summary>
    /// <param name="theta">m coordinates.</param>
    /// <param name="coordinate">l.</param>
    /// <param name="derivative">Overwritten, q².</param>
    internal abstract void DerivativeInto(ReadOnlySpan<double> theta, int coordinate, Span<double> derivative);

    /// <summary>⟨F, ∂²D/∂θ_l∂θ_m⟩ for a symmetric matrix F; it does not depend on θ, D being quadratic in θ.</summary>
    /// <param name="f">F, q².</param>
    /// <param name="l">First coordinate.</param>
    /// <param name="m">Second coordinate.</param>
    /// <returns>The curvature term.</returns>
    internal abstract double Curvature(ReadOnlySpan<double> f, int l, int m);

    /// <summary>Coordinates of a matrix of this structure: D(θ) = D up to rounding.</summary>
    /// <param name="covariance">D, q², positive semidefinite and of this structure.</param>
    /// <param name="theta">Overwritten, m.</param>
    internal abstract void CoordinatesInto(ReadOnlySpan<double> covariance, Span<double> theta);

    /// <summary>Coordinates to start from: about one natural unit of variance each.</summary>
    /// <param name="unit">q natural units.</param>
    /// <param name="theta">Overwritten, m.</param>
    internal virtual void StartInto(ReadOnlySpan<double> unit, Span<double> theta)
    {
        Span<double> covariance = stackalloc double[Dimension * Dimension];
        covariance.Clear();
        for (int a = 0; a < Dimension; a++) covariance[(a * Dimension) + a] = unit[a];
        CoordinatesInto(covariance, theta);
    }

    /// <summary>Natural unit of each coordinate: the size at which the data would just notice it.</summary>
    /// <param name="unit">q natural units of variance.</param>
    /// <param name="coordinateUnit">Overwritten, m.</param>
    internal abstract void UnitsInto(ReadOnlySpan<double> unit, Span<double> coordinateUnit);

    /// <summary>Whether θ may leave the feasible set, so that <see cref="Barrier"/> must keep it inside.</summary>
    internal virtual bool HasBarrier => false;

    /// <summary>A barrier that grows to +∞ at the boundary of the feasible set, with its derivatives in θ.</summary>
    /// <param name="theta">m coordinates.</param>
    /// <param name="unit">q natural units.</param>
    /// <param name="gradient">Overwritten, m; empty where the derivatives are not wanted.</param>
    /// <param name="hessian">Overwritten, m².</param>
    /// <returns>The barrier, +∞ outside.</returns>
    internal virtual double Barrier(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> unit, Span<double> gradient, Span<double> hessian)
    {
        gradient.Clear();
        hessian.Clear();
        return 0;
    }

    /// <summary>
    /// Sets directions that have collapsed exactly onto the boundary (D becomes exactly singular there).
    /// </summary>
    /// <param name="theta">Coordinates, changed in place.</param>
    /// <param name="negligible">A variance at or below this fraction of its natural unit counts as 0.</param>
    /// <param name="unit">q natural units, one per random effect: a variance that the data could just notice.</param>
    /// <returns>Whether D(θ) is singular.</returns>
    internal abstract bool Snap(Span<double> theta, double negligible, ReadOnlySpan<double> unit);

    /// <summary>
    /// The steepest way off the boundary: writes a direction E ⪰ 0 (of this structure, with D + tE feasible for t ≥ 0
    /// and E scaled by the units) along which ⟨F, E⟩ is most negative.
    /// </summary>
    /// <param name="theta">Coordinates of a D that may be singular.</param>
    /// <param name="f">F = ∂f/∂D of the objective to be minimised, q².</param>
    /// <param name="unit">q natural units.</param>
    /// <param name="direction">Overwritten, q².</param>
    /// <returns>⟨F, E⟩, at or above 0 when D is regular or the KKT conditions hold.</returns>
    internal abstract double ReleaseInto(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> f, ReadOnlySpan<double> unit, Span<double> direction);

    /// <summary>Whether column <paramref name="b"/> of Z may have a multiple of column <paramref name="a"/> added to it
    /// without leaving the structure: true only inside one unstructured block.</summary>
    internal virtual bool AllowsMixing(int a, int b) => false;

    /// <summary>Columns of Z of one group must be rescaled by one common factor.</summary>
    internal abstract int ScaleGroup(int column);
}
